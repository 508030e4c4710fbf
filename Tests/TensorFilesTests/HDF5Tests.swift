import Foundation
import TestSupport
import Testing

@testable import TensorFiles

/// The process that reads HDF5 lies beside the tests, as it lies beside the command; only a build of some modules may lack it.
@Suite(
    .enabled(
        if: HDF5Process.executable() != nil || ProcessInfo.processInfo.environment["CCNN_ONLY"] == nil,
        "needs ccnn-hdf5, which this build of some modules lacks"))
struct HDF5Tests {
    private static func archive(_ name: String) throws -> TensorArchive {
        try TensorArchive(contentsOf: Fixture.url("hdf5/\(name)"))
    }

    private static func waves(_ count: Int, seed: Double) -> [Double] {
        (0..<count).map { Double(Float(sin(seed + Double($0 * $0 % 97)))) }
    }

    /// Every weight of a network, by the name and the numbers that Keras itself gives, from each of its three kinds of files.
    @Test(arguments: ["keras3.keras", "keras3.weights.h5", "keras3-legacy.h5"])
    func kerasReadsTheSame(file: String) throws {
        let archive = try Self.archive(file)
        let expected = try TensorArchive(contentsOf: Fixture.url("hdf5/keras3.npz"))
        #expect(expected.entries.count == 13)
        for entry in expected.entries {
            // Depthwise kernels are called kernels by Keras 3's layers.
            let tensor = try archive.tensor(named: entry.name)
            #expect(tensor.shape == entry.shape)
            #expect(tensor.bytes == (try expected.tensor(named: entry.name)).bytes, "\(entry.name)")
        }
    }

    @Test func layersSayHowTheyReadTheirKernels() throws {
        for file in ["keras3.keras", "keras3-legacy.h5"] {
            let uses = Dictionary(try Self.archive(file).entries.map { ($0.name, $0.use) }) { first, _ in first }
            #expect(uses["first/kernel"] == .kernel(KernelUse(axes: .hwio)))
            #expect(uses["deep/kernel"] == .kernel(KernelUse(axes: .hwio, stride: [2, 2])))
            #expect(uses["apart/depthwise_kernel"] == .kernel(KernelUse(axes: .hwio, dilation: [2, 2])))
            #expect(uses["up/kernel"] == .kernel(KernelUse(axes: .hwoi, isTransposed: true)))
            #expect(uses["head/kernel"] == .other("a matrix of Dense"))
        }
        // Weights alone do not say dilation and stride, but the kind of the layer.
        let uses = Dictionary(try Self.archive("keras3.weights.h5").entries.map { ($0.name, $0.use) }) { first, _ in
            first
        }
        #expect(uses["up/kernel"] == .kernel(KernelUse(axes: .hwoi, isTransposed: true)))
        let momenta = try Self.archive("keras3-legacy.h5").entries.filter { $0.name.hasPrefix("optimizer_weights") }
        #expect(!momenta.isEmpty && momenta.allSatisfy { $0.use == .other("an optimiser's state") })
    }

    @Test func kerasOfTheFirstVersionSaysWhoseKernelsItHas() throws {
        let plain = try Self.archive("keras1.h5")
        #expect(plain.remarks.count == 1 && plain.remarks[0].contains("Theano"))
        #expect(plain.entries.first { $0.name == "level1/level1_W" }?.use == .unstated)
        let theano = try Self.archive("keras1-theano.h5")
        #expect(theano.remarks.count == 1 && theano.remarks[0].contains("turned"))
        #expect(
            theano.entries.first { $0.name == "level1/level1_W" }?.use
                == .kernel(KernelUse(axes: .oihw, isFlipped: true)))
        #expect(try theano.tensor(named: "level1/level1_W").doubles == Self.waves(300, seed: 0))
    }

    @Test func networksOfMATLABGiveTheirLayers() throws {
        let archive = try Self.archive("matconvnet.mat")
        #expect(archive.format.name == "matlab")
        let entries = Dictionary(archive.entries.map { ($0.name, $0) }) { first, _ in first }
        let first = try #require(entries["net.layers{1}.weights{1}"])
        #expect(first.use == .kernel(KernelUse(axes: .oiwh, dilation: [3, 3], stride: [2, 1])))
        #expect(first.shape == [4, 3, 3, 5])
        #expect(try archive.tensor(named: first.name).doubles == Self.waves(180, seed: 0))
        // MATLAB drops the last axis of a layer with one output.
        #expect(entries["net.layers{2}.weights{1}"]?.shape == [1, 4, 3, 3])
        #expect(entries["net.layers{1}.momentum{1}"]?.use == .other("the momentum of an optimiser"))
        #expect(entries["W"]?.use == .unstated)
        #expect(entries["gap"] == nil)
    }

    @Test func whatIsNotReadIsNamedAndNothingOutsideIsFollowed() throws {
        let archive = try Self.archive("kinds.h5")
        #expect(Set(archive.skipped.map(\.name)) == ["complex.weight", "words", "virtual.weight", "external.weight"])
        let names = Set(archive.entries.map(\.name))
        #expect(
            names == [
                "big.weight", "half.weight", "packed.weight", "empty.weight", "group/again", "slash%2F.weight",
                "scalar",
            ])
        #expect(try archive.tensor(named: "big.weight").doubles == Self.waves(18, seed: 1))
        #expect(try archive.tensor(named: "packed.weight").doubles == Self.waves(200, seed: 3))
        #expect(try archive.tensor(named: "slash%2F.weight").doubles == Self.waves(9, seed: 4))
        #expect(try archive.tensor(named: "half.weight").scalarType == .float16)
        #expect(try archive.tensor(named: "empty.weight").bytes.isEmpty)
        #expect(try archive.tensor(named: "scalar").doubles == [1])
    }

    /// A damaged file is a sentence, or gives some numbers; nothing else, and it is soon over.
    @Test func cutAndDamagedFilesAreSentences() async throws {
        let whole = [UInt8](try Data(contentsOf: Fixture.url("hdf5/tiny.h5")))
        var random = Damages(state: 7)
        let cuts = (0..<whole.count).map { Array(whole[..<$0]) }
        let damages = (0..<200).map { _ in
            var bytes = whole
            for _ in 0..<1 + Int(random.next() % 4) {
                bytes[8 + Int(random.next() % UInt64(bytes.count - 8))] = UInt8(truncatingIfNeeded: random.next())
            }
            return bytes
        }
        let folder = try TemporaryFolder()
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for (number, bytes) in (cuts + damages).enumerated() {
                let file = try folder.file("\(number).h5", holding: bytes)
                group.addTask {
                    do {
                        let archive = try TensorArchive(contentsOf: file)
                        for entry in archive.entries where entry.shape.count < 1 << 20 {
                            _ = try archive.tensor(named: entry.name)
                        }
                        return true
                    } catch let error as TensorFileError {
                        return error.description.contains("\n")
                    }
                }
            }
            var opened = 0
            for try await isOpen in group { opened += isOpen ? 1 : 0 }
            // No cut file opens; of the damaged ones those whose numbers alone changed.
            #expect(opened < 200)
        }
        #expect(throws: Never.self) { try TensorArchive(contentsOf: Fixture.url("hdf5/tiny.h5")).tensor(named: "w") }
    }

    @Test func listingsThatLieAreNotTrusted() throws {
        let json = """
            {"datasets":[{"name":"a","path":"/a","shape":[4611686018427387904,4],"type":"f4"},
            {"name":"b","path":"/b","shape":[-1],"type":"f4"},{"name":"c","path":"/c","shape":[1],"type":"q9"},
            {"name":"d","path":"/layers/conv2d/vars/0","shape":[1],"type":"f4"},
            {"name":"e","path":"/layers/conv2d/vars/0","shape":[1],"type":"f4"}],
            "texts":{"model_config":"[[[[{\\"class_name\\":1,\\"config\\":{\\"name\\":[]}}]]]]"},"numbers":{},"isCut":true}
            """
        let listing = try JSONDecoder().decode(HDF5Listing.self, from: Data(json.utf8))
        let contents = HDF5File.contents(listing, KerasNames(listing, configuration: nil)) { _, _ in
            ElementSource { range throws(TensorFileError) in [UInt8](repeating: 0, count: range.count) }
        }
        #expect(contents.skipped.map(\.name) == ["a", "b", "c"])
        #expect(contents.tensors.map(\.entry.name) == ["conv2d/kernel", "e"])
        #expect(contents.remarks.count == 1)
    }

    @Test(.enabled(if: SharedData.isAvailable, "\(SharedData.whySkipped)")) func publishedFilesAreRead() throws {
        let folder = try #require(SharedData.folder).appendingPathComponent("checkpoints")
        let keras = try TensorArchive(contentsOf: folder.appendingPathComponent("srcnn-keras.h5"))
        #expect(try keras.tensor(named: "level1/level1_W").shape == [64, 3, 9, 9])
        let matlab = try TensorArchive(contentsOf: folder.appendingPathComponent("fdncnn-gray.mat"))
        let kernels = matlab.entries.filter { if case .kernel = $0.use { true } else { false } }
        #expect(kernels.count == 20)
        #expect(kernels.allSatisfy { $0.shape.extents.suffix(2) == [3, 3] })
    }
}

/// xorshift64*: the same damages every time.
private struct Damages {
    var state: UInt64

    mutating func next() -> UInt64 {
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        return state &* 0x2545_F491_4F6C_DD1D
    }
}
