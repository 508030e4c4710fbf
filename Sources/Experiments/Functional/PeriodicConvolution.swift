import Foundation
import Convolution
import Randomness
import SampledSpaces

/// Convolution of a function with a kernel, the function continued periodically: the ingredient that the claims about functionals test.
public typealias ConvolutionRule =
    @Sendable (_ function: SampledFunction<Double>, _ kernel: ConvolutionKernel<Double>) throws -> SampledFunction<
        Double
    >

/// The library's convolution by the fastest method.
public let periodicConvolution: ConvolutionRule = { function, kernel in
    try Convolution(kernel, on: function.grid, boundary: .periodic)(function)
}

extension SampledFunction where Scalar == Double {
    /// The largest difference of two functions on one grid, relative to the largest magnitude of the second.
    func distance(to other: SampledFunction) -> Double {
        let largest = other.maxNorm()
        return (self - other).maxNorm() / (largest > 0 ? largest : 1)
    }
}

extension ConvolutionKernel where Scalar == Double {
    /// A kernel of `size` × `size` normal weights.
    static func random(size: Int, _ random: inout SeededGenerator) -> ConvolutionKernel {
        let values = (0..<size * size).map { _ in random.normal() }
        return ConvolutionKernel(PlaneTaps(width: size, height: size, values: values))
    }
}

/// A number in a sentence.
func words(_ value: Double, digits: Int = 3) -> String {
    if value == 0 { return "0" }
    if value.isInfinite { return value > 0 ? "∞" : "−∞" }
    let magnitude = abs(value)
    if magnitude >= 1e-3 && magnitude < 1e5 {
        var text = String(format: "%.\(digits)g", value)
        if text.contains("e") { text = String(format: "%.0f", value) }
        return text
    }
    return String(format: "%.1e", value)
}

/// A share in per cent, in a sentence.
func percent(_ share: Double, decimals: Int = 1) -> String { String(format: "%.\(decimals)f %%", 100 * share) }

/// A difference of shares in points, with its interval: that of 95 %, or another one with its confidence said.
func points(_ difference: PairedDifference, confidence: Double = 0.95) -> String {
    points(difference.mean, confidence: confidence)
}

/// The mean of differences of shares in points, with its interval: that of 95 %, or another one with its confidence said.
func points(_ differences: SampleMean, confidence: Double = 0.95) -> String {
    let mean = String(format: "%+.1f points", 100 * differences.mean)
    guard let interval = differences.interval(confidence: confidence) else { return mean }
    let bounds = String(format: "%+.1f to %+.1f", 100 * interval.lowerBound, 100 * interval.upperBound)
    return confidence == 0.95 ? "\(mean) (\(bounds))" : "\(mean) (\(percent(confidence, decimals: 0)): \(bounds))"
}
