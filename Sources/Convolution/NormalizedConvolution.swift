import SampledSpaces

/// Smoothing of functions with gaps: K(w f) / K(w), w the weight of each sample (Knutsson and Westin 1993, "Normalized and differential
/// convolution", DOI 10.1109/CVPR.1993.341081).
///
/// A constant stays that constant however many samples are missing, and a sample of weight zero plays no part, whatever stands there. With a zero
/// boundary the border is a gap too, and is left out of the average. The weights of the kernel must not be negative.
public struct NormalizedConvolution<Scalar: ConvolutionScalar>: Sendable {
    /// The convolution with the kernel.
    public let convolution: Convolution<Scalar>
    /// The part of the kernel's own sum that a result needs to stand on; with less it is NaN.
    public let leastCertainty: Double

    /// Smoothing by a convolution whose weights are not negative.
    ///
    /// - Parameters:
    ///   - convolution: The convolution; it sums over taps, so that no rounding from afar looks like a sample.
    ///   - leastCertainty: The part of the kernel's sum below which a result is NaN, from 0 to 1.
    /// - Throws: `ConvolutionError` where the kernel has negative weights, or the method is no sum over taps.
    public init(_ convolution: Convolution<Scalar>, leastCertainty: Double = 1e-6) throws(ConvolutionError) {
        guard convolution.keepsSigns else {
            throw .methodDoesNotApply(
                convolution.method, why: "gaps need weights that are not negative, and a sum over taps")
        }
        precondition((0...1).contains(leastCertainty), "a part is from 0 to 1")
        self.convolution = convolution
        self.leastCertainty = leastCertainty
    }

    /// The smoothed function; NaN where too little of the kernel lies on samples.
    ///
    /// - Parameters:
    ///   - f: The function. A sample that is NaN has no weight.
    ///   - weights: The weight of each sample, not negative; by default 1.
    /// - Complexity: That of two convolutions.
    public func callAsFunction(
        _ f: SampledFunction<Scalar>, weights: SampledFunction<Scalar>? = nil
    ) -> SampledFunction<Scalar> {
        let samples = f.values
        var certainty = weights?.values ?? [Scalar](repeating: 1, count: samples.count)
        for place in samples.indices where samples[place].isNaN { certainty[place] = 0 }
        let weighted = zip(samples, certainty).map { $1 == 0 ? 0 : $0 * $1 }
        let numerator = convolution(SampledFunction(grid: f.grid, values: weighted)).values
        let denominator = convolution(SampledFunction(grid: f.grid, values: certainty)).values
        let least = Scalar(leastCertainty) * convolution.kernel.sum
        return SampledFunction(
            grid: convolution.outputGrid,
            values: zip(numerator, denominator).map { $1 > least && $1 > 0 ? $0 / $1 : .nan })
    }
}

extension ConvolutionKernel {
    /// The sum of all weights.
    fileprivate var sum: Scalar {
        switch form {
        case .plane(let taps): taps.values.reduce(0, +)
        case .product(let x, let y): x.values.reduce(0, +) * y.values.reduce(0, +)
        }
    }
}
