import NeuralNetworks
import Randomness
import Tensors
import Testing

/// The gradient with respect to the picture against central differences, also where several layers read the picture.
@Suite struct PictureGradientTests {
    static let cases: [[Layer]] = [
        [.convolution(ConvolutionLayer(3, dilation: 2, channels: 4)), .activation(.softplus)],
        [.residual(body: [.convolution(ConvolutionLayer(3, channels: 2))], shortcut: []), .activation(.gelu)],
        [
            .branches([
                [.convolution(ConvolutionLayer(1, channels: 3))], [.convolution(ConvolutionLayer(5, channels: 2))],
                [.window(WindowLayer(.average, size: 3))],
            ]), .activation(.softplus),
        ],
    ]

    @Test(arguments: cases.indices)
    func centralDifferences(number: Int) throws {
        let graph = try NetworkGraph(
            NetworkDescription(name: "case", height: 6, width: 5, channels: 2, layers: Self.cases[number]))
        let network = CompiledNetwork(
            graph, weights: NetworkWeights(graph, seed: 5), batch: 2, computesPictureGradient: true)
        var random = SeededGenerator(seed: 7)
        var pictures = Tensor([2, 6, 5, 2], (0..<120).map { _ in Float(random.normal()) })
        let factors = (0..<graph.output.count * 2).map { _ in Float(random.normal()) }
        func loss() -> Double {
            network.forward(pictures, isTraining: true)
            return zip(network.output.elements, factors).reduce(0) { $0 + Double($1.0) * Double($1.1) }
        }
        _ = loss()
        network.backward { scores, gradient in gradient = Tensor(scores.shape, factors) }
        let gradient = try #require(network.pictureGradient).elements
        // A step of 10⁻² in single precision: a truncation error of 10⁻⁴ and a rounding error of 10⁻⁷/10⁻² relative to losses of order ten.
        let step: Float = 1e-2
        for place in [0, 7, 31, 64, 119] {
            let old = pictures.elements[place]
            func moved(_ value: Float) -> Double {
                pictures.withUnsafeMutableBufferPointer { $0[place] = value }
                return loss()
            }
            let difference = (moved(old + step) - moved(old - step)) / Double(2 * step)
            _ = moved(old)
            #expect(abs(difference - Double(gradient[place])) < 3e-3 * max(1, abs(difference)))
        }
    }

    @Test func itIsNotThereUnlessAskedFor() throws {
        let graph = try NetworkGraph(
            NetworkDescription(name: "case", height: 4, width: 4, channels: 1, layers: Self.cases[0]))
        #expect(CompiledNetwork(graph, weights: NetworkWeights(graph, seed: 1), batch: 1).pictureGradient == nil)
    }
}
