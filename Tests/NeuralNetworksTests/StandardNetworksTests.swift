import Tensors
import Testing

@testable import NeuralNetworks

@Suite struct StandardNetworksTests {
    private func graph(_ name: String) throws -> NetworkGraph {
        try NetworkGraph(#require(StandardNetwork.named(name)).description())
    }

    /// From i to o channels a layer of 3×3 taps has 9io + o numbers, of 1×1 taps io + o, a depthwise one 9o + o, a jet of six functions 6io + o
    /// and its σ; a normalisation has 2o, and the scores of ten classes have 10o + 10. With Σ over all layers before the scores:
    ///
    /// - narrow, Σio = 6352, Σo = 264: 9·6352 + 3·264 − 2·48 + 490, the last layer being without a normalisation,
    /// - wide, Σio = 14,576, Σo = 384: 9·14,576 + 3·384 − 96 + 490,
    /// - wide-512, Σio = 737,671, Σo = 2592: 9·737,671 + 3·2592 − 1024 + 5130,
    /// - mixed, Σio = 2992 of full layers, Σo = 280, 144 of them depthwise: 9·(2992 + 144) + 3·280 − 96 + 490,
    /// - segmentation's body, Σio = 2704, Σo = 120: 9·2704 + 3·120 + 48·11 + 11,
    /// - jets, Σio = 2736, Σo = 120, whatever σ and strides are: 6·2736 + 3·120 + 4 + 490,
    /// - jets in a cascade, Σio = 9452, Σo = 314: 6·9452 + 3·314 − 96 + 10 + 490.
    @Test(arguments: [
        ("dilated", 25_474), ("large-kernel", 172_930), ("strided", 25_474), ("cascade", 86_404),
        ("depthwise-cascade", 27_298), ("dilated-1-1-2-4", 25_474), ("dilated-1-2-3-4", 25_474),
        ("dilated-wide", 1_558_026), ("strided-wide", 1_558_026), ("large-kernel-wide", 12_437_002),
        ("segmentation", 49_291), ("encoder-decoder", 49_291), ("residual", 585_866), ("residual-regular", 585_866),
        ("residual-strided", 585_866),
        ("residual-control", 585_866), ("cascade-narrow", 58_354), ("cascade-wide", 132_730),
        ("cascade-wide-512", 6_650_921), ("mixed-cascade", 29_458), ("segmentation-body", 25_235),
        ("dilated-jet", 17_270), ("large-kernel-jet", 17_270), ("strided-jet", 17_270), ("cascade-jet", 58_058),
    ])
    func parameterCounts(name: String, count: Int) throws {
        #expect(try graph(name).trainableCount == count)
    }

    @Test(arguments: [
        ("dilated", 31), ("large-kernel", 21), ("strided", 17), ("cascade", 21), ("depthwise-cascade", 21),
        ("mixed-cascade", 21), ("dilated-1-1-2-4", 17), ("dilated-1-2-3-4", 21), ("segmentation", 45),
        ("encoder-decoder", 29),
        // 435 through the bodies alone; the second stage's first shortcut, dilated by 4, reaches two pixels further than its body.
        ("residual", 437),
    ])
    func receptiveFields(name: String, pixels: Int) throws {
        #expect(try graph(name).receptiveField == pixels)
    }

    /// By reading the pixels that scores really change with: an encoder-decoder's field depends on where a pixel lies between the strides, and the
    /// figure is that of the pixel that sees most.
    @Test(arguments: ["encoder-decoder", "segmentation", "detector"])
    func theFieldIsTheRangeOfPixelsThatAScoreChangesWith(name: String) throws {
        let network = try #require(StandardNetwork.named(name)).description()
        let side = 144
        let graph = try NetworkGraph(network, height: 1, width: side)
        var weights = NetworkWeights(graph, seed: 1)
        // Positive weights and large shifts keep every ReLU open, so that nothing cancels and nothing is cut off.
        for (place, parameter) in graph.parameters.enumerated() {
            switch parameter.role {
            case .kernel: weights.tensors[place] = weights.tensors[place].map { abs($0) + 0.01 }
            case .shift: weights.tensors[place] = Tensor(parameter.shape, repeating: 5)
            default: break
            }
        }
        let compiled = CompiledNetwork(graph, weights: weights, batch: 1, computesGradients: false)
        var changed = [Set<Int>](repeating: [], count: side)
        compiled.forward(Tensor(graph.input.tensor(batch: 1)), isTraining: false)
        let before = compiled.output
        for pixel in 0..<side {
            var picture = Tensor(graph.input.tensor(batch: 1))
            picture[0, 0, pixel, 0] = 1e4
            compiled.forward(picture, isTraining: false)
            for score in 0..<side
            where compiled.output[0, 0, score, graph.output.channels - 1]
                != before[0, 0, score, graph.output.channels - 1]
            {
                changed[score].insert(pixel)
            }
        }
        // Away from the borders, which cut fields off.
        let fields = changed[side / 2 - 4..<side / 2 + 4].map { ($0.max() ?? 0) - ($0.min() ?? 0) + 1 }
        #expect(fields.max() == graph.receptiveField, "\(fields)")
    }

    @Test func theDetectorBranchesAtThreeFieldsAndItsPeerHasAsManyParameters() throws {
        let (branched, peer) = (try graph("detector"), try graph("detector-one-branch"))
        #expect(branched.trainableCount == 60_090)
        #expect(peer.trainableCount == 59_802)
        #expect(abs(Double(peer.trainableCount) / Double(branched.trainableCount) - 1) < 0.02)
        let heads = branched.summary.filter { $0.output.channels == DetectionLayout().channelsPerSize }
        #expect(heads.map(\.receptiveField) == [15, 27, 67])
        #expect(peer.receptiveField == 67)
    }

    @Test func aResidualNetworkAndItsSamplingControlReachAsFar() throws {
        #expect(try graph("residual-control").receptiveField == graph("residual-strided").receptiveField)
    }

    @Test func everyNetworkIsMadeOfFittingLayers() throws {
        for network in StandardNetwork.all {
            let graph = try NetworkGraph(network.description())
            let channels = network.findsObjects ? DetectionLayout().channels : network.defaultClasses
            #expect(graph.output.channels == channels)
            let pixels = network.scoresPixels || network.findsObjects ? graph.input.height * graph.input.width : 1
            #expect(graph.output.height * graph.output.width == pixels)
            #expect(graph.summary.reduce(0) { $0 + $1.trainable } == graph.trainableCount)
            #expect(Set(graph.parameters.map(\.name)).count == graph.parameters.count)
        }
        #expect(Set(StandardNetwork.all.map(\.name)).count == StandardNetwork.all.count)
    }

    @Test func shapesAndMultiplicationsOfTheStridedNetwork() throws {
        let layers = try graph("strided").summary.filter { $0.name.hasPrefix("conv") }
        #expect(layers.map(\.output.height) == [32, 16, 8, 4])
        #expect(layers.map(\.multiplications) == [1024 * 432, 256 * 3456, 64 * 6912, 16 * 13824])
        #expect(layers.map(\.receptiveField) == [3, 5, 9, 17])
    }

    @Test func layersThatDoNotFitAreNamed() {
        func refusal(_ layers: [Layer]) -> String? {
            do {
                _ = try NetworkGraph(
                    NetworkDescription(name: "", height: 8, width: 8, channels: 3, layers: layers))
                return nil
            } catch { return error.description }
        }
        #expect(refusal([.convolution(ConvolutionLayer(0, channels: 4))])?.hasPrefix("conv1: ") == true)
        #expect(
            refusal([.convolution(ConvolutionLayer(3, channels: 4, grouping: .depthwise))])
                == "conv1: a depthwise convolution of 3 channels cannot have 4 outputs, only a multiple of its inputs")
        #expect(
            refusal([.residual(body: [.convolution(ConvolutionLayer(3, channels: 4))], shortcut: [])])
                == "sum1: features of shape 8×8×3 do not fit to those of shape 8×8×4")
        #expect(refusal([.branches([])]) == "concatenation1: there are no branches")
        #expect(
            refusal([.branches([[], [.meanOverSpace]])])?.contains("1×1×3 do not fit to those of shape 8×8×3") == true)
    }
}
