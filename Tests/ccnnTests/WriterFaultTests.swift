import Foundation
import Pictures
import Randomness
import TestSupport
import Testing

/// Every command that writes, onto a full disk and into places that cannot be written: one sentence, exit code 1, and what was there is there.
@Suite struct WriterFaultTests {
    /// A command whose result goes to `OUT`, or to a file in it.
    struct Writer: CustomTestStringConvertible, Sendable {
        let arguments: [String]
        /// The name of `OUT`.
        let output: String
        /// The file in the folder `OUT` that is written last, where it is a folder.
        var file: String?

        init(_ command: String, to output: String, _ file: String? = nil) {
            (arguments, self.output, self.file) = (command.split(separator: " ").map(String.init), output, file)
        }

        var testDescription: String { arguments.prefix { !$0.hasPrefix("--") }.joined(separator: " ") + " → \(output)" }
    }

    private static let writers = [
        Writer("fit --layer gabor-7x7 --export OUT", to: "fits.safetensors"),
        Writer("fit --layer gabor-7x7 --export OUT", to: "fits.npz"),
        Writer("fit --layer gabor-7x7 --export OUT", to: "fits.pt"),
        Writer("fit --layer gabor-7x7 --report OUT", to: "report", "index.html"),
        Writer("filter PICTURE --gaussian 2 --output OUT", to: "smooth.png"),
        Writer("filter PICTURE --gaussian 2 --output OUT", to: "smooth.npy"),
        Writer("validate semigroup --report OUT", to: "claims", "index.html"),
        Writer("receptive-field strided --report OUT --pictures 1", to: "field", "index.html"),
        Writer(
            "benchmark layers --layer batch=1,size=8x8,in=1,out=1,kernel=3x3 --repeats 1 --report OUT", to: "curves",
            "index.html"),
        Writer("results RUNS --into OUT", to: "results", "results.json"),
        Writer("pack RUNS/strided/last.safetensors --trained-by ccnn --into OUT", to: "packed", "strided.safetensors"),
    ]

    private func run(
        _ writer: Writer, _ output: URL, in folder: TemporaryFolder, isFull: Bool = false
    ) throws -> CommandProcess.End {
        let arguments = writer.arguments.map {
            $0.replacingOccurrences(of: "OUT", with: output.path)
                .replacingOccurrences(of: "PICTURE", with: folder.file("picture.png").path)
                .replacingOccurrences(of: "RUNS", with: Self.runs.url.path)
        }
        return try CommandProcess(arguments, largestFile: isFull ? 1 : nil).end()
    }

    private static let runs: TemporaryFolder = {
        do {
            let runs = try TemporaryFolder()
            let end = try CommandProcess(
                [
                    "train", "strided", "--out", runs.file("strided").path, "--batch", "4", "--steps-per-epoch", "2",
                    "--epochs", "1",
                ]
            ).end()
            try #require(end.code == 0, "\(end.errors)")
            return runs
        } catch { fatalError("\(error)") }
    }()

    /// A folder with a picture of noise to read.
    private func folder() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        var generator = SeededGenerator(seed: 1)
        let values = (0..<64 * 64).map { _ in Float(generator.uniform()) }
        try Picture(width: 64, height: 64, channels: .grey, planes: [values]).write(to: folder.file("picture.png"))
        return folder
    }

    /// The reason and no phrase around it: Foundation's own sentences say that "the operation could not be completed", and end with a full stop.
    private func saysWhatTheSystemSays(_ end: CommandProcess.End) -> Bool {
        !end.errors.contains("operation") && !end.errors.contains("..")
    }

    @Test(arguments: writers) func aFullDiskCostsASentence(writer: Writer) throws {
        let folder = try folder()
        let output = folder.file(writer.output)
        let target = writer.file.map { output.appendingPathComponent($0) } ?? output
        try FileManager.default.createDirectory(
            at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data("old".utf8).write(to: target)
        let end = try run(writer, output, in: folder, isFull: true)
        #expect(end.isOneSentence(code: 1) && saysWhatTheSystemSays(end), "\(end)")
        #expect(end.errors.contains(writer.output), "\(end.errors)")
        #expect(try Data(contentsOf: target) == Data("old".utf8))
        let names = try FileManager.default.contentsOfDirectory(atPath: target.deletingLastPathComponent().path)
        #expect(!names.contains { $0.contains("partial") || $0.hasPrefix(".") }, "\(names)")
    }

    @Test(arguments: writers) func aPlaceThatCannotBeWrittenCostsASentence(writer: Writer) throws {
        let folder = try folder()
        // A file stands where the folder would be, which stops the system's administrator too.
        let output = try folder.file("file", holding: [1]).appendingPathComponent(writer.output)
        let end = try run(writer, output, in: folder)
        #expect(end.isOneSentence(code: 1) && saysWhatTheSystemSays(end), "\(end)")
        #expect(end.errors.contains("/file"), "\(end.errors)")
        #expect(try folder.names() == ["file", "picture.png"])
    }
}
