import Foundation
import Randomness
import TestSupport
import Testing

@testable import TensorFiles

/// The files that PyTorch wrote: every tensor is what PyTorch itself reads.
@Suite struct TorchFixtureTests {
    private struct Expected: Decodable {
        struct Tensor: Decodable {
            let type: String
            let shape: [Int]
            let values: [Double]
        }
        let tensors: [String: Tensor]
        let skipped: [String]
    }

    static let files = [
        "lightning.ckpt", "ema.pth", "everything-1.pt", "everything-2.pt", "everything-3.pt", "everything-4.pt",
        "everything-5.pt", "arrays-2.pt", "arrays-4.pt", "arrays-5.pt", "kinds.pt", "shared.pt", "module.pt",
        "parallel.pth",
        "shared-legacy.pt", "module-legacy.pth", "legacy.pth", "legacy-4.pth", "views-legacy.pth", "scripted.pt",
        "traced.pt",
        "frozen.pt", "phone.ptl", "deflated.pt", "program.pt2", "program-2.8.pt2", "program-2.6.pt2",
    ]

    private static func url(_ name: String) -> URL { Fixture.url("torch-files/" + name) }

    @Test func everyFileIsTested() throws {
        let expected = try JSONDecoder().decode(
            [String: Expected].self, from: Data(contentsOf: Self.url("expected.json")))
        #expect(Set(expected.keys) == Set(Self.files))
    }

    @Test(arguments: files) func tensorsAreThoseThatPyTorchReads(name: String) throws {
        let all = try JSONDecoder().decode([String: Expected].self, from: Data(contentsOf: Self.url("expected.json")))
        let expected = try #require(all[name])
        let archive = try TensorArchive(contentsOf: Self.url(name))
        #expect(Set(archive.entries.map(\.name)) == Set(expected.tensors.keys))
        #expect(archive.skipped.map(\.name).sorted() == expected.skipped.sorted())
        for tensor in try archive.tensors() {
            let wanted = try #require(expected.tensors[tensor.name])
            #expect(TorchElements(dtype: wanted.type) == .numbers(tensor.scalarType), "\(tensor.name)")
            #expect(tensor.shape.extents == wanted.shape && tensor.doubles == wanted.values, "\(tensor.name)")
            #expect(try archive.tensor(named: tensor.name) == tensor)
        }
    }

    @Test func formatsAreTold() throws {
        func format(_ name: String) throws -> String { try TensorArchive(contentsOf: Self.url(name)).format.name }
        #expect(try format("lightning.ckpt") == "pytorch")
        #expect(try format("legacy.pth") == "pytorch-legacy")
        #expect(try format("legacy-4.pth") == "pytorch-legacy")
        for name in ["scripted.pt", "traced.pt", "frozen.pt", "phone.ptl", "deflated.pt"] {
            #expect(try format(name) == "torchscript")
        }
        for name in ["program.pt2", "program-2.8.pt2", "program-2.6.pt2"] { #expect(try format(name) == "pt2") }
    }

    @Test func foreignClassesAreCountedAndNamed() throws {
        let remarks = try TensorArchive(contentsOf: Self.url("lightning.ckpt")).remarks
        #expect(remarks.count == 1)
        #expect(remarks[0].hasPrefix("it names 6 classes and functions whose objects are looked through for tensors"))
        #expect(remarks[0].contains("'argparse.Namespace'") && remarks[0].hasSuffix(" and 2 more"))
        for name in ["module.pt", "scripted.pt", "program.pt2", "shared.pt", "kinds.pt"] {
            let remarks = try TensorArchive(contentsOf: Self.url(name)).remarks
            #expect(remarks.count == (name == "module.pt" ? 1 : 0), "\(name): \(remarks)")
        }
    }

    @Test func reasonsAreNamed() throws {
        let kinds = try TensorArchive(contentsOf: Self.url("kinds.pt"))
        let reasons = Dictionary(uniqueKeysWithValues: kinds.skipped.map { ($0.name, $0.reason) })
        #expect(reasons["complex"] == "its numbers are complex (complex64)")
        #expect(reasons["half-complex"] == "its numbers are complex (complex32)")
        #expect(reasons["conjugate"] == "its numbers are complex (complex64)")
        #expect(reasons["negated"] == "its elements are stored with the other sign")
        #expect(reasons["quantised"] == "it is quantised")
        #expect(reasons["sparse"] == "it is sparse" && reasons["rows"] == "it is sparse")
        #expect(reasons["meta"] == "it has no elements, only a shape (device meta)")
        #expect(reasons["four"] == "its numbers are of the type float4_e2m1fn_x2")
        #expect(reasons["nested"]?.hasPrefix("it is nested") == true)
        let arrays = try TensorArchive(contentsOf: Self.url("arrays-2.pt"))
        #expect(arrays.skipped.first { $0.name == "objects" }?.reason == "a NumPy array of Python objects")
    }

    @Test func pathsTellContainersFromDots() throws {
        let checkpoint = try TensorArchive(contentsOf: Self.url("lightning.ckpt"))
        let paths = Dictionary(uniqueKeysWithValues: checkpoint.entries.map { ($0.name, $0.path) })
        #expect(paths["state_dict.0.weight"] == ["state_dict", "0.weight"])
        #expect(paths["optimizer_states.0.state.0.exp_avg"] == ["optimizer_states", "0", "state", "0", "exp_avg"])
        #expect(
            paths["callbacks.ModelCheckpoint{'monitor': 'loss'}.best_model_score"]
                == ["callbacks", "ModelCheckpoint{'monitor': 'loss'}", "best_model_score"])
        #expect(try TensorArchive(contentsOf: Self.url("module.pt")).entries.allSatisfy { $0.path.last != "" })
    }

    /// What the class of a module says of its tensors.
    @Test(arguments: [("module.pt", ""), ("module-legacy.pth", ""), ("parallel.pth", "net.module.")])
    func modulesSayHowTheirWeightsAreRead(name: String, prefix: String) throws {
        let archive = try TensorArchive(contentsOf: Self.url(name))
        let uses = Dictionary(uniqueKeysWithValues: archive.entries.map { ($0.name, $0.use) })
        func use(_ name: String) -> TensorUse? { uses[prefix + name] }
        #expect(
            use("grouped.weight") == .kernel(KernelUse(axes: .oihw, groups: 2, dilation: [1, 2], stride: [2, 1])))
        #expect(
            use("up.weight")
                == .kernel(KernelUse(axes: .iohw, dilation: [1, 1], stride: [2, 2], isTransposed: true)))
        #expect(use("line.weight") == .kernel(KernelUse(axes: .oiw, dilation: [2], stride: [1])))
        #expect(use("solid.weight") == .unstated)
        #expect(use("normalised.weight_v") == .kernel(KernelUse(axes: .oihw)))
        #expect(use("normalised.weight_g") == .unstated)
        #expect(use("grouped.bias") == .other("the bias of a Conv2d"))
        #expect(use("norm.running_mean") == .other("the running_mean of a BatchNorm2d"))
        #expect(use("table.weight") == .other("the weight of a Embedding"))
        #expect(use("tied.weight") == .other("the weight of a Linear"))
        #expect(use("scale") == .unstated)
    }

    @Test func scriptsSayWhatTheirClassesSay() throws {
        for name in ["scripted.pt", "traced.pt", "phone.ptl", "deflated.pt"] {
            let uses = try Dictionary(
                uniqueKeysWithValues: TensorArchive(contentsOf: Self.url(name)).entries.map { ($0.name, $0.use) })
            #expect(uses["conv.weight"] == .unstated)
            #expect(uses["up.weight"] == .kernel(KernelUse(axes: .iohw, isTransposed: true)))
            #expect(uses["head.weight"] == .other("the weight of a Linear"))
            #expect(uses["norm.running_var"] == .other("the running_var of a BatchNorm2d"))
            #expect(uses["kept"] == .unstated)
        }
    }

    @Test func theTarArchiveOf2017IsNamed() {
        expectRefusal(
            of: Self.url("model.pth.tar"), found: "PyTorch's tar archive of 2017",
            wanted: "torch.save(torch.load(file, weights_only=False), file)")
    }

    /// Old files have nothing that says where they end, but each storage says how long it is.
    private static let damaged = [
        "everything-2.pt", "arrays-4.pt", "kinds.pt", "module-legacy.pth", "legacy.pth", "views-legacy.pth",
        "deflated.pt",
        "program.pt2", "program-2.6.pt2",
    ]

    @Test(arguments: damaged) func everyTruncationIsRefused(name: String) throws {
        let folder = try TemporaryFolder()
        let bytes = try [UInt8](Data(contentsOf: Self.url(name)))
        let url = try folder.file("a.pt", holding: bytes)
        var generator = SeededGenerator(seed: 21)
        // Every byte of small files; of larger ones, as many lengths.
        for length in (0..<bytes.count).reversed() where bytes.count < 600 || generator.next() % 40 == 0 {
            #expect(truncate(url.path, off_t(length)) == 0)
            let error = #expect(throws: TensorFileError.self) { try TensorArchive(contentsOf: url).tensors() }
            #expect(error?.description.contains("a.pt") == true && error?.description.contains("\n") == false)
        }
    }

    @Test(arguments: damaged) func damageIsHarmless(name: String) throws {
        let folder = try TemporaryFolder()
        let original = try [UInt8](Data(contentsOf: Self.url(name)))
        var generator = SeededGenerator(seed: 22)
        for _ in 0..<200 {
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
            let url = try folder.file("a.pt", holding: bytes)
            do {
                for tensor in try TensorArchive(contentsOf: url).tensors() {
                    #expect(tensor.doubles.count == tensor.shape.count)
                }
            } catch {
                #expect(error.description.contains("a.pt") && !error.description.contains("\n"))
            }
        }
    }

    /// Somebody else's file, from 2019.
    @Test(.enabled(if: SharedData.isAvailable, Comment(rawValue: SharedData.whySkipped))) func aRealFileIsRead() throws
    {
        let folder = try #require(SharedData.folder)
        let url = folder.appendingPathComponent("checkpoints/rfb-320.pth")
        guard FileManager.default.fileExists(atPath: url.path) else { return }
        let archive = try TensorArchive(contentsOf: url)
        #expect(archive.format.name == "pytorch-legacy" && archive.skipped.isEmpty && archive.remarks.isEmpty)
        let kernels = archive.entries.filter { $0.shape.rank == 4 && $0.shape[3] > 1 }
        #expect(kernels.count == 28)
        let first = try archive.tensor(named: "base_net.0.0.weight")
        #expect(first.shape == [16, 3, 3, 3] && first.doubles.allSatisfy { $0.isFinite && abs($0) < 10 })
        #expect(Set(first.doubles).count > 400)
    }
}
