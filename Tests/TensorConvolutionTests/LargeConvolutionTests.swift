import Randomness
import TensorConvolution
import Tensors
import TestSupport
import Testing

@Suite("Shapes large enough for several passes, tiles and blocks, against the direct sum")
struct LargeConvolutionTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var batch = 1
        var height = 32
        var width = 32
        var inputs = 16
        var outputs = 16
        var groups = 1
        var kernel = 3
        var dilation = 1
        var stride = 1

        var testDescription: String {
            "\(batch)×\(height)×\(width), \(inputs)→\(outputs) in \(groups), \(kernel)×\(kernel), dilation \(dilation), stride \(stride)"
        }
    }

    static let cases = [
        // Several passes over the batch.
        Case(batch: 70, height: 60, width: 61, inputs: 18, outputs: 17, kernel: 5),
        // Several tiles on both axes.
        Case(batch: 2, height: 300, width: 270, inputs: 3, outputs: 5, kernel: 11),
        Case(batch: 1, height: 260, width: 300, inputs: 3, outputs: 2, kernel: 5, dilation: 2),
        // Several products over the output channels.
        Case(batch: 9, height: 20, width: 18, inputs: 150, outputs: 290, kernel: 7),
        Case(batch: 2, height: 20, width: 18, inputs: 300, outputs: 150, groups: 2, kernel: 5),
        // Many channels, each alone.
        Case(batch: 8, height: 40, width: 36, inputs: 100, outputs: 100, groups: 100, kernel: 9),
        // A stride beside tiles and a dilation.
        Case(batch: 3, height: 120, width: 134, inputs: 5, outputs: 18, kernel: 9, dilation: 2, stride: 3),
        Case(batch: 2, height: 150, width: 141, inputs: 4, outputs: 4, groups: 4, kernel: 7, dilation: 2, stride: 4),
        // Several blocks of tiles in a picture, several pictures in a block.
        Case(batch: 3, height: 90, width: 70, inputs: 70, outputs: 66),
        Case(batch: 50, height: 9, width: 7, inputs: 20, outputs: 35),
        // Several blocks that all threads share.
        Case(batch: 8, height: 40, width: 37, inputs: 240, outputs: 260),
        // Small pictures, of which the same output is computed together.
        Case(batch: 21, height: 7, width: 6, inputs: 130, outputs: 150, stride: 2),
        Case(batch: 9, height: 6, width: 5, inputs: 34, outputs: 36, groups: 2, kernel: 5),
    ]

    @Test(
        "All directions", .enabled(if: !Thoroughness.isReduced, "the direct sum of large shapes needs optimised code"),
        arguments: cases)
    func agreement(c: Case) throws {
        let shape = try ConvolutionShape(
            batch: c.batch,
            vertical: ConvolutionAxis(input: c.height, kernel: c.kernel, dilation: c.dilation, stride: c.stride),
            horizontal: ConvolutionAxis(input: c.width, kernel: c.kernel, dilation: c.dilation, stride: c.stride),
            inputChannels: c.inputs, outputChannels: c.outputs, groups: c.groups)
        var random = RandomConvolutions(generator: SeededGenerator(seed: 9))
        let (x, k, y) = (random.tensor(shape.input), random.tensor(shape.kernel), random.tensor(shape.output))
        let workSpace = WorkSpace()
        func results(_ algorithm: ConvolutionAlgorithm) -> [Tensor] {
            var (output, inputs, kernels) = (Tensor(shape.output), Tensor(shape.input), Tensor(shape.kernel))
            ConvolutionPlan(shape, .forward, algorithm: algorithm)
                .forward(input: x, kernel: k, into: &output, using: workSpace)
            ConvolutionPlan(shape, .inputGradient, algorithm: algorithm)
                .inputGradient(outputGradient: y, kernel: k, into: &inputs, using: workSpace)
            ConvolutionPlan(shape, .kernelGradient, algorithm: algorithm)
                .kernelGradient(input: x, outputGradient: y, into: &kernels, using: workSpace)
            return [output, inputs, kernels]
        }
        let expected = results(.direct)
        for algorithm in ConvolutionAlgorithm.allCases where algorithm != .direct && algorithm.supports(shape) {
            // The direct sum errs as well, by less than its bound.
            let bound = ConvolutionPlanTests.bound(algorithm) + ConvolutionPlanTests.bound(.direct)
            for (found, expected) in zip(results(algorithm), expected) {
                #expect(relativeError(found, expected.elements.map(Double.init)) < bound, "\(algorithm)")
            }
        }
    }
}
