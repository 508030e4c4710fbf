import Foundation
import FourierTransforms
import Testing

@Suite(.serialized) struct FourierWisdomTests {
    private func withFolder(_ body: (URL) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("wisdom-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder)
    }

    /// Wisdom belongs to the whole process, and tests beside this one may learn more at any moment: so what was known is sought, and nothing else is ruled out.
    @Test func survivesTheDisk() throws {
        try withFolder { folder in
            func known(_ name: String) throws -> (file: URL, lines: Set<Substring>) {
                let file = folder.appendingPathComponent(name)
                try FourierWisdom<Float>.save(to: file)
                let text = try String(contentsOf: file, encoding: .utf8)
                #expect(text.hasPrefix("wisdom of fftw-3"))
                // But for the checksum at the beginning.
                return (file, Set(text.split(separator: "\n").filter { $0.hasPrefix("  ") }))
            }
            _ = FourierPlan<Float>(TransformLayout(kind: .complexForward, length: 1_155), effort: .measure)
            let before = try known("before")
            FourierWisdom<Float>.forget()
            #expect(!(try known("forgotten").lines.isSuperset(of: before.lines)))
            try FourierWisdom<Float>.load(from: before.file)
            #expect(try known("again").lines.isSuperset(of: before.lines))
        }
    }

    @Test func otherVersionsAndPrecisionsAreRefused() throws {
        try withFolder { folder in
            let file = folder.appendingPathComponent("double")
            try FourierWisdom<Double>.save(to: file)
            #expect(throws: WisdomError.self) { try FourierWisdom<Float>.load(from: file) }
            try Data("wisdom of fftw-2.1.5 for Double\n".utf8).write(to: file)
            #expect {
                try FourierWisdom<Double>.load(from: file)
            } throws: {
                "\($0)".contains("fftw-2.1.5") && "\($0)".contains(file.path)
            }
        }
    }

    @Test(arguments: ["", "\n", "garbage", "(fftw-3.3.10 fftw_wisdom #x1", "\u{0}\u{0}\u{0}"]) func damageIsASentence(
        body: String
    ) throws {
        try withFolder { folder in
            let file = folder.appendingPathComponent("damaged")
            try FourierWisdom<Double>.save(to: file)
            let header = try String(contentsOf: file, encoding: .utf8).prefix { $0 != "\n" }
            try Data("\(header)\n\(body)".utf8).write(to: file)
            #expect(throws: WisdomError.damaged(file: file.path)) { try FourierWisdom<Double>.load(from: file) }
            try Data(body.utf8).write(to: file)
            #expect(throws: WisdomError.self) { try FourierWisdom<Double>.load(from: file) }
        }
    }

    @Test func missingFilesAndFoldersAreNamed() throws {
        let nowhere = URL(fileURLWithPath: "/nonexistent-folder/wisdom")
        #expect {
            try FourierWisdom<Float>.load(from: nowhere)
        } throws: {
            "\($0)".contains(nowhere.path)
        }
        #expect {
            try FourierWisdom<Float>.save(to: nowhere)
        } throws: {
            "\($0)".contains(nowhere.path)
        }
    }
}
