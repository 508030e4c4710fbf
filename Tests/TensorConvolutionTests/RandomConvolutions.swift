import Randomness
import SampledSpaces
import TensorConvolution
import Tensors

/// Seeded random shapes, small enough for the reference.
struct RandomConvolutions {
    var generator: SeededGenerator
    /// The most terms that the sum of a shape may have.
    var largest = 400_000

    /// The next shape that `algorithm` supports.
    mutating func shape(for algorithm: ConvolutionAlgorithm) -> ConvolutionShape {
        while true {
            let isWinograd = algorithm == .winograd4x4 || algorithm == .winograd2x2
            let hasStride = !isWinograd && Bool.random(using: &generator)
            guard let vertical = axis(fixedKernel: isWinograd ? 3 : nil, hasStride: hasStride),
                let horizontal = axis(fixedKernel: isWinograd ? 3 : nil, hasStride: hasStride)
            else { continue }
            let groups = [1, 1, 1, 2, 3, 5, 17].randomElement(using: &generator) ?? 1
            let isDepthwise = Int.random(in: 0..<5, using: &generator) == 0
            let inputs = isDepthwise ? 1 : Int.random(in: 1...(groups > 1 ? 5 : 37), using: &generator)
            let outputs = Int.random(in: 1...(isDepthwise ? 3 : groups > 1 ? 18 : 37), using: &generator)
            let shape = try? ConvolutionShape(
                batch: Int.random(in: 1...3, using: &generator), vertical: vertical, horizontal: horizontal,
                inputChannels: groups * inputs, outputChannels: groups * outputs, groups: groups,
                boundary: Bool.random(using: &generator)
                    ? .zero : Boundary.allCases.randomElement(using: &generator) ?? .zero)
            if let shape, shape.directOperations <= 2 * largest, algorithm.supports(shape) { return shape }
        }
    }

    private mutating func axis(fixedKernel: Int?, hasStride: Bool) -> ConvolutionAxis? {
        let input = Int.random(in: 1...21, using: &generator)
        let kernel = fixedKernel ?? [1, 2, 3, 3, 4, 5, 7, 9, 13].randomElement(using: &generator) ?? 1
        let dilation = [1, 1, 1, 2, 3, 8].randomElement(using: &generator) ?? 1
        let stride = hasStride ? Int.random(in: 1...4, using: &generator) : 1
        let padding: ConvolutionPadding =
            switch Int.random(in: 0..<3, using: &generator) {
            case 0: .same
            case 1: .valid
            default:
                .explicit(
                    before: Int.random(in: 0...6, using: &generator), after: Int.random(in: 0...6, using: &generator))
            }
        return try? ConvolutionAxis(input: input, kernel: kernel, dilation: dilation, stride: stride, padding: padding)
    }

    /// A tensor of standard normal numbers.
    mutating func tensor(_ shape: TensorShape) -> Tensor {
        Tensor(shape, (0..<shape.count).map { _ in Float(generator.normal()) })
    }
}
