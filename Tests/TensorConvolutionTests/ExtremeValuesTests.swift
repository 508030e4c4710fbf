import Randomness
import SampledSpaces
import TensorConvolution
import Tensors
import Testing

/// Inputs at the edges of what numbers and pictures can be, through every algorithm and direction.
@Suite struct ExtremeValuesTests {
    enum Content: CaseIterable {
        /// Numbers below the smallest normal one.
        case denormal
        /// Numbers whose products with a kernel of size one are still far below the largest.
        case huge
        case constant
        case impulse
        /// ±1 in turn: the highest frequency of a grid, where sums over a kernel cancel.
        case checkerboard
        case zero

        func tensor(_ shape: TensorShape, _ random: inout RandomConvolutions) -> Tensor {
            let (width, channels) = (shape[2], shape[3])
            let numbers = random.tensor(shape).elements.enumerated().map { place, number -> Float in
                let pixel = place / channels
                switch self {
                case .denormal: return number * (Float.leastNormalMagnitude / 100)
                case .huge: return number * 1e30
                case .constant: return 3
                case .impulse: return place == shape.count / 2 ? 1 : 0
                case .checkerboard: return (pixel / width + pixel % width).isMultiple(of: 2) ? 1 : -1
                case .zero: return 0
                }
            }
            return Tensor(shape, numbers)
        }
    }

    private static func shapes() throws -> [ConvolutionShape] {
        func axis(_ input: Int, _ kernel: Int, dilation: Int = 1, stride: Int = 1) throws -> ConvolutionAxis {
            try ConvolutionAxis(input: input, kernel: kernel, dilation: dilation, stride: stride, padding: .same)
        }
        func shape(_ axes: [ConvolutionAxis], _ channels: [Int], groups: Int = 1, _ boundary: Boundary = .zero) throws
            -> ConvolutionShape
        {
            try ConvolutionShape(
                batch: 2, vertical: axes[0], horizontal: axes[1], inputChannels: channels[0],
                outputChannels: channels[1], groups: groups, boundary: boundary)
        }
        return [
            try shape([axis(12, 3), axis(13, 3)], [5, 19]),
            try shape([axis(16, 3, dilation: 2), axis(16, 3, dilation: 2)], [17, 8], .periodic),
            try shape([axis(15, 7), axis(14, 5)], [4, 6], .mirrorHalfSample),
            try shape([axis(15, 9, stride: 2), axis(14, 9, stride: 2)], [3, 16]),
            try shape([axis(13, 9), axis(13, 9)], [18, 18], groups: 18),
        ]
    }

    /// The error of every sum is relative to the sum of its terms' magnitudes, which is what cancels in a checkerboard; below the smallest normal
    /// number it is absolute, one unit of the least number for each term and each factor of a transform.
    @Test(arguments: ConvolutionAlgorithm.allCases, Content.allCases)
    func agreement(algorithm: ConvolutionAlgorithm, content: Content) throws {
        var random = RandomConvolutions(generator: SeededGenerator(seed: 31))
        for shape in try Self.shapes() where algorithm.supports(shape) {
            let reference = ReferenceConvolution(shape: shape)
            let (input, gradient) = (content.tensor(shape.input, &random), content.tensor(shape.output, &random))
            let kernel = random.tensor(shape.kernel)
            let (sizes, gradientSizes) = (magnitudes(input), magnitudes(gradient))
            let workSpace = WorkSpace()

            var output = Tensor(shape.output, repeating: .nan)
            ConvolutionPlan(shape, .forward, algorithm: algorithm)
                .forward(input: input, kernel: kernel, bias: nil, into: &output, using: workSpace)
            check(
                output, reference.forward(input, kernel, nil), reference.forward(sizes, magnitudes(kernel), nil),
                algorithm, shape)

            var inputGradient = Tensor(shape.input, repeating: .nan)
            ConvolutionPlan(shape, .inputGradient, algorithm: algorithm)
                .inputGradient(outputGradient: gradient, kernel: kernel, into: &inputGradient, using: workSpace)
            check(
                inputGradient, reference.inputGradient(gradient, kernel),
                reference.inputGradient(gradientSizes, magnitudes(kernel)), algorithm, shape)

            let other = random.tensor(shape.output)
            var kernelGradient = Tensor(shape.kernel, repeating: .nan)
            ConvolutionPlan(shape, .kernelGradient, algorithm: algorithm)
                .kernelGradient(input: input, outputGradient: other, into: &kernelGradient, using: workSpace)
            check(
                kernelGradient, reference.kernelGradient(input, other),
                reference.kernelGradient(sizes, magnitudes(other)), algorithm, shape)
        }
    }

    private func magnitudes(_ tensor: Tensor) -> Tensor { Tensor(tensor.shape, tensor.elements.map(abs)) }

    private func check(
        _ result: Tensor, _ expected: [Double], _ sizes: [Double], _ algorithm: ConvolutionAlgorithm,
        _ shape: ConvolutionShape
    ) {
        var (error, size) = (0.0, 0.0)
        for (place, value) in result.elements.enumerated() {
            error += (Double(value) - expected[place]) * (Double(value) - expected[place])
            size += sizes[place] * sizes[place]
        }
        let terms = Double(shape.directOperations) / Double(2 * shape.output.count)
        let least = 100 * terms * Double(Float.leastNonzeroMagnitude) * Double(result.elements.count).squareRoot()
        #expect(
            error.squareRoot() <= ConvolutionPlanTests.bound(algorithm) * size.squareRoot() + least,
            "\(error.squareRoot()) of \(size.squareRoot()): \(algorithm), \(shape)")
    }

    /// What is larger than every number is never a finite one: ±∞ or not a number.
    @Test(arguments: ConvolutionAlgorithm.allCases) func overflowShows(algorithm: ConvolutionAlgorithm) throws {
        for shape in try Self.shapes() where algorithm.supports(shape) {
            let input = Tensor(shape.input, repeating: 1e30)
            let kernel = Tensor(shape.kernel, repeating: 1e30)
            var output = Tensor(shape.output, repeating: 0)
            ConvolutionPlan(shape, .forward, algorithm: algorithm)
                .forward(input: input, kernel: kernel, bias: nil, into: &output, using: WorkSpace())
            #expect(output.elements.allSatisfy { !$0.isFinite }, "\(algorithm), \(shape)")
        }
    }
}
