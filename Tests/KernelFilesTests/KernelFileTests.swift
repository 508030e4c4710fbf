import Foundation
import KernelFitting
import TensorFiles
import Tensors
import Testing

@testable import KernelFiles

/// A file of its own for a test, removed with it.
private final class Written {
    let url: URL
    init(_ tensors: [StoredTensor], metadata: [String: String] = [:], as suffix: String = "safetensors") throws {
        url = FileManager.default.temporaryDirectory.appendingPathComponent("kernels-\(UUID().uuidString).\(suffix)")
        switch suffix {
        case "npz": try NpzFile.write(tensors, to: url)
        case "pt": try TorchFile.write(tensors, to: url)
        default: try SafetensorsFile.write(tensors, metadata: metadata, to: url)
        }
    }
    deinit { try? FileManager.default.removeItem(at: url) }
}

private func waves(_ name: String, _ shape: [Int], seed: Double = 1) -> StoredTensor {
    StoredTensor(
        name: name, shape: TensorShape(shape),
        (0..<shape.reduce(1, *)).map { sin(seed + Double($0 * $0 % 97)) }, as: .float32)
}

@Suite struct KernelFileTests {
    @Test func aTrainingCheckpointGivesItsWeightsOnce() throws {
        let file = try Written(
            [
                waves("state_dict.module.conv1.weight", [4, 3, 5, 5]), waves("state_dict.module.conv1.bias", [4]),
                waves("state_dict.module.fc.weight", [10, 4]),
                waves("optimizer.state.0.exp_avg", [4, 3, 5, 5], seed: 2),
                waves("optimizer.state.0.exp_avg_sq", [4, 3, 5, 5], seed: 3),
                waves("ema.module.conv1.weight", [4, 3, 5, 5], seed: 4), waves("ema.module.fc.weight", [10, 4]),
            ], as: "pt")
        let kernels = try KernelFile(contentsOf: file.url)
        #expect(kernels.layers.map(\.storedName) == ["state_dict.module.conv1.weight"])
        #expect(kernels.layers.map(\.name) == ["conv1.weight"])
        #expect(kernels.prefix == "state_dict.module.")
        let kinds = Dictionary(kernels.leftOut.map { ($0.name, $0.kind) }) { first, _ in first }
        #expect(kinds["optimizer.state.0.exp_avg"] == .optimizerState)
        #expect(kinds["ema.module.conv1.weight"] == .average)
        #expect(kernels.leftOut.count == 6)
        #expect(kernels.leftOut.allSatisfy { !$0.deservesNotice })
    }

    @Test func averagesAreTakenWhereTheyAreAllThereIs() throws {
        let file = try Written([waves("params_ema.conv.weight", [2, 2, 3, 3]), waves("params_ema.conv.bias", [2])])
        let kernels = try KernelFile(contentsOf: file.url)
        #expect(kernels.layers.map(\.name) == ["conv.weight"])
    }

    @Test func checkpointsOfThisProjectGiveTheirKernelsInTheirOwnAxes() throws {
        let file = try Written([
            waves("conv1.kernel", [3, 3, 3, 16]), waves("conv1.bias", [16]), waves("dense1.kernel", [1, 1, 64, 10]),
            waves("moment1/conv1.kernel", [3, 3, 3, 16], seed: 2),
            waves("moment2/conv1.kernel", [3, 3, 3, 16], seed: 3),
            waves("mask/conv1.kernel", [3, 3, 3, 16], seed: 4),
        ])
        let kernels = try KernelFile(contentsOf: file.url)
        let read = try kernels.read()
        #expect(read.layers.map(\.kernels.name) == ["conv1.kernel"])
        let layer = try #require(read.layers.first).kernels
        #expect((layer.outputs, layer.inputs, layer.height, layer.width) == (16, 3, 3, 3))
        // Tap (y, x) of output o and input i is element [y, x, i, o].
        let stored = waves("conv1.kernel", [3, 3, 3, 16]).doubles
        let (tap, element) = (((5 * 3 + 2) * 3 + 1) * 3 + 0, ((1 * 3 + 0) * 3 + 2) * 16 + 5)
        #expect(layer.taps[tap] == stored[element])
    }

    @Test func unclearAxesAreAReasonAndNeverAGuess() throws {
        let file = try Written([waves("arr_0", [3, 3, 3, 3]), waves("arr_1", [3, 3, 8, 16])], as: "npz")
        let kernels = try KernelFile(contentsOf: file.url)
        #expect(kernels.layers.map(\.name) == ["arr_1"])
        #expect(kernels.layers[0].use.axes == .hwio)
        #expect(kernels.leftOut.map(\.kind) == [.unclearAxes])
        #expect(kernels.leftOut[0].deservesNotice)
        let said = try KernelFile(contentsOf: file.url, selection: .init(axes: .hwio))
        #expect(said.layers.map(\.name) == ["arr_0", "arr_1"])
    }

    @Test func oneLayerThatOnlyMLXWritesTellsTheOthers() throws {
        let file = try Written([waves("a.weight", [64, 3, 3, 16]), waves("b.weight", [8, 3, 3, 3])])
        let kernels = try KernelFile(contentsOf: file.url)
        #expect(kernels.layers.map(\.use.axes) == [.ohwi, .ohwi])
        #expect(kernels.remarks.contains { $0.contains("MLX") })
        let stated = try Written([waves("b.weight", [8, 3, 3, 3])], metadata: ["format": "mlx"])
        #expect(try KernelFile(contentsOf: stated.url).layers.map(\.use.axes) == [.ohwi])
        let torch = try Written(
            [waves("a.weight", [64, 3, 3, 16]), waves("b.weight", [8, 3, 3, 3])], metadata: ["format": "pt"])
        #expect(try KernelFile(contentsOf: torch.url).leftOut.map(\.kind) == [.unclearAxes])
    }

    @Test func equalTensorsAreReadOnceAndZerosAreNotShared() throws {
        let zeros = StoredTensor(name: "z", shape: [2, 2, 3, 3], [Double](repeating: 0, count: 36), as: .float32)
        var more = zeros
        more.name = "zz.weight"
        var named = zeros
        named.name = "z.weight"
        let file = try Written([waves("a.weight", [2, 2, 3, 3]), waves("b.weight", [2, 2, 3, 3]), named, more])
        let contents = try KernelFile(contentsOf: file.url).read()
        #expect(contents.layers.map(\.layer.name) == ["a.weight", "z.weight", "zz.weight"])
        #expect(contents.leftOut.map(\.kind) == [.duplicate])
        #expect(contents.leftOut.first?.reason == "equal to 'a.weight'")
    }

    @Test func aLayerWithNaNIsLeftOutAlone() throws {
        let broken = StoredTensor(name: "b.weight", shape: [1, 1, 1, 3], [1, Double.nan, .infinity], as: .float32)
        let file = try Written([waves("a.weight", [2, 2, 3, 3]), broken])
        let contents = try KernelFile(contentsOf: file.url).read()
        #expect(contents.layers.map(\.layer.name) == ["a.weight"])
        #expect(contents.leftOut.map(\.kind) == [.notFinite])
    }

    @Test func patternsChooseAndExclude() throws {
        let file = try Written(
            ["layer1.0", "layer1.1", "layer2.0"].enumerated().map {
                waves("model.\($1).weight", [2, 2, 3, 3], seed: Double($0))
            })
        func names(_ layers: [String], _ excluded: [String] = []) throws -> [String] {
            let selection = KernelFile.Selection(
                layers: layers.map { NamePattern($0) }, excluded: excluded.map { NamePattern($0) })
            return try KernelFile(contentsOf: file.url, selection: selection).layers.map(\.name)
        }
        #expect(try names(["layer1.*"]) == ["layer1.0.weight", "layer1.1.weight"])
        #expect(try names(["model.layer2.0.weight"]) == ["layer2.0.weight"])
        #expect(try names([], ["*.0.*"]) == ["layer1.1.weight"])
        #expect(try names(["layer1.*"], ["*.0.*"]) == ["layer1.1.weight"])
        let unmatched = try KernelFile(
            contentsOf: file.url,
            selection: .init(layers: [NamePattern("layer3.*")], excluded: [NamePattern("nothing")]))
        #expect(unmatched.unmatched.map(\.text) == ["layer3.*", "nothing"])
    }

    @Test func weightNormIsPutTogether() throws {
        // g v / ‖v‖ over each output: the norm of what comes is |g|.
        let v = waves("conv.weight_v", [3, 2, 5])
        let g = StoredTensor(name: "conv.weight_g", shape: [3, 1, 1], [2, -3, 0.5] as [Double], as: .float32)
        for names in [
            ("weight_g", "weight_v"), ("parametrizations.weight.original0", "parametrizations.weight.original1"),
        ] {
            var (g, v) = (g, v)
            g.name = "conv." + names.0
            v.name = "conv." + names.1
            let file = try Written([g, v])
            let contents = try KernelFile(contentsOf: file.url).read()
            let layer = try #require(contents.layers.first)
            #expect(layer.layer.name == "conv.weight")
            #expect(layer.layer.isPutTogether)
            #expect(
                (layer.kernels.outputs, layer.kernels.inputs, layer.kernels.height, layer.kernels.width) == (3, 2, 1, 5)
            )
            for output in 0..<3 {
                let taps = layer.kernels.taps[output * 10..<output * 10 + 10]
                let norm = taps.reduce(0) { $0 + $1 * $1 }.squareRoot()
                // Single precision keeps 2⁻²⁴ of each tap.
                #expect(abs(norm - abs(g.doubles[output])) < 1e-6)
                let dot = zip(taps, v.doubles[output * 10..<output * 10 + 10]).reduce(0) { $0 + $1.0 * $1.1 }
                #expect(dot.sign == g.doubles[output].sign)
            }
        }
        // One g for all, and a g for each input.
        let all = StoredTensor(name: "a.weight_g", shape: [1, 1, 1, 1], [5.0] as [Double], as: .float64)
        let each = StoredTensor(name: "b.weight_g", shape: [1, 2, 1, 1], [1, 7] as [Double], as: .float64)
        let file = try Written([
            all, waves("a.weight_v", [2, 2, 3, 3]), each, waves("b.weight_v", [2, 2, 3, 3], seed: 5),
        ])
        let layers = try KernelFile(contentsOf: file.url).read().layers.map(\.kernels)
        #expect(abs(layers[0].energy.squareRoot() - 5) < 1e-6)
        let ofSecondInput = (layers[1].kernel(1) + layers[1].kernel(3)).reduce(0) { $0 + $1 * $1 }
        #expect(abs(ofSecondInput.squareRoot() - 7) < 1e-6)
    }

    @Test func spectralNormDividesByTheSingularValue() throws {
        // W of rank one, σ u vᵀ with unit u and v.
        let u = [0.6, 0.8]
        let v = [Double](repeating: 1.0 / 3, count: 9)
        let w: [Double] = u.flatMap { a in v.map { 4 * a * $0 } }
        let file = try Written([
            StoredTensor(name: "c.weight_orig", shape: [2, 1, 3, 3], w, as: .float64),
            StoredTensor(name: "c.weight_u", shape: [2], u, as: .float64),
            StoredTensor(name: "c.weight_v", shape: [9], v, as: .float64),
        ])
        let layer = try #require(try KernelFile(contentsOf: file.url).read().layers.first).kernels
        #expect(layer.name == "c.weight")
        for (tap, original) in zip(layer.taps, w) { #expect(abs(tap - original / 4) < 1e-15) }
    }

    @Test func prunedWeightsAreMasked() throws {
        let mask = StoredTensor(
            name: "c.weight_mask", shape: [1, 1, 3, 3], [1, 0, 1, 0, 1, 0, 1, 0, 1] as [Double], as: .float32)
        let file = try Written([waves("c.weight_orig", [1, 1, 3, 3]), mask])
        let kernels = try KernelFile(contentsOf: file.url)
        let layer = try #require(try kernels.read().layers.first).kernels
        let original = waves("c.weight_orig", [1, 1, 3, 3]).doubles
        let right = zip(original, mask.doubles).map { $0 * $1 }
        #expect(layer.taps == right)
        #expect(kernels.leftOut.map(\.kind) == [.part, .part])
    }

    @Test func kernelsOfTrueConvolutionsAreTurned() throws {
        let tensor = waves("k", [1, 2, 2, 3])
        let turned = try #require(KernelLayer(tensor, KernelUse(axes: .oihw, isFlipped: true)))
        let plain = try #require(KernelLayer(tensor, axes: .oihw))
        #expect(Array(turned.kernel(1)) == Array(plain.kernel(1).reversed()))
    }

    @Test(arguments: KernelAxes.allCases, [false, true]) func whatIsReadIsStoredAgain(axes: KernelAxes, isFlipped: Bool)
        throws
    {
        let use = KernelUse(axes: axes, isFlipped: isFlipped)
        let tensor = waves("conv", axes.rank == 4 ? [2, 3, 4, 5] : [2, 3, 4])
        let layer = try #require(KernelLayer(tensor, use))
        #expect(layer.stored(as: use) == tensor)
    }
}
