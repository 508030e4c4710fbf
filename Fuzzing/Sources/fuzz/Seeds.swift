import ContinuousCNN
import Foundation

/// Small files of every kind that readers accept, for libFuzzer to begin with: a folder for each target.
enum Seeds {
    /// Writes the seeds that this library makes itself; `fixtures` are the files of the tests, from other programs.
    static func write(into folder: URL, fixtures: URL) throws {
        for target in FuzzTarget.allCases {
            let seeds = folder.appendingPathComponent(target.rawValue)
            try FileManager.default.createDirectory(at: seeds, withIntermediateDirectories: true)
            for (name, bytes) in try files(of: target, fixtures) {
                try bytes.write(to: seeds.appendingPathComponent(name))
            }
        }
    }

    private static func files(of target: FuzzTarget, _ fixtures: URL) throws -> [(String, Data)] {
        let tensors = fixtures.appendingPathComponent("tensor-files")
        switch target {
        case .safetensors: return try all("safetensors", in: tensors)
        case .npy: return try all("npy", in: tensors)
        case .npz: return try all("npz", in: tensors)
        case .torch: return try all("pt", in: tensors) + all("pth", in: tensors)
        case .png: return try all("png", in: fixtures.appendingPathComponent("pictures"))
        case .cifar: return [("records", Data(repeating: 10, count: 64) + Data(count: 3074))]
        case .m2nist: return try [("two-arrays", m2nist())]
        case .checkpoint: return try [("small", checkpoint())]
        case .planner: return try [("one-shape", plannerMemory())]
        case .hdf5Listing: return [("keras", Data(listing.utf8))]
        case .commandLine: return [("defaults", Data(commandLine.joined(separator: "\n").utf8))]
        }
    }

    private static func all(_ suffix: String, in folder: URL) throws -> [(String, Data)] {
        try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .filter { $0.pathExtension == suffix }
            .map { ($0.lastPathComponent, try Data(contentsOf: $0)) }
    }

    private static func m2nist() throws -> Data {
        let array = try temporary("seed.npy") { url in
            let bytes = [UInt8](0..<8)
            try NpyFile.write(StoredTensor(name: "a", shape: [2, 2, 2], scalarType: .uint8, bytes: bytes), to: url)
        }
        return Data([4]) + array + array
    }

    /// A run of two steps with the network that the target asks a checkpoint for.
    private static func checkpoint() throws -> Data {
        let pictures = LabelledPictures(
            height: 4, width: 4, channels: 1, classNames: ["a", "b"], pixels: [UInt8](repeating: 9, count: 64),
            labels: [0, 1, 0, 1])
        var settings = TrainingSettings()
        (settings.batch, settings.stepsPerEpoch, settings.epochs) = (2, 1, 2)
        let trainer = try Trainer(
            FuzzTarget.smallNetwork.network, on: Dataset(name: "seed", training: pictures, test: pictures),
            settings: settings)
        try trainer.step()
        try trainer.finishEpoch()
        return try temporary("seed.safetensors") { try trainer.save(to: $0) }
    }

    private static func plannerMemory() throws -> Data {
        let axis = try ConvolutionAxis(input: 4, kernel: 3)
        let shape = try ConvolutionShape(
            batch: 1, vertical: axis, horizontal: axis, inputChannels: 2, outputChannels: 2)
        let planner = ConvolutionPlanner(policy: .measure)
        _ = planner.plan(shape, .forward)
        return try temporary("seed.json") { try planner.measurements.write(to: $0) }
    }

    private static let commandLine = [
        "per-kernel", "0.4...3", "discrete", "4", "oihw", "2", "1,0", "mirror", "1", "dilated", "0.001", "cosine", "32",
        "0.5", "2",
    ]

    private static let listing = #"""
        {"datasets":[{"name":"layers/conv2d/vars/0","path":"/layers/conv2d/vars/0","shape":[3,3,2,4],"type":"f4"},
        {"name":"net.layers{1}.weights{1}","path":"/net/layers/0/weights/0","shape":[4,2,3,3],"type":"f8"},
        {"name":"model_weights/a/a/kernel:0","path":"/model_weights/a/a/kernel:0","shape":[3,3,2,4],"type":"i1"},
        {"name":"b","path":"/b","shape":[],"reason":"no numbers"}],
        "texts":{"backend":"theano","/layers/conv2d/vars@name":"first","net.layers{1}.type":"conv",
        "model_config":"{\"class_name\":\"Conv2D\",\"config\":{\"name\":\"a\",\"groups\":2,\"strides\":[1,1]}}"},
        "numbers":{"net.layers{1}.stride":[1,2]},"isCut":false}
        """#

    private static func temporary(_ name: String, _ write: (URL) throws -> Void) throws -> Data {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("\(getpid())-\(name)")
        defer { try? FileManager.default.removeItem(at: url) }
        try write(url)
        return try Data(contentsOf: url)
    }
}
