import CommandLineSupport
import Datasets
import Foundation
import NeuralNetworks
import Pictures
import TensorFiles
import Tensors
import TestSupport
import Testing

/// That PyTorch computes the same scores from an export is shown by Benchmarks/peers/exports.py.
@Suite struct ExportRunTests {
    private func export(_ model: String, to file: URL, seed: UInt64?, samples: Int = 0) throws -> TensorArchive {
        let text = try ExportRun(model: model, output: file.path, seed: seed, samples: samples).run()
        #expect(text.contains(file.lastPathComponent))
        return try TensorArchive(contentsOf: file)
    }

    @Test func tensorsHavePyTorchsNamesAndAxes() throws {
        let folder = try TemporaryFolder()
        let archive = try export("dilated", to: folder.file("d.safetensors"), seed: 3, samples: 2)
        let shapes = Dictionary(uniqueKeysWithValues: archive.entries.map { ($0.name, $0.shape) })
        #expect(shapes["conv2.weight"] == [24, 16, 3, 3] && shapes["conv2.bias"] == [24])
        #expect(shapes["norm4.running_var"] == [48] && shapes["dense1.weight"] == [10, 48])
        #expect(shapes["sample.pictures"] == [2, 3, 32, 32] && shapes["sample.scores"] == [2, 10, 1, 1])
        #expect(archive.metadata["network"] == "dilated" && archive.metadata["input"] == "[32, 32, 3]")
        let layers = try JSONDecoder().decode(
            [LayerRecord].self, from: Data(#require(archive.metadata["layers"]).utf8))
        #expect(Set(layers.flatMap(\.tensors)) == Set(shapes.keys).subtracting(["sample.pictures", "sample.scores"]))
    }

    /// Row by row, a kernel `[height, width, in, out]` becomes `[out, in, height, width]`.
    @Test func kernelsAreTransposedAndNothingIsNeutral() throws {
        let folder = try TemporaryFolder()
        let archive = try export("dilated", to: folder.file("d.safetensors"), seed: 3)
        let graph = try NetworkGraph(#require(StandardNetwork.named("dilated")).description())
        let kernel = NetworkWeights(graph, seed: 3).tensors[0]
        let weight = try archive.tensor(named: "conv1.weight").tensor
        for (o, i, y, x) in [(0, 0, 0, 0), (5, 2, 1, 0), (15, 1, 2, 1)] {
            #expect(weight[o, i, y, x] == kernel[y, x, i, o])
        }
        for name in ["conv1.bias", "norm1.bias", "norm1.weight", "norm1.running_mean", "norm1.running_var"] {
            #expect(try archive.tensor(named: name).doubles.allSatisfy { $0 != 0 && $0 != 1 }, "\(name)")
        }
    }

    /// Whoever has the file alone, and a picture, feeds the network what it was trained with.
    @Test func theFileSaysWhatTheNetworkIsFedWith() throws {
        let folder = try TemporaryFolder()
        // Of pictures that are red, green and blue, and darker to the right and below.
        let (height, width) = (6, 5)
        func byte(_ row: Int, _ column: Int, _ channel: Int, of hue: Int) -> UInt8 {
            channel == hue ? UInt8(255 - 20 * row - 3 * column) : UInt8(7 * channel)
        }
        for (hue, name) in ["red", "green", "blue"].enumerated() {
            let place = folder.file("pictures/\(name)")
            try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
            let planes = (0..<3).map { channel in
                (0..<height * width).map { Float(byte($0 / width, $0 % width, channel, of: hue)) / 255 }
            }
            for number in 0..<5 {
                try Picture(width: width, height: height, channels: .color, depth: .eight, planes: planes)
                    .write(to: place.appendingPathComponent("\(number).png"))
            }
        }
        let set = try PictureFolder.read(in: folder.file("pictures")).training
        var batch = Batch(of: set, count: set.count)
        set.fill(&batch, from: 0)

        let archive = try export("dilated", to: folder.file("d.safetensors"), seed: 3, samples: 2)
        let encoding = try JSONDecoder().decode(
            PictureEncoding.self, from: Data(#require(archive.metadata["encoding"]).utf8))
        #expect(encoding.layout == "NCHW" && encoding.size == [32, 32])
        let hues = ["red", "green", "blue"]
        for (place, label) in batch.labels.enumerated() {
            let hue = try #require(hues.firstIndex(of: set.classNames[Int(label)]))
            for (channel, name) in encoding.channels.enumerated() {
                let own = try #require(hues.firstIndex(of: name))
                for row in 0..<height {
                    for column in 0..<width {
                        let sample =
                            (Double(byte(row, column, own, of: hue)) / encoding.divisor - encoding.mean[channel])
                            / encoding.deviation[channel]
                        #expect(batch.pictures[place, row, column, channel] == Float(sample))
                    }
                }
            }
        }
        // The samples in the file are such: bytes of a divisor.
        let samples = try archive.tensor(named: "sample.pictures").doubles
        let bytes = samples.map { $0 * encoding.divisor }
        // Half a unit in the last place of a quotient, times 255.
        #expect(bytes.allSatisfy { abs($0 - $0.rounded()) <= 255 * 0x1p-24 && (0...255).contains($0.rounded()) })
        #expect(Set(bytes.map { $0.rounded() }).count > 50)
        let sentence = try #require(archive.metadata["pictures"])
        for part in ["divided by 255", "no mean", "red, green, blue", "NCHW", "32 rows and 32 columns"] {
            #expect(sentence.contains(part), "\(sentence)")
        }
        #expect(archive.metadata["scores"]?.contains("before the softmax") == true)
        #expect(archive.metadata["classes"] == nil, "drawn weights know no classes")
    }

    @Test func networksThatComeAlongNameTheirClassesAndDetectorsTheirFields() throws {
        let folder = try TemporaryFolder()
        let trained = try export("strided", to: folder.file("s.safetensors"), seed: nil)
        let classes = try JSONDecoder().decode([String].self, from: Data(#require(trained.metadata["classes"]).utf8))
        #expect(classes.count == 10 && classes[0] == "airplane")
        let detector = try export("detector", to: folder.file("d.safetensors"), seed: 1)
        #expect(detector.metadata["scores"]?.contains("exp(4 - s)") == true)
        let models = try ModelsTable.output(network: nil, format: "json", style: .plain)
        let all = try #require(JSONSerialization.jsonObject(with: Data(models.utf8)) as? [[String: Any]])
        #expect(all.allSatisfy { ($0["encoding"] as? [String: Any])?["divisor"] as? Int == 255 })
    }

    @Test func trainedNetworksAreExportedByName() throws {
        let folder = try TemporaryFolder()
        let archive = try export("strided", to: folder.file("s.safetensors"), seed: nil, samples: 1)
        #expect(archive.entries.contains { $0.name == "conv4.weight" })
        #expect(try archive.tensor(named: "sample.scores").doubles.allSatisfy(\.isFinite))
    }

    /// Grey pictures of 40×48 pixels in two classes, learned by a network for 32×32 in three channels and ten classes.
    @Test func aRunKeepsTheSizeOfItsPictures() throws {
        let folder = try TemporaryFolder()
        for (name, level) in [("dark", Float(0.2)), ("light", Float(0.8))] {
            let place = folder.file("pictures/\(name)")
            try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
            let plane = [Float](repeating: level, count: 40 * 48)
            for number in 0..<5 {
                try Picture(width: 48, height: 40, channels: .grey, depth: .eight, planes: [plane])
                    .write(to: place.appendingPathComponent("\(number).png"))
            }
        }
        var arguments = TrainRequest.Arguments()
        (arguments.network, arguments.data) = ("strided", "pictures")
        (arguments.dataFolder, arguments.out) = (folder.url.path, folder.file("run").path)
        (arguments.epochs, arguments.stepsPerEpoch, arguments.batch) = (1, 1, 2)
        _ = try TrainRun(TrainRequest(arguments), style: .plain).run()
        let file = folder.file("run/last.safetensors")
        let archive = try export(file.path, to: folder.file("s.safetensors"), seed: nil, samples: 1)
        #expect(archive.metadata["input"] == "[40, 48, 1]")
        #expect(try archive.tensor(named: "sample.pictures").shape == [1, 1, 40, 48])
        #expect(try archive.tensor(named: "dense1.weight").shape == [2, 48])

        #expect(archive.metadata["classes"] == #"["dark","light"]"#)
        let encoding = try JSONDecoder().decode(
            PictureEncoding.self, from: Data(#require(archive.metadata["encoding"]).utf8))
        #expect(encoding.size == [40, 48] && encoding.channels == ["grey"] && encoding.mean == [0])

        // A file of an earlier version, which knows its channels from the weights alone.
        let checkpoint = try TensorArchive(contentsOf: file)
        var metadata = checkpoint.metadata
        metadata["input"] = nil
        try SafetensorsFile.write(checkpoint.tensors(), metadata: metadata, to: file)
        let earlier = try export(file.path, to: folder.file("e.safetensors"), seed: nil)
        #expect(earlier.metadata["input"] == "[32, 32, 1]")
    }

    @Test func refusalsSayWhatIsWanted() throws {
        let folder = try TemporaryFolder()
        func refusal(_ model: String, _ output: String, seed: UInt64? = 1, samples: Int = 0) -> String {
            do {
                return try ExportRun(model: model, output: output, seed: seed, samples: samples).run()
            } catch { return "\(error)" }
        }
        #expect(refusal("dilated", "d.pt").contains("ends in .safetensors"))
        #expect(refusal("dilated", "d.safetensors", samples: -1).contains("--samples is -1"))
        #expect(refusal("dilatd", "d.safetensors").contains("did you mean 'dilated'?"))
        let missing = refusal("cascade", folder.file("c.safetensors").path, seed: nil)
        #expect(missing.contains("cascade") && missing.contains("dilated"), "what comes along is named: \(missing)")
        #expect(try folder.names().isEmpty)
    }
}
