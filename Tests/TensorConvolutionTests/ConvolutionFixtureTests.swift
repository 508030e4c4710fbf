import Foundation
import SampledSpaces
import TensorConvolution
import Tensors
import Testing

@Suite("PyTorch's results")
struct ConvolutionFixtureTests {
    struct Fixtures: Decodable {
        let cases: [Case]
    }

    struct Case: Decodable {
        let batch, height, width, inputs, outputs, groups: Int
        let kernel, dilation, stride, padding: [Int]
        let boundary: Boundary
        let input, kernelValues, bias, outputGradient, output, inputGradient, kernelGradient: Data

        func shape() throws -> ConvolutionShape {
            let vertical = try ConvolutionAxis(
                input: height, kernel: kernel[0], dilation: dilation[0], stride: stride[0],
                padding: .explicit(before: padding[0], after: padding[1]))
            let horizontal = try ConvolutionAxis(
                input: width, kernel: kernel[1], dilation: dilation[1], stride: stride[1],
                padding: .explicit(before: padding[2], after: padding[3]))
            return try ConvolutionShape(
                batch: batch, vertical: vertical, horizontal: horizontal, inputChannels: inputs,
                outputChannels: outputs,
                groups: groups, boundary: boundary)
        }
    }

    static func floats(_ data: Data) -> [Float] {
        stride(from: 0, to: data.count, by: 4).map { i in
            Float(
                bitPattern: (0..<4).reduce(UInt32(0)) {
                    $0 | UInt32(data[data.startIndex + i + $1]) << (8 * UInt32($1))
                })
        }
    }

    @Test("Output and gradients in every algorithm that supports the case", arguments: ConvolutionAlgorithm.allCases)
    func agreement(algorithm: ConvolutionAlgorithm) throws {
        let file = URL(fileURLWithPath: #filePath).appendingPathComponent(
            "../../Fixtures/convolutions/convolutions.json")
        let fixtures = try JSONDecoder().decode(Fixtures.self, from: Data(contentsOf: file.standardizedFileURL))
        #expect(fixtures.cases.count == 42)
        let bound = ConvolutionPlanTests.bound(algorithm)
        for c in fixtures.cases {
            let shape = try c.shape()
            guard algorithm.supports(shape) else { continue }
            let input = Tensor(shape.input, Self.floats(c.input))
            let kernel = Tensor(shape.kernel, Self.floats(c.kernelValues))
            let outputGradient = Tensor(shape.output, Self.floats(c.outputGradient))
            var (output, inputs, kernels) = (Tensor(shape.output), Tensor(shape.input), Tensor(shape.kernel))
            ConvolutionPlan(shape, .forward, algorithm: algorithm)
                .forward(
                    input: input, kernel: kernel, bias: Tensor([c.outputs], Self.floats(c.bias)), into: &output,
                    using: WorkSpace())
            ConvolutionPlan(shape, .inputGradient, algorithm: algorithm)
                .inputGradient(outputGradient: outputGradient, kernel: kernel, into: &inputs, using: WorkSpace())
            ConvolutionPlan(shape, .kernelGradient, algorithm: algorithm)
                .kernelGradient(input: input, outputGradient: outputGradient, into: &kernels, using: WorkSpace())
            for (found, wanted) in [(output, c.output), (inputs, c.inputGradient), (kernels, c.kernelGradient)] {
                #expect(relativeError(found, Self.floats(wanted).map(Double.init)) < bound, "\(shape)")
            }
        }
    }
}
