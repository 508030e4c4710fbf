import CommandLineSupport
import Foundation
import TensorFiles
import Tensors
import TestSupport
import Testing

private struct Outcome {
    var output = ""
    var notices: [String] = []
    var failure: CommandFailure?
}

private func fit(_ change: (inout FitRequest.Arguments) -> Void) -> Outcome {
    var arguments = FitRequest.Arguments()
    arguments.order = 1
    change(&arguments)
    // A list has no order.
    if arguments.list { arguments.order = FitRequest.Arguments().order }
    var outcome = Outcome()
    do {
        let run = FitRun(try FitRequest(arguments), style: .plain, version: "test")
        outcome.output = try run.run(notice: { outcome.notices.append($0) })
    } catch {
        outcome.failure = error
    }
    return outcome
}

private func waves(_ name: String, _ shape: [Int], seed: Double = 1) -> StoredTensor {
    StoredTensor(
        name: name, shape: TensorShape(shape),
        (0..<shape.reduce(1, *)).map { sin(seed + Double($0 * $0 % 97)) }, as: .float32)
}

private struct Document: Decodable {
    struct Layer: Decodable {
        let file: String?
        let name: String
        let axes: String
        let kernelHeight: Int
        let kernelWidth: Int
        let explainedEnergy: Double
    }
    struct Skipped: Decodable {
        let file: String?
        let name: String
        let shape: [Int]?
        let kind: String
        let reason: String
    }
    let file: String?
    let files: [String]?
    let layers: [Layer]
    let skipped: [Skipped]
}

private func document(_ outcome: Outcome) throws -> Document {
    try JSONDecoder().decode(Document.self, from: Data(outcome.output.utf8))
}

/// Which tensors of which files `ccnn fit` takes.
@Suite struct FitSourcesTests {
    private static let checkpoint = [
        waves("state_dict.module.conv1.weight", [4, 3, 5, 5]), waves("state_dict.module.conv1.bias", [4]),
        waves("state_dict.module.pos_embed", [1, 4, 7, 7]), waves("state_dict.module.conv3d.weight", [2, 2, 3, 3, 3]),
        waves("optimizer.state.0.exp_avg", [4, 3, 5, 5], seed: 2),
        waves("optimizer.state.0.exp_avg_sq", [4, 3, 5, 5], seed: 3),
        waves("ema.module.conv1.weight", [4, 3, 5, 5], seed: 4),
    ]

    @Test func aCheckpointGivesItsLayersAndEverythingElseIsNamedInTheDocument() throws {
        let folder = try TemporaryFolder()
        try TorchFile.write(Self.checkpoint, to: folder.file("last.ckpt"))
        let outcome = fit {
            $0.file = folder.file("last.ckpt").path
            $0.format = "json"
        }
        let document = try document(outcome)
        #expect(document.layers.map(\.name) == ["conv1.weight"])
        #expect(document.skipped.count == 6)
        let kinds = Dictionary(document.skipped.map { ($0.name, $0.kind) }) { first, _ in first }
        #expect(kinds["optimizer.state.0.exp_avg_sq"] == "optimizerState")
        #expect(kinds["ema.module.conv1.weight"] == "average")
        #expect(kinds["state_dict.module.pos_embed"] == "otherUse")
        #expect(kinds["state_dict.module.conv3d.weight"] == "threeDimensional")
        #expect(
            outcome.notices == [
                "skipped tensor 'state_dict.module.conv3d.weight': kernels of three dimensions are not fitted",
                "left out 2 tensors of an optimiser's state, 1 tensor of running averages of the weights, "
                    + "1 tensor that is no kernel by name or use; --list names them",
            ])
    }

    /// What the export holds under a layer's own name goes into the network as it is, without the containers of the checkpoint.
    @Test func theExportHasTheNetworksNames() throws {
        let folder = try TemporaryFolder()
        try TorchFile.write(Self.checkpoint, to: folder.file("last.pt"))
        let export = folder.file("fits.pt")
        let outcome = fit {
            $0.file = folder.file("last.pt").path
            $0.export = export.path
        }
        #expect(outcome.failure == nil)
        let archive = try TensorArchive(contentsOf: export)
        #expect(try archive.tensor(named: "conv1.weight").shape == [4, 3, 5, 5])
        #expect(try archive.tensor(named: "conv1.weight.coefficients").shape == [4, 3, 3])
    }

    @Test func theListSaysOfEveryTensorWhatItIs() throws {
        let folder = try TemporaryFolder()
        try TorchFile.write(Self.checkpoint, to: folder.file("last.pt"))
        let text = fit {
            $0.file = folder.file("last.pt").path
            $0.list = true
        }.output
        #expect(text.contains("1 layer of kernels, 6 other tensors"))
        for tensor in Self.checkpoint { #expect(text.contains(tensor.name)) }
        #expect(
            text.contains("5×5, oihw") && text.contains("an optimiser's state") && text.contains("a table of positions")
        )
        let json = fit {
            $0.file = folder.file("last.pt").path
            $0.list = true
            $0.format = "json"
        }.output
        #expect(json.contains("\"reason\" : \"kernels of three dimensions are not fitted\""))
        let both = fit {
            $0.file = folder.file("last.pt").path
            $0.list = true
            $0.export = folder.file("a.pt").path
        }
        #expect(both.failure?.exitCode == 2)
        // A file without kernels has a list too.
        try SafetensorsFile.write([waves("fc.weight", [3, 4])], to: folder.file("dense.safetensors"))
        let dense = fit {
            $0.file = folder.file("dense.safetensors").path
            $0.list = true
        }
        #expect(
            dense.output.contains("0 layers of kernels, 1 other tensors") || dense.output.contains("1 other tensor"))
    }

    @Test func severalFilesAndFoldersStandInTablesOfTheirOwn() throws {
        let folder = try TemporaryFolder()
        try FileManager.default.createDirectory(at: folder.file("runs"), withIntermediateDirectories: true)
        try SafetensorsFile.write([waves("conv1.weight", [4, 3, 5, 5])], to: folder.file("a.safetensors"))
        try SafetensorsFile.write(
            [waves("conv1.weight", [4, 3, 5, 5], seed: 2)], to: folder.file("runs/a.safetensors"))
        try SafetensorsFile.write([waves("fc.weight", [4, 3])], to: folder.file("runs/b.safetensors"))
        try Data("no".utf8).write(to: folder.file("runs/c.safetensors"))
        func run(_ format: String) -> Outcome {
            fit {
                $0.files = [
                    folder.file("a.safetensors").path, folder.file("runs").path, folder.file("a.safetensors").path,
                ]
                $0.format = format
            }
        }
        let json = run("json")
        let document = try document(json)
        let name = folder.file("runs").deletingLastPathComponent().lastPathComponent
        #expect(document.file == nil)
        #expect(document.layers.map(\.file) == ["\(name)/a.safetensors", "runs/a.safetensors"])
        #expect(document.layers.map(\.name) == ["conv1.weight", "conv1.weight"])
        #expect(document.skipped.map(\.file) == ["b.safetensors"])
        // What lies in a folder and cannot be read is said, and stops nothing.
        #expect(json.notices.contains { $0.hasPrefix("left out") && $0.contains("c.safetensors") })
        let text = run("text").output
        #expect(text.contains("runs/a.safetensors: R² of jets of order N"))
        let export = fit {
            $0.files = [folder.file("a.safetensors").path, folder.file("runs").path]
            $0.export = folder.file("fits.pt").path
        }
        #expect(export.failure?.exitCode == 2)
        let empty = fit {
            $0.files = [folder.file("a.safetensors").path, folder.file("runs/b.safetensors").path]
        }
        #expect(empty.failure?.description.contains("b.safetensors: none of its 1 tensor") == true)
    }

    @Test func layersOfOneDimensionAreFittedAndComeBackAsTheyWere() throws {
        let folder = try TemporaryFolder()
        try SafetensorsFile.write([waves("encoder.conv1.weight", [3, 2, 9])], to: folder.file("m.safetensors"))
        let outcome = fit {
            $0.file = folder.file("m.safetensors").path
            $0.format = "json"
            $0.order = 8
            $0.export = folder.file("fits.safetensors").path
        }
        let layer = try #require(document(outcome).layers.first)
        #expect((layer.kernelHeight, layer.kernelWidth, layer.axes) == (1, 9, "oiw"))
        let taps = try TensorArchive(contentsOf: folder.file("fits.safetensors")).tensor(named: "encoder.conv1.weight")
        #expect(taps.shape == [3, 2, 9])
        // Derivatives up to order 8 span nine taps.
        for (fitted, given) in zip(taps.doubles, waves("", [3, 2, 9]).doubles) { #expect(abs(fitted - given) < 1e-5) }
    }

    @Test func patternsChooseLayers() throws {
        let folder = try TemporaryFolder()
        try SafetensorsFile.write(
            ["layer1.0", "layer1.1", "layer2.0"].enumerated().map {
                waves("\($0.element).weight", [2, 2, 3, 3], seed: Double($0.offset))
            }, to: folder.file("m.safetensors"))
        func names(_ layers: [String], _ excluded: [String] = []) throws -> [String] {
            try document(
                fit {
                    $0.file = folder.file("m.safetensors").path
                    $0.layers = layers
                    $0.excluded = excluded
                    $0.format = "json"
                }
            ).layers.map(\.name)
        }
        #expect(try names(["layer1.*"]) == ["layer1.0.weight", "layer1.1.weight"])
        #expect(try names([], ["layer1.*"]) == ["layer2.0.weight"])
        let wrong = fit {
            $0.file = folder.file("m.safetensors").path
            $0.excluded = ["layer3.*"]
        }
        #expect(wrong.failure?.description.contains("there is no layer 'layer3.*'") == true)
    }

    @Test func aNetworkThatComesAlongIsNamedInPlaceOfAFile() throws {
        let outcome = fit {
            $0.files = ["dilated"]
            $0.format = "json"
            $0.layers = ["conv1.kernel"]
        }
        #expect(try document(outcome).layers.map(\.name) == ["dilated.conv1.kernel"])
        #expect(fit { $0.files = ["dilatde"] }.failure?.exitCode == 1)
    }
}
