import CommandLineSupport
import Foundation
import Reports
import TensorFiles
import Tensors
import Testing

/// A folder of its own for a test, removed with it.
private final class Folder {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("ccnn-\(UUID().uuidString)")
    init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(at: url) }
    func file(_ name: String) -> URL { url.appendingPathComponent(name) }
}

private struct Outcome {
    var output = ""
    var notices: [String] = []
    var failure: CommandFailure?
}

private func fit(_ change: (inout FitRequest.Arguments) -> Void) -> Outcome {
    var arguments = FitRequest.Arguments()
    change(&arguments)
    var outcome = Outcome()
    do {
        let run = FitRun(try FitRequest(arguments), style: .plain, version: "test")
        outcome.output = try run.run(notice: { outcome.notices.append($0) })
    } catch {
        outcome.failure = error
    }
    return outcome
}

private func ramp(_ shape: [Int], _ name: String = "conv.weight", as type: ScalarType = .float32) -> StoredTensor {
    let count = shape.reduce(1, *)
    return StoredTensor(
        name: name, shape: TensorShape(shape), (0..<count).map { sin(Double($0 * $0 % 97)) }, as: type)
}

private struct Document: Decodable {
    struct Coefficient: Decodable {
        let dx: Int
        let dy: Int
        let median: Double
        let standardError: Double
    }
    struct Order: Decodable {
        let order: Int
        let functions: Int
        let rank: Int
        let sigma: Double
        let explainedEnergy: Double
        let chanceEnergy: Double
        let noiseEnergy: Double
    }
    struct Layer: Decodable {
        let name: String
        let kernelHeight: Int
        let kernelWidth: Int
        let kernelCount: Int
        let order: Int
        let rank: Int
        let sigma: Double
        let explainedEnergy: Double
        let chanceEnergy: Double
        let noiseEnergy: Double
        let conditionNumber: Double
        let zeroKernels: [String]
        let coefficients: [Coefficient]
        let byOrder: [Order]
    }
    let layers: [Layer]
}

private func document(_ outcome: Outcome) throws -> Document {
    try JSONDecoder().decode(Document.self, from: Data(outcome.output.utf8))
}

@Suite struct FitRunTests {
    @Test func theDocumentHasEveryFieldAndOrder() throws {
        let folder = try Folder()
        try SafetensorsFile.write(
            [ramp([3, 2, 5, 5]), ramp([4, 3, 1, 1], "pointwise"), ramp([3], "bias")], to: folder.file("m.safetensors"))
        let outcome = fit {
            $0.file = folder.file("m.safetensors").path
            $0.format = "json"
            $0.order = 3
        }
        let layers = try document(outcome).layers
        #expect(layers.map(\.name) == ["conv.weight"])
        let layer = try #require(layers.first)
        #expect((layer.kernelHeight, layer.kernelWidth, layer.kernelCount, layer.rank, layer.order) == (5, 5, 6, 10, 3))
        #expect(
            layer.coefficients.map { [$0.dx, $0.dy] } == [
                [0, 0], [1, 0], [0, 1], [2, 0], [1, 1], [0, 2], [3, 0], [2, 1], [1, 2], [0, 3],
            ])
        #expect(layer.byOrder.map(\.order) == [0, 1, 2, 3])
        #expect(layer.byOrder.map(\.functions) == [1, 3, 6, 10])
        #expect(abs(layer.byOrder[3].explainedEnergy - layer.explainedEnergy) < 1e-9)
        #expect(abs(layer.chanceEnergy - 0.4) < 1e-15)
    }

    @Test func withoutAFileOperatorsAndTrainedNetworksAreFitted() throws {
        let outcome = fit {
            $0.format = "json"
            $0.order = 1
        }
        let layers = try document(outcome).layers
        #expect(
            Set(["sobel-3x3", "roberts-2x2", "gabor-11x11", "difference-of-gaussians-7x7", "dilated.conv2.kernel"])
                .isSubset(
                    of: layers.map(\.name)))
        #expect(outcome.notices.isEmpty)
        // A binomial is nearly a Gaussian, a box is less so.
        let binomial = try #require(layers.first { $0.name == "binomial-5x5" })
        let box = try #require(layers.first { $0.name == "box-5x5" })
        #expect(binomial.byOrder[0].explainedEnergy > 0.999)
        #expect(box.byOrder[0].explainedEnergy < binomial.byOrder[0].explainedEnergy)
    }

    @Test func tensorsWithoutFiniteNumbersAreSkippedAndNamed() throws {
        let folder = try Folder()
        var taps = (0..<9).map { Double($0) }
        taps[4] = .nan
        let broken = StoredTensor(name: "broken", shape: TensorShape([1, 1, 3, 3]), taps)
        let empty = StoredTensor(name: "empty", shape: TensorShape([0, 1, 3, 3]), [Double]())
        try SafetensorsFile.write([broken, empty, ramp([1, 1, 3, 3])], to: folder.file("m.safetensors"))
        let outcome = fit {
            $0.file = folder.file("m.safetensors").path
            $0.format = "json"
        }
        #expect(try document(outcome).layers.map(\.name) == ["conv.weight"])
        #expect(outcome.notices.contains("skipped tensor 'broken': 1 of 9 numbers are NaN or infinite"))
        #expect(outcome.notices.contains("skipped tensor 'empty': it is empty"))
        #expect(outcome.notices.contains("skipped 2 tensors in all"))

        try SafetensorsFile.write([broken, empty], to: folder.file("none.safetensors"))
        let nothing = fit { $0.file = folder.file("none.safetensors").path }
        #expect(nothing.failure?.exitCode == 1)
        #expect(nothing.failure?.description.contains("nothing is left to fit") == true)
    }

    @Test func zerosAreNamed() throws {
        let folder = try Folder()
        let taps = Array(repeating: 0.0, count: 9) + (0..<9).map { Double($0) }
        try SafetensorsFile.write(
            [StoredTensor(name: "conv", shape: TensorShape([2, 1, 3, 3]), taps)], to: folder.file("m.safetensors"))
        let outcome = fit {
            $0.file = folder.file("m.safetensors").path
            $0.format = "json"
            $0.sigma = "per-kernel"
            $0.order = 2
        }
        #expect(try document(outcome).layers[0].zeroKernels == ["conv[0,0]"])
        #expect(outcome.notices == ["kernel conv[0,0] is zero everywhere: explained energy 0"])
    }

    @Test func layersAreChosenByNameAndMisspellingsAnswered() throws {
        let folder = try Folder()
        try SafetensorsFile.write(
            [ramp([1, 1, 3, 3], "conv1.weight"), ramp([1, 1, 1, 1], "conv2.weight"), ramp([3, 4], "dense.weight")],
            to: folder.file("m.safetensors"))
        func layer(_ name: String) -> Outcome {
            fit {
                $0.file = folder.file("m.safetensors").path
                $0.layers = [name]
                $0.format = "json"
            }
        }
        #expect(try document(layer("conv2.weight")).layers.map(\.name) == ["conv2.weight"])
        #expect(layer("conv1.wieght").failure?.description.hasSuffix("did you mean 'conv1.weight'?") == true)
        #expect(
            layer("dense.weight").failure?.description.contains("shape [3, 4] cannot be fitted: it has 2 axes") == true)
        #expect(layer("dense.weight").failure?.exitCode == 1)
    }

    /// The same kernels in either order of axes give the same fit, and the export keeps the input's axes.
    @Test func axesAndExport() throws {
        let folder = try Folder()
        let tensor = ramp([3, 2, 5, 4], as: .float64)
        try SafetensorsFile.write([tensor], to: folder.file("oihw.safetensors"))
        try SafetensorsFile.write(
            [tensor.permuted(KernelAxes.oihw.permutation(to: .hwio))], to: folder.file("hwio.safetensors"))
        for axes in ["oihw", "hwio"] {
            let outcome = fit {
                $0.file = folder.file("\(axes).safetensors").path
                $0.axes = axes
                $0.sigma = "per-kernel"
                $0.export = folder.file("\(axes).out.safetensors").path
            }
            #expect(outcome.failure == nil)
        }
        let first = try TensorArchive(contentsOf: folder.file("oihw.out.safetensors"))
        let second = try TensorArchive(contentsOf: folder.file("hwio.out.safetensors"))
        for name in ["coefficients", "sigma", "explainedEnergy", "standardErrors"] {
            #expect(try first.tensor(named: "conv.weight.\(name)") == second.tensor(named: "conv.weight.\(name)"))
        }
        let coefficients = try first.tensor(named: "conv.weight.coefficients")
        #expect(coefficients.shape.extents == [3, 2, 15])
        #expect(try first.tensor(named: "conv.weight.sigma").shape.extents == [3, 2])
        let (a, b) = (try first.tensor(named: "conv.weight"), try second.tensor(named: "conv.weight"))
        #expect(a.shape.extents == [3, 2, 5, 4] && b.shape.extents == [5, 4, 2, 3])
        #expect(a.permuted(KernelAxes.oihw.permutation(to: .hwio)).bytes == b.bytes)
        #expect(a.scalarType == .float64)
        #expect(first.metadata["order"] == "4" && first.metadata["discretization"] == "sampled")
        #expect(first.metadata["convention"]?.isEmpty == false)
    }

    /// Every kind of fit the command line offers, on kernels with a centre half a sample off.
    @Test func freeCentresConstantsAndAffineShapes() throws {
        let folder = try Folder()
        let taps = (0..<2).flatMap { kernel in
            (0..<49).map { tap -> Double in
                let (x, y) = (Double(tap % 7) - 3.5, Double(tap / 7) - 3)
                return exp(-(x * x / (kernel == 0 ? 2 : 4) + y * y / 2)) + 0.1
            }
        }
        try SafetensorsFile.write(
            [StoredTensor(name: "conv", shape: TensorShape([2, 1, 7, 7]), taps)], to: folder.file("m.safetensors"))
        let outcome = fit {
            $0.file = folder.file("m.safetensors").path
            $0.order = 0
            $0.sigma = "per-kernel"
            $0.center = "free"
            $0.constant = true
            $0.sigmaModel = "affine"
            $0.format = "json"
            $0.export = folder.file("out.safetensors").path
        }
        let layer = try #require(document(outcome).layers.first)
        #expect(layer.explainedEnergy > 1 - 1e-9)
        let out = try TensorArchive(contentsOf: folder.file("out.safetensors"))
        let center = try out.tensor(named: "conv.center").doubles
        #expect(abs(center[0] - 0.5) < 1e-4 && abs(center[1]) < 1e-4)
        let stretch = try out.tensor(named: "conv.stretch").doubles
        #expect(abs(stretch[0]) < 1e-4 && abs(stretch[2] - 0.5 * log(2.0)) < 1e-4)
        #expect(abs(try out.tensor(named: "conv.constant").doubles[1] - 0.1) < 1e-6)
        for discretization in ["integrated", "spectral", "discrete", "automatic"] {
            let outcome = fit {
                $0.file = folder.file("m.safetensors").path
                $0.discretization = discretization
                $0.center = "free"
                $0.order = 1
                $0.format = "json"
            }
            #expect(try document(outcome).layers.count == 1)
        }
    }

    /// Kernels in Keras' order come back in it, from each format that can be written, with all digits; and what was written can be fitted.
    @Test(arguments: ["safetensors", "npz", "pt", "pth"]) func whatIsReadCanBeWritten(format: String) throws {
        let folder = try Folder()
        let input = folder.file("keras.npz")
        try NpzFile.write([ramp([3, 5, 2, 4], "conv/kernel", as: .float64)], to: input)
        let export = folder.file("fits.\(format)")
        let outcome = fit {
            $0.file = input.path
            $0.axes = "hwio"
            $0.order = 8
            $0.export = export.path
        }
        #expect(outcome.failure == nil && outcome.notices == ["wrote \(export.relativePath)"])
        let archive = try TensorArchive(contentsOf: export)
        #expect(archive.format.name == (["npz", "safetensors"].contains(format) ? format : "pytorch"))
        let taps = try archive.tensor(named: "conv/kernel")
        let original = try TensorArchive(contentsOf: input).tensor(named: "conv/kernel")
        // Jets of order 8 span 3×5 taps, so the fit is the kernel.
        #expect(taps.shape == [3, 5, 2, 4])
        for (fitted, given) in zip(taps.doubles, original.doubles) { #expect(abs(fitted - given) < 1e-9) }
        let again = fit {
            $0.file = export.path
            $0.axes = "hwio"
            $0.order = 1
            $0.layers = ["conv/kernel"]
        }
        #expect(again.failure == nil)
    }

    @Test func severalScalesARidgeAndDilatedTaps() throws {
        let folder = try Folder()
        let input = folder.file("model.safetensors")
        try SafetensorsFile.write([ramp([3, 2, 7, 7])], to: input)
        let export = folder.file("fits.npz")
        let outcome = fit {
            $0.file = input.path
            $0.order = 1
            $0.scaleRatios = "1,2"
            $0.ridge = 0.1
            $0.dilation = 2
            $0.sigmaRange = "1...4"
            $0.export = export.path
            $0.format = "json"
        }
        #expect(outcome.failure == nil)
        let layer = try JSONDecoder().decode(Document.self, from: Data(outcome.output.utf8)).layers[0]
        #expect(layer.coefficients.count == 6 && layer.byOrder[1].functions == 6)
        #expect(try TensorArchive(contentsOf: export).tensor(named: "conv.weight.coefficients").shape == [3, 2, 6])
        let text = fit {
            $0.file = input.path
            $0.order = 1
            $0.scaleRatios = "1,2"
        }
        #expect(text.output.contains("at 2.0σ"))
    }

    /// A planted Gaussian and noise: the criteria choose order 0, and the tables still go to the order asked for.
    @Test(arguments: ["criterion", "held-out"]) func theOrderIsChosen(choice: String) throws {
        let folder = try Folder()
        let input = folder.file("model.safetensors")
        let values = (0..<(8 * 49)).map { index -> Double in
            let (x, y) = (Double(index % 7) - 3, Double(index / 7 % 7) - 3)
            return exp(-(x * x + y * y) / 2) + 0.01 * sin(Double(index * index % 1009))
        }
        try SafetensorsFile.write([StoredTensor(name: "g", shape: [8, 1, 7, 7], values)], to: input)
        let outcome = fit {
            $0.file = input.path
            $0.order = 3
            $0.chooseOrder = choice
            $0.format = "json"
            $0.export = folder.file("fits.safetensors").path
        }
        #expect(outcome.failure == nil)
        let export = try TensorArchive(contentsOf: folder.file("fits.safetensors"))
        #expect(try export.tensor(named: "g.coefficients").shape == [8, 1, 1])
        #expect(export.metadata["order"] == "0" && export.metadata["g.order"] == "0")
        #expect(export.metadata["orderChoice"] == choice)
        let layer = try JSONDecoder().decode(Document.self, from: Data(outcome.output.utf8)).layers[0]
        #expect(layer.order == 0 && layer.byOrder.count == 4 && layer.coefficients.count == 1)
        let text = fit {
            $0.file = input.path
            $0.order = 3
            $0.chooseOrder = choice
        }
        #expect(text.output.contains("Order 0 was chosen"))
    }

    /// At σ = 0.05 the functions that vanish at the middle tap are at most some 10⁻⁸⁴ and 10⁻¹⁶⁷ elsewhere, and standard errors go as their
    /// inverses.
    @Test func aTinySigmaLeavesNumbersFinite() throws {
        let folder = try Folder()
        let input = folder.file("model.safetensors")
        try SafetensorsFile.write([ramp([2, 1, 3, 3])], to: input)
        let outcome = fit {
            $0.file = input.path
            $0.sigma = "0.05"
            $0.format = "json"
            $0.export = folder.file("fits.safetensors").path
        }
        #expect(outcome.failure == nil)
        let coefficients = try #require(document(outcome).layers.first).coefficients
        #expect(coefficients.contains { $0.standardError > 1e80 })
        let export = try TensorArchive(contentsOf: folder.file("fits.safetensors"))
        for name in [".coefficients", ".standardErrors", ""] {
            #expect(try export.tensor(named: "conv.weight\(name)").doubles.allSatisfy { $0.isFinite })
        }
    }

    @Test func npyNeedsItsAxes() throws {
        let folder = try Folder()
        try NpyFile.write(ramp([2, 1, 3, 3]), to: folder.file("kernels.npy"))
        let without = fit { $0.file = folder.file("kernels.npy").path }
        #expect(without.failure?.exitCode == 1)
        #expect(without.failure?.description.contains("--axes") == true)
        let with = fit {
            $0.file = folder.file("kernels.npy").path
            $0.axes = "oihw"
            $0.format = "json"
        }
        #expect(try document(with).layers.map(\.name) == ["kernels"])
    }

    @Test func filesThatCannotBeReadAreOneSentence() throws {
        let folder = try Folder()
        let cases: [(String, [UInt8])] = [
            ("short.safetensors", [1, 2, 3]),
            ("long-header.safetensors", [255, 255, 255, 255, 255, 255, 255, 127, 123]),
            ("not-json.safetensors", [4, 0, 0, 0, 0, 0, 0, 0] + Array("oops".utf8)),
        ]
        for (name, bytes) in cases {
            try Data(bytes).write(to: folder.file(name))
            let failure = fit { $0.file = folder.file(name).path }.failure
            #expect(failure?.exitCode == 1)
            #expect(failure?.description.contains(name) == true, "\(String(describing: failure))")
            #expect(failure?.description.contains("\n") == false)
        }
        #expect(fit { $0.file = folder.file("missing.safetensors").path }.failure?.exitCode == 1)
    }

    @Test func theReportIsWrittenAndAnUnwritablePlaceIsSaid() throws {
        let folder = try Folder()
        let outcome = fit {
            $0.layers = ["sobel-3x3"]
            $0.report = folder.file("report").path
        }
        #expect(outcome.failure == nil)
        let html = try String(contentsOf: folder.file("report/index.html"), encoding: .utf8)
        #expect(html.contains("sobel-3x3"))
        try Data().write(to: folder.file("occupied"))
        let refused = fit {
            $0.layers = ["sobel-3x3"]
            $0.report = folder.file("occupied").path
        }
        #expect(refused.failure?.exitCode == 1)
        #expect(refused.failure?.description.contains("occupied") == true)
    }

    @Test func textFitsTheTerminal() throws {
        let output = fit { $0.layers = ["sobel-3x3", "gabor-11x11"] }.output
        for line in output.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
        #expect(output.contains("Best fitted") && output.contains("All layers: R² of jets"))
    }
}
