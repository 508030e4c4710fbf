import Datasets
import Experiments
import NeuralNetworks
import TensorFiles
import Tensors
import TestSupport
import Testing

@Suite struct ResidualStateDictionaryTests {
    private func tensors(_ name: String) throws -> [StoredTensor] {
        try TensorArchive(contentsOf: Fixture.url("residual-state-dictionary/\(name).safetensors")).tensors()
    }

    /// The scores that PyTorch computes: rounding of some 10⁵ products in single precision is below 10⁻⁴ of their size.
    @Test func scoresArePyTorchs() throws {
        let read = try #require(ResidualStateDictionary(tensors("network")))
        let network = try read.network("small", dataset: "made")
        let count = 2 * 32 * 32 * 3
        let pixels: [Float] = (0..<count).map { place in Float((7 * place) % 256) / 255 }
        let compiled = network.compiled(batch: 2)
        compiled.forward(Tensor([2, 32, 32, 3], pixels), isTraining: false)
        let wanted = try #require(try tensors("scores").first).tensor.elements
        for (score, reference) in zip(compiled.output.elements, wanted) {
            #expect(abs(score - reference) < 2e-4 * max(1, abs(reference)))
        }
        #expect(network.kernelLayers.allSatisfy { $0.width == 3 } && network.kernelLayers.count == 9)
    }

    @Test func otherFilesAreNone() throws {
        let own = try tensors("network")
        #expect(ResidualStateDictionary([]) == nil)
        #expect(ResidualStateDictionary(own.filter { !$0.name.hasPrefix("linear") }) == nil)
        // A shortcut with weights is another network.
        #expect(ResidualStateDictionary(own + [StoredTensor(name: "layer2.0.shortcut.weight", Tensor([1]))]) == nil)
    }

    @Test func aTensorOfAnotherShapeIsNamed() throws {
        let broken = try tensors("network").map {
            $0.name == "layer2.0.bn1.bias" ? StoredTensor(name: $0.name, Tensor([3])) : $0
        }
        let read = try #require(ResidualStateDictionary(broken))
        let error = #expect(throws: ExperimentError.self) { try read.network("small", dataset: "made") }
        #expect(error?.description.contains("norm4.shift") == true)
    }

    /// As many numbers as there are channels, but along two axes.
    @Test func normalizationIsAlongOneAxis() throws {
        let square = try tensors("network").map {
            ["bn1.weight", "bn1.running_var"].contains($0.name) ? StoredTensor(name: $0.name, Tensor([4, 4])) : $0
        }
        let read = try #require(ResidualStateDictionary(square))
        let error = #expect(throws: ExperimentError.self) { try read.network("small", dataset: "made") }
        #expect(
            error?.description.hasPrefix("'bn1' has a scale of shape [4, 4] and a variance of shape [4, 4]") == true)
    }
}
