import Foundation
import TensorFiles
import Tensors
import TestSupport
import Testing

private func safetensors(_ header: String, data: Int) -> [UInt8] {
    withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Array($0) } + Array(header.utf8)
        + Array(repeating: 0, count: data)
}

@Suite struct ProcessTests {
    @Test func resultsGoToStandardOutputAndAreJSON() throws {
        let outcome = try CommandProcess(["fit", "--layer", "sobel-3x3", "--format", "json"]).end()
        #expect(outcome.code == 0 && outcome.errors.isEmpty)
        let document = try #require(JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
        #expect((document["layers"] as? [Any])?.count == 1)
    }

    @Test func helpAndVersionSucceed() throws {
        #expect(try CommandProcess(["--version"]).end().output == "0.2.0\n")
        let help = try CommandProcess(["fit", "--help"]).end()
        #expect(help.code == 0 && help.output.contains("--sigma-range"))
    }

    @Test func quietLeavesRemarksOut() throws {
        let folder = try TemporaryFolder()
        let file = folder.file("half.safetensors")
        let taps = (0..<18).map { $0 < 9 ? Double($0) : 0 }
        try SafetensorsFile.write([StoredTensor(name: "conv", shape: TensorShape([2, 1, 3, 3]), taps)], to: file)
        let told = try CommandProcess(["fit", file.path]).end()
        let quiet = try CommandProcess(["fit", file.path, "--quiet"]).end()
        #expect(told.errors.contains("zero everywhere") && quiet.errors.isEmpty)
        #expect(told.output == quiet.output)
    }

    @Test func shellsLearnTheCommands() throws {
        for shell in ["bash", "zsh", "fish"] {
            let script = try CommandProcess(["--generate-completion-script", shell]).end()
            #expect(script.code == 0 && script.output.contains("fit") && script.output.contains("sigma-range"))
        }
    }

    @Test func aWrongCommandLineIsOneSentenceAndExitCodeTwo() throws {
        #expect(try CommandProcess(["fit", "--order", "21"]).end().isOneSentence(code: 2, containing: "21", "0 to 20"))
        #expect(
            try CommandProcess(["fit", "--order", "many"]).end().isOneSentence(code: 2, containing: "many", "--order"))
        #expect(try CommandProcess(["fit", "--sigma", "0"]).end().isOneSentence(code: 2, containing: "--sigma is '0'"))
        #expect(try CommandProcess(["fit", "--sigma=-1"]).end().isOneSentence(code: 2, containing: "'-1'"))
        #expect(try CommandProcess(["fit", "--ordr", "3"]).end().isOneSentence(code: 2, containing: "--ordr"))
        #expect(try CommandProcess(["fti"]).end().isOneSentence(code: 2, containing: "fti"))
    }

    /// A value out of range is complained of only where all options are known.
    @Test func everyBenchmarkTakesTheOptionsOfTheOutput() throws {
        for benchmark in ["layers", "networks", "pictures", "planner"] {
            let outcome = try CommandProcess(["benchmark", benchmark, "--repeats", "0", "--quiet", "--no-color"]).end()
            #expect(outcome.isOneSentence(code: 2, containing: "--repeats is 0"), "\(benchmark): \(outcome)")
        }
    }

    @Test func aSuggestionEndsWithItsQuestionMark() throws {
        #expect(
            try CommandProcess(["fit", "--layer", "sobel-3x4"]).end().errors.hasSuffix("did you mean 'sobel-3x3'?\n"))
    }

    @Test func hostileFilesAreOneSentenceAndExitCodeOne() throws {
        let tensor = #"{"a":{"dtype":"F32","shape":[1,1,3,3],"data_offsets":[0,36]}"#
        let cases: [(bytes: [UInt8], part: String)] = [
            ([1, 2, 3], "found 3 bytes, wanted at least the 8 of a header's length"),
            (safetensors(tensor, data: 36), "found the end of the header, wanted \",\" or \"}\""),
            (
                Array(repeating: 255, count: 9),
                "found a header's length of 9223372036854775807 bytes, wanted at most 100000000"
            ),
            (
                safetensors(tensor + "}", data: 35),
                "found bytes 0 to 36 for tensor \"a\", wanted offsets within the 35 bytes of data"
            ),
            (
                safetensors(tensor + #","b":{"dtype":"F32","shape":[9],"data_offsets":[4,40]}}"#, data: 40),
                "found tensor \"b\" at byte 4, overlapping the tensor before it, wanted it at byte 36"
            ),
            (
                safetensors(tensor + #","a":{"dtype":"F32","shape":[1],"data_offsets":[36,40]}}"#, data: 40),
                "found the name \"a\" twice, wanted each name once"
            ),
            (
                safetensors(
                    #"{"a":{"dtype":"F32","shape":[4294967296,4294967296,3,3],"data_offsets":[0,36]}}"#, data: 36),
                "found the shape [4294967296, 4294967296, 3, 3] for tensor \"a\", wanted at most"
            ),
            (
                safetensors(#"{"a":{"dtype":"F32","shape":[-1,1,3,3],"data_offsets":[0,36]}}"#, data: 36),
                "found \"-1,1,3,3],\"data_\" at byte 29 of the header, wanted an extent of tensor \"a\""
            ),
        ]
        let folder = try TemporaryFolder()
        for (index, (bytes, part)) in cases.enumerated() {
            let file = try folder.file("hostile\(index).safetensors", holding: bytes)
            let outcome = try CommandProcess(["fit", file.path]).end()
            #expect(
                outcome.isOneSentence(code: 1, containing: "\(file.path): \(part)"), "\(index): \(outcome)")
        }
        let unknown = try folder.file(
            "unknown.safetensors",
            holding: safetensors(#"{"a":{"dtype":"F31","shape":[1,1,3,3],"data_offsets":[0,36]}}"#, data: 36))
        #expect(
            try CommandProcess(["fit", unknown.path]).end().isOneSentence(
                code: 1, containing: "unknown.safetensors: nothing is left to fit",
                "the type \"F31\", which is not read"))
        #expect(
            try CommandProcess(["fit", "/nowhere/at-all.safetensors"]).end().isOneSentence(
                code: 1, containing: "/nowhere/at-all.safetensors: found \"No such file or directory\" on opening"))
    }

    @Test func tensorsLeftOutAreNamedAndTheRestIsFitted() throws {
        let broken = StoredTensor(name: "broken", shape: TensorShape([1, 1, 2, 2]), [1.0, Double.infinity, 0, 0])
        let whole = StoredTensor(name: "whole", shape: TensorShape([1, 1, 2, 2]), [1.0, 2, 3, 5])
        let folder = try TemporaryFolder()
        let file = folder.file("some.safetensors")
        try SafetensorsFile.write([broken, whole], to: file)
        let outcome = try CommandProcess(["fit", file.path, "--format", "json"]).end()
        #expect(outcome.code == 0)
        #expect(outcome.errors == "ccnn: skipped tensor 'broken': 1 of 4 numbers are NaN or infinite\n")
        try SafetensorsFile.write([broken], to: file)
        #expect(try CommandProcess(["fit", file.path]).end().code == 1)
    }

    @Test func anExportThatCannotBeWrittenIsSaid() throws {
        let outcome = try CommandProcess(["fit", "--layer", "sobel-3x3", "--export", "/nowhere/at-all.safetensors"])
            .end()
        #expect(outcome.isOneSentence(code: 1, containing: "/nowhere/at-all.safetensors"))
    }

    /// The shell opens the file before the command begins, and what is printed would be read as its kernels.
    @Test func whatIsPrintedDoesNotGoIntoAnInput() throws {
        let folder = try TemporaryFolder()
        let file = folder.file("kernels.safetensors")
        let taps = (0..<9).map { Double($0) }
        try SafetensorsFile.write([StoredTensor(name: "conv", shape: TensorShape([1, 1, 3, 3]), taps)], to: file)
        let before = try Data(contentsOf: file)
        let outcome = try CommandProcess(["fit", file.path], appendingTo: file).end()
        #expect(outcome.isOneSentence(code: 1, containing: file.path, "standard output goes into the file of kernels"))
        #expect(try Data(contentsOf: file) == before)
        #expect(try CommandProcess(["fit", file.path, "--quiet"], appendingTo: folder.file("new.txt")).end().code == 0)
        #expect(try Data(contentsOf: folder.file("new.txt")).count > 100)
    }

    /// The rule that no file is replaced is said once, and every command that writes files has the option.
    @Test func everyCommandThatWritesKnowsWhenItMayReplace() throws {
        for command in [
            ["fit"], ["filter"], ["train"], ["evaluate"], ["detect"], ["validate"], ["receptive-field"], ["export"],
            ["results"], ["pack"], ["benchmark", "layers"],
        ] {
            let help = try CommandProcess(command + ["--help"]).end()
            #expect(help.output.contains("--overwrite"), "\(command)")
        }
        #expect(try CommandProcess(["--help"]).end().output.contains("--overwrite"))
        let idle = try CommandProcess(["fit", "--layer", "sobel-3x3", "--overwrite"]).end()
        #expect(idle.isOneSentence(code: 2, containing: "--overwrite", "no output"))
    }

    @Test func filtersAPicture() throws {
        let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../Fixtures/pictures/color16.png").standardizedFileURL
        let folder = try TemporaryFolder()
        let output = folder.file("new.png")
        let outcome = try CommandProcess(["filter", source.path, "--gaussian", "1", "--output", output.path]).end()
        #expect(outcome.code == 0 && outcome.errors.isEmpty && outcome.output.contains("19 × 13"))
        #expect(FileManager.default.fileExists(atPath: output.path))
        let wrong = try CommandProcess(["filter", source.path, "--output", output.path]).end()
        #expect(wrong.isOneSentence(code: 2, containing: "no filter was given", "--gaussian"))
        let missing = try CommandProcess([
            "filter", "missing.png", "--gaussian", "1", "--output", output.path, "--overwrite",
        ])
        .end()
        #expect(missing.isOneSentence(code: 1, containing: "missing.png", "could not be opened"))
    }
}
