import Foundation
import TensorFiles
import Tensors
import Testing

private func temporaryFile(_ name: String, _ bytes: [UInt8]) throws -> URL {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("ccnn-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let url = folder.appendingPathComponent(name)
    try Data(bytes).write(to: url)
    return url
}

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
        #expect(try CommandProcess(["--version"]).end().output == "0.1.0\n")
        let help = try CommandProcess(["fit", "--help"]).end()
        #expect(help.code == 0 && help.output.contains("--sigma-range"))
    }

    @Test func quietLeavesRemarksOut() throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).safetensors")
        defer { try? FileManager.default.removeItem(at: file) }
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
            ([1, 2, 3], "3"),
            (safetensors(tensor, data: 36), "a"),
            (Array(repeating: 255, count: 9), "header"),
            (safetensors(tensor + "}", data: 35), "35"),
            (safetensors(tensor + #","b":{"dtype":"F32","shape":[9],"data_offsets":[4,40]}}"#, data: 40), "b"),
            (safetensors(tensor + #","a":{"dtype":"F32","shape":[1],"data_offsets":[36,40]}}"#, data: 40), "a"),
            (safetensors(#"{"a":{"dtype":"F31","shape":[1,1,3,3],"data_offsets":[0,36]}}"#, data: 36), "F31"),
            (
                safetensors(
                    #"{"a":{"dtype":"F32","shape":[4294967296,4294967296,3,3],"data_offsets":[0,36]}}"#, data: 36),
                "4294967296"
            ),
            (safetensors(#"{"a":{"dtype":"F32","shape":[-1,1,3,3],"data_offsets":[0,36]}}"#, data: 36), "-1"),
        ]
        for (index, (bytes, part)) in cases.enumerated() {
            let file = try temporaryFile("hostile\(index).safetensors", bytes)
            let outcome = try CommandProcess(["fit", file.path]).end()
            #expect(
                outcome.isOneSentence(code: 1, containing: "hostile\(index).safetensors", part), "\(index): \(outcome)")
        }
        #expect(
            try CommandProcess(["fit", "/nowhere/at-all.safetensors"]).end().isOneSentence(
                code: 1, containing: "/nowhere/at-all.safetensors"))
    }

    @Test func tensorsLeftOutAreNamedAndTheRestIsFitted() throws {
        let broken = StoredTensor(name: "broken", shape: TensorShape([1, 1, 2, 2]), [1.0, Double.infinity, 0, 0])
        let whole = StoredTensor(name: "whole", shape: TensorShape([1, 1, 2, 2]), [1.0, 2, 3, 5])
        let file = try temporaryFile("some.safetensors", [])
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

    @Test func filtersAPicture() throws {
        let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../Fixtures/pictures/color16.png").standardizedFileURL
        let output = try temporaryFile("old.png", []).deletingLastPathComponent().appendingPathComponent("new.png")
        let outcome = try CommandProcess(["filter", source.path, "--gaussian", "1", "--output", output.path]).end()
        #expect(outcome.code == 0 && outcome.errors.isEmpty && outcome.output.contains("19 × 13"))
        #expect(FileManager.default.fileExists(atPath: output.path))
        let wrong = try CommandProcess(["filter", source.path, "--output", output.path]).end()
        #expect(wrong.isOneSentence(code: 2, containing: "no filter was given", "--gaussian"))
        let missing = try CommandProcess(["filter", "missing.png", "--gaussian", "1", "--output", output.path]).end()
        #expect(missing.isOneSentence(code: 1, containing: "missing.png", "could not be opened"))
    }
}
