import Parallelism
import Randomness
import TensorConvolution
import Tensors
import Testing

@Suite("Sums over pixels")
struct ChannelSumsTests {
    @Test("Every channel's sum, the same bits on any number of threads", arguments: [1, 3, 16, 21])
    func sums(channels: Int) {
        var random = RandomConvolutions(generator: SeededGenerator(seed: 13))
        let tensor = random.tensor([3, 41, 37, channels])
        let results = [1, 4].map { threads in
            var sums = Tensor([channels], repeating: .nan)
            sumOverPixels(of: tensor, into: &sums, using: WorkSpace(), pool: WorkerPool(threadCount: threads))
            return sums
        }
        #expect(results[0].elements.map(\.bitPattern) == results[1].elements.map(\.bitPattern))
        let elements = tensor.elements
        for channel in 0..<channels {
            let exact = stride(from: channel, to: elements.count, by: channels).reduce(0.0) {
                $0 + Double(elements[$1])
            }
            // 4,551 standard normal numbers: partial sums stay below about 150, each addition errs by at most 2⁻²⁴ of one.
            #expect(abs(Double(results[0][channel]) - exact) < 1e-3)
        }
    }

    @Test("A bias's gradient is the adjoint of adding it")
    func adjoint() throws {
        let axis = try ConvolutionAxis(input: 9, kernel: 3)
        let shape = try ConvolutionShape(
            batch: 2, vertical: axis, horizontal: axis, inputChannels: 4, outputChannels: 6)
        var random = RandomConvolutions(generator: SeededGenerator(seed: 14))
        let (bias, gradient) = (random.tensor([6]), random.tensor(shape.output))
        var output = Tensor(shape.output)
        ConvolutionPlan(shape, .forward, algorithm: .direct)
            .forward(
                input: Tensor(shape.input), kernel: random.tensor(shape.kernel), bias: bias, into: &output,
                using: WorkSpace())
        var sums = Tensor([6])
        sumOverPixels(of: gradient, into: &sums, using: WorkSpace())
        let difference = ConvolutionAdjointTests.inner(gradient, output) - ConvolutionAdjointTests.inner(sums, bias)
        #expect(abs(difference) < 1e-5 * ConvolutionAdjointTests.norm(gradient) * ConvolutionAdjointTests.norm(output))
    }
}
