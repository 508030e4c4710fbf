import Foundation
import Randomness
import TensorFiles
import TestSupport
import Testing

@Suite struct TensorArchiveTests {
    @Test func contentsDecideOverTheName() throws {
        let folder = try TemporaryFolder()
        for (fixture, format) in [
            ("types.safetensors", "safetensors"), ("counting.npy", "npy"), ("stored.npz", "npz"),
            ("state.pt", "pytorch"),
        ] {
            let bytes = try [UInt8](Data(contentsOf: Fixture.url("tensor-files/" + fixture)))
            for name in ["a", "a.safetensors", "a.npy", "a.npz", "a.pt", "a.pth", "a.bin"] {
                let archive = try TensorArchive(contentsOf: folder.file(name, holding: bytes))
                #expect(archive.format.name == format)
                #expect(try archive.tensors().count == archive.entries.count)
            }
        }
    }

    @Test func otherFormatsAreRefused() throws {
        let wanted = "a file of weights: npy, "
        try expectRefusal(of: [], as: "a.pt", found: "an empty file", wanted: "downloaded again")
        try expectRefusal(
            of: Array("CDF".utf8) + [1, 0x30], as: "a.nc", found: "the bytes 43 44 46 1 30", wanted: wanted)
    }

    /// What people have in the place of weights is called by its name, with the step that helps.
    @Test(
        arguments: [
            ("a.pkl", [0x80, 4, 0x95, 0], "a pickle", "numpy.savez"),
            ("a.gz", [0x1F, 0x8B, 8, 0], "a gzip archive", "unpacked"),
            ("a.bin", Array("version https://git-lfs.github.com/spec/v1".utf8), "a pointer of Git LFS", "git lfs pull"),
            ("a.safetensors", Array("  <!DOCTYPE html><html>".utf8), "a web page", "downloaded again"),
            ("a.mat", Array("MATLAB 5.0 MAT-file, Platform".utf8), "version 5", "-v7.3"),
            ("a.tflite", [28, 0, 0, 0] + Array("TFL3".utf8), "TensorFlow Lite", "another format"),
            ("a.onnx", [8, 7, 18, 7], "an ONNX model", "safetensors"), ("a.pb", [8, 1, 18, 4], "SavedModel", ".keras"),
        ] as [(String, [UInt8], String, String)])
    func filesOfOtherKindsAreNamed(name: String, bytes: [UInt8], found: String, wanted: String) throws {
        try expectRefusal(of: bytes, as: name, found: found, wanted: wanted)
    }

    @Test func unknownNamesAreAnsweredWithKnownOnes() throws {
        let archive = try TensorArchive(contentsOf: Fixture.url("tensor-files/kernels.safetensors"))
        let error = #expect(throws: TensorFileError.self) { try archive.tensor(named: "layer") }
        #expect(error?.found == "no tensor \"layer\"" && error?.wanted == "one of \"layer.bias\", \"layer.weight\"")
    }

    @Test func onlyTheTensorsAskedForAreRead() throws {
        let archive = try TensorArchive(contentsOf: Fixture.url("tensor-files/kernels.safetensors"))
        let kernels = try archive.tensors { $0.shape.rank == 4 }
        #expect(kernels.map(\.name) == ["layer.weight"])
        #expect(kernels[0].doubles == (0..<120).map(Double.init))
    }

    private static let fixtures = [
        "types.safetensors", "kernels.safetensors", "bigendian-fortran.npy", "version2.npy", "stored.npz",
        "deflated.npz", "state.pt",
        "checkpoint.pth", "types.pt", "no-checksums.pt",
    ]

    /// Every file cut short at every byte is refused in one sentence: none of the formats has anything that may be missing.
    @Test(arguments: fixtures) func everyTruncationIsRefused(fixture: String) throws {
        let folder = try TemporaryFolder()
        let bytes = try [UInt8](Data(contentsOf: Fixture.url("tensor-files/" + fixture)))
        let name = "a." + (fixture.split(separator: ".").last ?? "")
        let url = try folder.file(name, holding: bytes)
        var generator = SeededGenerator(seed: 11)
        for length in (0..<bytes.count).reversed() where !Thoroughness.isReduced || generator.next() % 10 == 0 {
            #expect(truncate(url.path, off_t(length)) == 0)
            let error = #expect(throws: TensorFileError.self) { try TensorArchive(contentsOf: url).tensors() }
            #expect(error?.description.contains(name) == true && error?.description.contains("\n") == false)
        }
    }

    /// Files with random damage are refused in one sentence, or give tensors of the shapes they state; nothing else ever happens.
    @Test(arguments: fixtures) func damageIsHarmless(fixture: String) throws {
        let folder = try TemporaryFolder()
        let original = try [UInt8](Data(contentsOf: Fixture.url("tensor-files/" + fixture)))
        var generator = SeededGenerator(seed: 12)
        for _ in 0..<Thoroughness.cases(1000) {
            var bytes = original
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let position = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0..<5, using: &generator) {
                case 0: bytes[position] = UInt8.random(in: 0...255, using: &generator)
                case 1: bytes[position] = 0xFF
                case 2: bytes[position] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
                case 3: bytes.remove(at: position)
                default: bytes.insert(bytes[Int.random(in: 0..<bytes.count, using: &generator)], at: position)
                }
            }
            let url = try folder.file("a.safetensors", holding: bytes)
            do {
                for tensor in try TensorArchive(contentsOf: url).tensors() {
                    #expect(tensor.bytes.count == tensor.shape.count * tensor.scalarType.size)
                    #expect(tensor.doubles.count == tensor.shape.count)
                }
            } catch {
                #expect(error.description.contains("a.safetensors") && !error.description.contains("\n"))
            }
        }
    }
}
