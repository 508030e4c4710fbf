import Foundation
import TensorFiles
import Tensors
import Testing

/// The command as a process: streams, exit codes and files, from the products' folder where the tests themselves lie.
private struct Outcome {
    let code: Int32
    let output: String
    let errors: String

    init(_ arguments: String...) throws {
        let tests = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
        var folder = tests.deletingLastPathComponent()
        while folder.path != "/",
            !FileManager.default.isExecutableFile(atPath: folder.appendingPathComponent("ccnn").path)
        {
            folder = folder.deletingLastPathComponent()
        }
        let process = Process()
        process.executableURL = folder.appendingPathComponent("ccnn")
        process.arguments = arguments
        let (output, errors) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        let printed = output.fileHandleForReading.readDataToEndOfFile()
        let complained = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        code = process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
        self.output = String(decoding: printed, as: UTF8.self)
        self.errors = String(decoding: complained, as: UTF8.self)
    }

    /// Whether the process said one line on standard error and nothing on standard output.
    func isOneSentence(code: Int32, containing parts: String...) -> Bool {
        self.code == code && output.isEmpty && errors.hasSuffix("\n") && errors.dropLast().contains("\n") == false
            && parts.allSatisfy { errors.contains($0) }
    }
}

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
        let outcome = try Outcome("fit", "--layer", "sobel-3x3", "--format", "json")
        #expect(outcome.code == 0 && outcome.errors.isEmpty)
        let document = try #require(JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
        #expect((document["layers"] as? [Any])?.count == 1)
    }

    @Test func helpAndVersionSucceed() throws {
        #expect(try Outcome("--version").output == "0.1.0\n")
        let help = try Outcome("fit", "--help")
        #expect(help.code == 0 && help.output.contains("--sigma-range"))
    }

    @Test func quietLeavesRemarksOut() throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).safetensors")
        defer { try? FileManager.default.removeItem(at: file) }
        let taps = (0..<18).map { $0 < 9 ? Double($0) : 0 }
        try SafetensorsFile.write([StoredTensor(name: "conv", shape: TensorShape([2, 1, 3, 3]), taps)], to: file)
        let told = try Outcome("fit", file.path)
        let quiet = try Outcome("fit", file.path, "--quiet")
        #expect(told.errors.contains("zero everywhere") && quiet.errors.isEmpty)
        #expect(told.output == quiet.output)
    }

    @Test func shellsLearnTheCommands() throws {
        for shell in ["bash", "zsh", "fish"] {
            let script = try Outcome("--generate-completion-script", shell)
            #expect(script.code == 0 && script.output.contains("fit") && script.output.contains("sigma-range"))
        }
    }

    @Test func aWrongCommandLineIsOneSentenceAndExitCodeTwo() throws {
        #expect(try Outcome("fit", "--order", "21").isOneSentence(code: 2, containing: "21", "0 to 20"))
        #expect(try Outcome("fit", "--order", "many").isOneSentence(code: 2, containing: "many", "--order"))
        #expect(try Outcome("fit", "--sigma", "0").isOneSentence(code: 2, containing: "--sigma is '0'"))
        #expect(try Outcome("fit", "--sigma=-1").isOneSentence(code: 2, containing: "'-1'"))
        #expect(try Outcome("fit", "--ordr", "3").isOneSentence(code: 2, containing: "--ordr"))
        #expect(try Outcome("fti").isOneSentence(code: 2, containing: "fti"))
    }

    @Test func aSuggestionEndsWithItsQuestionMark() throws {
        #expect(try Outcome("fit", "--layer", "sobel-3x4").errors.hasSuffix("did you mean 'sobel-3x3'?\n"))
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
            let outcome = try Outcome("fit", file.path)
            #expect(
                outcome.isOneSentence(code: 1, containing: "hostile\(index).safetensors", part), "\(index): \(outcome)")
        }
        #expect(
            try Outcome("fit", "/nowhere/at-all.safetensors").isOneSentence(
                code: 1, containing: "/nowhere/at-all.safetensors"))
    }

    @Test func tensorsLeftOutAreNamedAndTheRestIsFitted() throws {
        let broken = StoredTensor(name: "broken", shape: TensorShape([1, 1, 2, 2]), [1.0, Double.infinity, 0, 0])
        let whole = StoredTensor(name: "whole", shape: TensorShape([1, 1, 2, 2]), [1.0, 2, 3, 5])
        let file = try temporaryFile("some.safetensors", [])
        try SafetensorsFile.write([broken, whole], to: file)
        let outcome = try Outcome("fit", file.path, "--format", "json")
        #expect(outcome.code == 0)
        #expect(outcome.errors == "ccnn: skipped tensor 'broken': 1 of 4 numbers are NaN or infinite\n")
        try SafetensorsFile.write([broken], to: file)
        #expect(try Outcome("fit", file.path).code == 1)
    }

    @Test func anExportThatCannotBeWrittenIsSaid() throws {
        let outcome = try Outcome("fit", "--layer", "sobel-3x3", "--export", "/nowhere/at-all.safetensors")
        #expect(outcome.isOneSentence(code: 1, containing: "/nowhere/at-all.safetensors"))
    }

    @Test func filtersAPicture() throws {
        let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../Fixtures/pictures/color16.png").standardizedFileURL
        let output = try temporaryFile("old.png", []).deletingLastPathComponent().appendingPathComponent("new.png")
        let outcome = try Outcome("filter", source.path, "--gaussian", "1", "--output", output.path)
        #expect(outcome.code == 0 && outcome.errors.isEmpty && outcome.output.contains("19 × 13"))
        #expect(FileManager.default.fileExists(atPath: output.path))
        let wrong = try Outcome("filter", source.path, "--output", output.path)
        #expect(wrong.isOneSentence(code: 2, containing: "no filter was given", "--gaussian"))
        let missing = try Outcome("filter", "missing.png", "--gaussian", "1", "--output", output.path)
        #expect(missing.isOneSentence(code: 1, containing: "missing.png", "could not be opened"))
    }
}
