import Foundation
import MessagePassing
import Reports
import TensorFiles
import Tensors
import TestSupport
import Testing
import Training

@testable import CommandLineSupport

/// What is there stays: no command replaces a file, be it its own input under another name, unless it is told to.
@Suite struct OutputsTests {
    private func outputs(reading input: URL?, writing files: [URL], overwrites: Bool = false) -> Outputs {
        var outputs = Outputs(overwrites: overwrites)
        outputs.read(input, "the input")
        for (place, file) in files.enumerated() { outputs.write(file, "--output-\(place)") }
        return outputs
    }

    private func refusal(_ outputs: Outputs) -> String {
        do { try outputs.check() } catch { return error.description }
        return "none"
    }

    @Test func anInputIsKnownByEveryName() throws {
        let folder = try TemporaryFolder()
        let input = try folder.file("input.bin", holding: [1, 2])
        try FileManager.default.createDirectory(at: folder.file("sub"), withIntermediateDirectories: false)
        try FileManager.default.createSymbolicLink(at: folder.file("symbolic"), withDestinationURL: input)
        try FileManager.default.linkItem(at: input, to: folder.file("hard"))
        try FileManager.default.createSymbolicLink(at: folder.file("elsewhere"), withDestinationURL: folder.url)
        for name in ["input.bin", "symbolic", "hard", "sub/../input.bin", "elsewhere/input.bin", "./input.bin"] {
            let text = refusal(outputs(reading: input, writing: [folder.file(name)]))
            #expect(text.contains("--output-0 would replace the input, which is read"), "\(name): \(text)")
            #expect(text.hasPrefix(folder.file(name).relativePath), "\(text)")
            let links = refusal(outputs(reading: folder.file(name), writing: [input]))
            #expect(links.contains("the input, which is read"), "\(name): \(links)")
            try outputs(reading: input, writing: [folder.file(name)], overwrites: true).check()
        }
        // Where the system does not tell cases apart, the capital name is the same file; elsewhere it is free.
        let capital = folder.file("INPUT.BIN")
        let isTaken = FileManager.default.fileExists(atPath: capital.path)
        #expect((refusal(outputs(reading: input, writing: [capital])) != "none") == isTaken)
    }

    @Test func whateverIsThereStays() throws {
        let folder = try TemporaryFolder()
        let file = try folder.file("other.bin", holding: [1])
        #expect(refusal(outputs(reading: nil, writing: [file])).contains("would replace a file that is there"))
        try FileManager.default.createSymbolicLink(
            at: folder.file("dangling"), withDestinationURL: folder.file("nowhere"))
        #expect(refusal(outputs(reading: nil, writing: [folder.file("dangling")])).contains("a file that is there"))
        for overwrites in [false, true] {
            let found = outputs(reading: nil, writing: [folder.url], overwrites: overwrites)
            #expect(refusal(found).contains("found a folder, wanted the name of a file"))
        }
        try outputs(reading: file, writing: [folder.file("new")]).check()
        #expect(try folder.names() == ["dangling", "other.bin"])
    }

    /// Files that are not there yet have no number to be known by.
    @Test func twoOutputsAreTwoFiles() throws {
        let folder = try TemporaryFolder()
        try FileManager.default.createSymbolicLink(at: folder.file("link"), withDestinationURL: folder.url)
        try FileManager.default.createDirectory(at: folder.file("sub"), withIntermediateDirectories: false)
        let first = folder.file("new/a.png")
        for other in ["new/a.png", "new/A.png", "link/new/a.png", "sub/../new/a.png"] {
            for overwrites in [false, true] {
                let text = refusal(
                    outputs(reading: nil, writing: [first, folder.file(other)], overwrites: overwrites))
                #expect(text.contains("--output-1 is the file that --output-0 names"), "\(other): \(text)")
            }
        }
        try outputs(reading: nil, writing: [first, folder.file("new/b.png"), folder.file("a.png")]).check()
    }

    @Test func permissionToReplaceWithoutAnOutputIsAMisunderstanding() {
        let failure = #expect(throws: CommandFailure.self) {
            try outputs(reading: nil, writing: [], overwrites: true).check()
        }
        #expect(failure?.exitCode == 2)
    }

    /// Rank 0 sees the files; the others are told.
    @Test func allRanksRefuseTogether() throws {
        let folder = try TemporaryFolder()
        let file = try folder.file("there", holding: [1])
        let refused = try LocalRanks.run(3) { communicator in
            var outputs = Outputs(overwrites: false)
            outputs.write(file, "--output")
            do { try outputs.check(on: communicator) } catch { return true }
            return false
        }
        #expect(refused == [true, true, true])
    }

    // MARK: The commands

    /// Runs a command that would replace `file`, and compares every file of the folder with what it was.
    private func expectRefusal(
        of file: URL, in folder: TemporaryFolder, _ sentence: String = "would replace", _ body: () throws -> Void
    ) throws {
        func contents() throws -> [String: Data] {
            let names = try FileManager.default.subpathsOfDirectory(atPath: folder.url.path)
            return Dictionary(
                uniqueKeysWithValues: names.map { ($0, (try? Data(contentsOf: folder.file($0))) ?? Data()) })
        }
        let before = try contents()
        let failure = #expect(throws: CommandFailure.self) { try body() }
        let text = failure?.description ?? ""
        #expect(failure?.exitCode == 1 && text.contains(file.lastPathComponent) && text.contains(sentence), "\(text)")
        #expect(text.contains("--overwrite"), "the next step: \(text)")
        #expect(try contents() == before)
    }

    private func kernels(in folder: TemporaryFolder, _ name: String) throws -> URL {
        let file = folder.file(name)
        let taps = (0..<9).map { Double($0 * $0 % 5) }
        try SafetensorsFile.write(
            [StoredTensor(name: "conv.weight", shape: TensorShape([1, 1, 3, 3]), taps)], to: file)
        return file
    }

    @Test func aFitStaysOffItsKernels() throws {
        let folder = try TemporaryFolder()
        let weights = try kernels(in: folder, "weights.safetensors")
        let other = try kernels(in: folder, "other.safetensors")
        try FileManager.default.linkItem(at: weights, to: folder.file("fits.npz"))
        let page = folder.file("report/index.html")
        try FileManager.default.createDirectory(at: folder.file("report"), withIntermediateDirectories: false)
        _ = try folder.file("report/index.html", holding: [1])
        func fit(_ change: (inout FitRequest.Arguments) -> Void) throws {
            var arguments = FitRequest.Arguments()
            (arguments.file, arguments.order, arguments.sigma) = (weights.path, 1, "1")
            change(&arguments)
            _ = try FitRun(FitRequest(arguments), style: .plain, version: "test").run { _, _ in
                Issue.record("something was computed")
            }
        }
        try expectRefusal(of: weights, in: folder, "the file of kernels, which is read") {
            try fit { $0.export = weights.path }
        }
        try expectRefusal(of: folder.file("fits.npz"), in: folder, "the file of kernels, which is read") {
            try fit { $0.export = folder.file("fits.npz").path }
        }
        try expectRefusal(of: other, in: folder) { try fit { $0.export = other.path } }
        try expectRefusal(of: page, in: folder) { try fit { $0.report = folder.file("report").path } }
        var arguments = FitRequest.Arguments()
        (arguments.file, arguments.order, arguments.sigma, arguments.overwrites) = (weights.path, 1, "1", true)
        (arguments.export, arguments.report) = (weights.path, folder.file("report").path)
        _ = try FitRun(FitRequest(arguments), style: .plain, version: "test").run()
        #expect(try TensorArchive(contentsOf: weights).entries.contains { $0.name == "conv.weight.coefficients" })
        #expect(try Data(contentsOf: page).count > 1)
        #expect(try TensorArchive(contentsOf: folder.file("other.safetensors")).entries.count == 1)
    }

    @Test(arguments: [1, 2]) func aFilterStaysOffItsPictureAndItsTaps(ranks: Int) throws {
        let folder = try TemporaryFolder()
        let (picture, taps) = (folder.file("picture.npy"), folder.file("taps.npy"))
        let numbers = (0..<64).map { Float($0 % 7) }
        try NpyFile.write(StoredTensor(name: "a", shape: TensorShape([8, 8]), numbers), to: picture)
        try NpyFile.write(StoredTensor(name: "a", shape: TensorShape([3, 3]), Array(numbers.prefix(9))), to: taps)
        func filter(into output: URL, overwrites: Bool = false) throws {
            _ = try LocalRanks.run(ranks) { communicator in
                var arguments = FilterRequest.Arguments()
                (arguments.picture, arguments.output, arguments.kernel) = (picture.path, output.path, taps.path)
                arguments.overwrites = overwrites
                let request = try FilterRequest(arguments)
                return ranks > 1
                    ? try SlabFilterRun(request, on: communicator).run() : try FilterRun(request).run()
            }
        }
        try expectRefusal(of: picture, in: folder, ranks > 1 ? "replace" : "the picture, which is read") {
            try filter(into: picture)
        }
        try expectRefusal(of: taps, in: folder, ranks > 1 ? "replace" : "the file of taps, which is read") {
            try filter(into: taps)
        }
        // Threads in place of ranks have no transform that they could share.
        guard ranks == 1 else { return }
        let before = try Data(contentsOf: picture)
        try filter(into: folder.file("result.npy"))
        try filter(into: picture, overwrites: true)
        #expect(try Data(contentsOf: picture) != before)
        #expect(try Data(contentsOf: picture) == Data(contentsOf: folder.file("result.npy")))
    }

    @Test func anExportLeavesARunItsState() throws {
        let folder = try TemporaryFolder()
        let state = try folder.file("last.safetensors", holding: [1, 2, 3])
        try expectRefusal(of: state, in: folder, "the checkpoint, which is read") {
            _ = try ExportRun(model: state.path, output: state.path, seed: nil, samples: 0).run()
        }
        try expectRefusal(of: state, in: folder) {
            _ = try ExportRun(model: "strided", output: state.path, seed: 1, samples: 0).run()
        }
        _ = try ExportRun(model: "strided", output: state.path, seed: 1, samples: 0, overwrites: true).run()
        #expect(try TensorArchive(contentsOf: state).entries.count > 3)
    }

    @Test func tablesAndPicturesOfANetworkReplaceNothing() throws {
        let folder = try TemporaryFolder()
        let sheet = try folder.file("sheet.png", holding: [1])
        try expectRefusal(of: sheet, in: folder) {
            _ = try EvaluateRun(checkpoint: "dilated", dataFolder: nil, style: .plain).run(sheet: sheet.path)
        }
        let page = try folder.file("index.html", holding: [2])
        try expectRefusal(of: page, in: folder) {
            _ = try ReceptiveFieldRun(
                model: "strided", dataFolder: nil, report: folder.url.path, pictures: 1, style: .plain, version: ""
            ).run()
        }
        var arguments = LayersBenchmark.Arguments()
        (arguments.layers, arguments.report) = (["batch=1,size=4x4,in=1,out=1,kernel=1x1"], folder.url.path)
        try expectRefusal(of: page, in: folder) { _ = try LayersBenchmark(arguments).run(style: .plain) }
        try FileManager.default.removeItem(at: page)
        let curve = try folder.file("curve-1-forward.svg", holding: [3])
        arguments.layers.append("batch=1,size=4x4,in=1,out=1,kernel=3x3")
        try expectRefusal(of: curve, in: folder) { _ = try LayersBenchmark(arguments).run(style: .plain) }
    }

    @Test(arguments: ["last.safetensors", "best.safetensors", "history.csv", "history.json"])
    func aNewRunReplacesNoFile(name: String) throws {
        let folder = try TemporaryFolder()
        let file = try folder.file(name, holding: [1])
        var arguments = TrainRequest.Arguments()
        (arguments.network, arguments.out) = ("strided", folder.url.path)
        (arguments.epochs, arguments.stepsPerEpoch, arguments.batch) = (1, 1, 2)
        let sentence = name.hasPrefix("last") ? "already holds a run" : "would replace"
        do {
            _ = try TrainRun(TrainRequest(arguments), style: .plain).run()
            Issue.record("a file was replaced")
        } catch {
            #expect("\(error)".contains(sentence) && "\(error)".contains("--overwrite"), "\(error)")
        }
        #expect(try folder.names() == [name])
        #expect(try [UInt8](Data(contentsOf: file)) == [1])
        arguments.overwrites = true
        _ = try TrainRun(TrainRequest(arguments), style: .plain).run()
        #expect(try Data(contentsOf: file).count > 1)
    }

    /// Between the look at the folder and the first epoch's end lies a long time.
    @Test func aFileThatCameDuringTheFirstEpochStays() throws {
        let folder = try TemporaryFolder()
        var arguments = TrainRequest.Arguments()
        (arguments.network, arguments.out) = ("strided", folder.file("run").path)
        (arguments.epochs, arguments.stepsPerEpoch, arguments.batch) = (1, 1, 2)
        let failure = #expect(throws: CommandFailure.self) {
            try TrainRun(TrainRequest(arguments), style: .plain).run(status: { _ in
                try? Data([7]).write(to: folder.file("run/history.csv"))
            })
        }
        #expect(failure?.description.contains("history.csv: found a file that the run did not write") == true)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.file("run").path) == ["history.csv"])
    }

    @Test(arguments: ["last.safetensors", "detections.png"]) func aDetectorReplacesNoFile(name: String) throws {
        let folder = try TemporaryFolder()
        let file = try folder.file(name, holding: [1])
        var arguments = DetectRequest.Arguments()
        (arguments.out, arguments.steps, arguments.dataFolder) = (folder.url.path, 1, folder.url.path)
        try expectRefusal(of: name.hasPrefix("last") ? folder.url : file, in: folder, "--overwrite") {
            _ = try DetectRun(DetectRequest(arguments), style: .plain).run()
        }
    }

    @Test func aRunIsGoneOnWithOrReplaced() throws {
        var training = TrainRequest.Arguments()
        (training.network, training.resumes, training.overwrites) = ("strided", true, true)
        var detecting = DetectRequest.Arguments()
        (detecting.resumes, detecting.overwrites) = (true, true)
        var validating = ValidateRequest.Arguments()
        (validating.all, validating.report, validating.resumes, validating.overwrites) = (true, "r", true, true)
        for body in [
            { _ = try TrainRequest(training) }, { _ = try DetectRequest(detecting) },
            { _ = try ValidateRequest(validating) },
        ] {
            #expect(#expect(throws: CommandFailure.self, performing: body)?.exitCode == 2)
        }
    }

    @Test func aReportOfClaimsStays() throws {
        let folder = try TemporaryFolder()
        var arguments = ValidateRequest.Arguments()
        (arguments.claims, arguments.report) = (["semigroup"], folder.file("report").path)
        func validate() throws {
            _ = try ValidateRun(ValidateRequest(arguments), style: .plain, version: "test").run()
        }
        try validate()
        let page = folder.file("report/index.html")
        try expectRefusal(of: page, in: folder) { try validate() }
        // The result is what takes long.
        for name in ["index.html", "semigroup.html"] {
            try FileManager.default.removeItem(at: folder.file("report/\(name)"))
        }
        try expectRefusal(of: folder.file("semigroup.json"), in: folder) { try validate() }
        arguments.resumes = true
        try validate()
        (arguments.resumes, arguments.overwrites) = (false, true)
        try validate()
        #expect(FileManager.default.fileExists(atPath: page.path))
    }

    @Test func documentsThatOthersWroteStay() throws {
        let folder = try TemporaryFolder()
        let (runs, into) = (folder.file("runs"), folder.file("results"))
        var arguments = TrainRequest.Arguments()
        (arguments.network, arguments.out) = ("strided", runs.appendingPathComponent("a").path)
        (arguments.epochs, arguments.stepsPerEpoch, arguments.batch) = (1, 1, 2)
        _ = try TrainRun(TrainRequest(arguments), style: .plain).run()
        try FileManager.default.createDirectory(at: into, withIntermediateDirectories: false)
        let document = try folder.file("results/README.md", holding: Array("# My project\n".utf8))
        func results(overwrites: Bool = false) throws {
            _ = try ResultsRun(runs: runs.path, into: into.path, overwrites: overwrites).run()
        }
        try expectRefusal(of: document, in: folder) { try results() }
        try results(overwrites: true)
        // The documents are the command's own now, and the history is the same.
        try results()
        try results(overwrites: true)
        // Another run of the same network and seed, whose state may be all there is of it.
        let table = folder.file("results/strided-1.csv")
        let text = try String(contentsOf: table, encoding: .utf8)
        let columns = text.split(separator: "\n").map { $0.components(separatedBy: ",") }
        let seconds = try #require(columns[0].firstIndex(of: "seconds"))
        var other = columns
        other[1][seconds] = "12345.5"
        try (other.map { $0.joined(separator: ",") }.joined(separator: "\n") + "\n").write(
            to: table, atomically: true, encoding: .utf8)
        try expectRefusal(of: table, in: folder) { try results() }
        // A document that somebody made out of it.
        try text.write(to: table, atomically: true, encoding: .utf8)
        try "# Mine\n".write(to: document, atomically: true, encoding: .utf8)
        try expectRefusal(of: document, in: folder) { try results() }
    }

    @Test func aDocumentOfClaimsStays() throws {
        let folder = try TemporaryFolder()
        var arguments = ValidateRequest.Arguments()
        (arguments.claims, arguments.report) = (["semigroup"], folder.file("report").path)
        _ = try ValidateRun(ValidateRequest(arguments), style: .plain, version: "test").run()
        let results = folder.file("report/results")
        let document = try folder.file("report/results/README.md", holding: Array("# Mine\n".utf8))
        try expectRefusal(of: document, in: folder) { _ = try ClaimDocument(folder: results.path).write() }
        _ = try ClaimDocument(folder: results.path, overwrites: true).write()
        _ = try ClaimDocument(folder: results.path).write()
        #expect(try String(contentsOf: document, encoding: .utf8).hasPrefix("# The claims, as they were measured\n\n"))
    }

    @Test func aPackedNetworkStays() throws {
        let folder = try TemporaryFolder()
        var arguments = TrainRequest.Arguments()
        (arguments.network, arguments.out) = ("strided", folder.file("run").path)
        (arguments.epochs, arguments.stepsPerEpoch, arguments.batch) = (1, 1, 2)
        _ = try TrainRun(TrainRequest(arguments), style: .plain).run()
        let card = try folder.file("strided.json", holding: [1])
        try expectRefusal(of: card, in: folder) {
            _ = try PackRun(
                checkpoint: folder.file("run/last.safetensors").path, command: "ccnn", into: folder.url.path,
                dataFolder: nil
            ).run()
        }
    }
}
