import Testing

@testable import NeuralNetworks

@Suite struct StandardNetworksTests {
    private func graph(_ name: String) throws -> NetworkGraph {
        try NetworkGraph(#require(StandardNetwork.named(name)).description())
    }

    @Test(arguments: [
        ("dilated", 25_474), ("large-kernel", 172_930), ("strided", 25_474), ("cascade", 86_404),
        ("depthwise-cascade", 27_298), ("dilated-1-1-2-4", 25_474), ("dilated-1-2-3-4", 25_474),
        ("dilated-wide", 1_558_026), ("strided-wide", 1_558_026), ("large-kernel-wide", 12_437_002),
        ("segmentation", 49_291), ("encoder-decoder", 49_291), ("residual", 585_866), ("residual-regular", 585_866),
        ("residual-strided", 585_866),
        ("residual-control", 585_866),
    ])
    func parameterCounts(name: String, count: Int) throws {
        #expect(try graph(name).trainableCount == count)
    }

    @Test(arguments: [
        ("dilated", 31), ("large-kernel", 21), ("strided", 17), ("cascade", 21), ("depthwise-cascade", 21),
        ("mixed-cascade", 21), ("dilated-1-1-2-4", 17), ("dilated-1-2-3-4", 21), ("segmentation", 45),
        // 435 through the bodies alone; the second stage's first shortcut, dilated by 4, reaches two pixels further than its body.
        ("residual", 437),
    ])
    func receptiveFields(name: String, pixels: Int) throws {
        #expect(try graph(name).receptiveField == pixels)
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
            refusal([.convolution(ConvolutionLayer(3, channels: 4, isDepthwise: true))])
                == "conv1: a depthwise convolution of 3 channels cannot have 4 outputs, only a multiple of its inputs")
        #expect(
            refusal([.residual(body: [.convolution(ConvolutionLayer(3, channels: 4))], shortcut: [])])
                == "sum1: features of shape 8×8×3 do not fit to those of shape 8×8×4")
        #expect(refusal([.branches([])]) == "concatenation1: there are no branches")
        #expect(
            refusal([.branches([[], [.meanOverSpace]])])?.contains("1×1×3 do not fit to those of shape 8×8×3") == true)
    }
}
