@testable import CommandLineSupport
import ContinuousCNN
@testable import Datasets
import Foundation
@testable import TensorFiles

/// Something that reads bytes of strangers.
enum FuzzTarget: String, CaseIterable {
    case safetensors, npy, npz, torch, png, cifar, m2nist, checkpoint, planner
    case hdf5Listing = "hdf5-listing"
    case commandLine = "command-line"

    /// The target of this process, chosen once at its beginning.
    nonisolated(unsafe) static var current = FuzzTarget.safetensors

    /// The network whose weights a checkpoint is asked for.
    static let smallNetwork: NetworkGraph = {
        let network = NetworkDescription(
            name: "small", height: 4, width: 4, channels: 1, layers: .block(3, channels: 2) + .classifier(classes: 2))
        guard let graph = try? NetworkGraph(network) else { fatalError("the small network is well-formed") }
        return graph
    }()

    /// Reads the input as the target does, to the end, and forgets it.
    func run(_ input: UnsafeBufferPointer<UInt8>) {
        switch self {
        case .safetensors: readArchive(input, "input.safetensors")
        case .npy: readArchive(input, "input.npy")
        case .npz: readArchive(input, "input.npz")
        case .torch: readArchive(input, "input.pt")
        case .png:
            _ = try? Picture(contentsOf: scratch.write(input, to: "input.png"), maximumPixels: 1 << 20)
        case .cifar: readCIFAR(input)
        case .m2nist: readM2NIST(input)
        case .checkpoint:
            guard let checkpoint = try? Checkpoint(contentsOf: scratch.write(input, to: "input.safetensors")) else {
                return
            }
            _ = try? checkpoint.weights(of: Self.smallNetwork)
        case .planner:
            _ = try? ConvolutionMeasurements(contentsOf: scratch.write(input, to: "planner.json"))
        case .hdf5Listing: readListing(input)
        case .commandLine: parseRequests(input)
        }
    }

    /// What the process that reads HDF5 might say once a hostile file has the better of it.
    private func readListing(_ input: UnsafeBufferPointer<UInt8>) {
        guard let listing = try? JSONDecoder().decode(HDF5Listing.self, from: Data(input)) else { return }
        let source = ElementSource { range throws(TensorFileError) in [UInt8](repeating: 0, count: range.count) }
        _ = HDF5File.contents(listing, KerasNames(listing, configuration: [UInt8](input))) { _, _ in source }
        _ = HDF5File.contents(listing, MATLABNames(listing)) { _, _ in source }
    }

    private func readArchive(_ input: UnsafeBufferPointer<UInt8>, _ name: String) {
        guard let archive = try? TensorArchive(contentsOf: scratch.write(input, to: name)) else { return }
        _ = try? KernelFile(archive).read()
        for entry in archive.entries.prefix(16) {
            guard let tensor = try? archive.tensor(named: entry.name) else { continue }
            _ = KernelLayer(tensor)
        }
    }

    /// The input is a record for each file, as far as it reaches, then the names of the classes.
    private func readCIFAR(_ input: UnsafeBufferPointer<UInt8>) {
        let record = 3073
        let names = ["data_batch_1", "data_batch_2", "data_batch_3", "data_batch_4", "data_batch_5", "test_batch"]
        let classes = input.prefix(64)
        scratch.write(UnsafeBufferPointer(rebasing: classes), to: "batches.meta.txt")
        scratch.write(UnsafeBufferPointer(rebasing: classes), to: "fine_label_names.txt")
        let rest = UnsafeBufferPointer(rebasing: input.dropFirst(64))
        for name in names { scratch.write(UnsafeBufferPointer(rebasing: rest.prefix(record)), to: name + ".bin") }
        scratch.write(UnsafeBufferPointer(rebasing: rest.prefix(record + 1)), to: "train.bin")
        scratch.write(UnsafeBufferPointer(rebasing: rest.prefix(record + 1)), to: "test.bin")
        _ = try? CIFARFiles.cifar10(in: scratch.folder, recordsPerFile: 1)
        _ = try? CIFARFiles.cifar100(in: scratch.folder, trainingRecords: 1, testRecords: 1)
    }

    /// The first byte says how long the first of the two files is, in eighths of the input.
    private func readM2NIST(_ input: UnsafeBufferPointer<UInt8>) {
        guard let first = input.first else { return }
        let rest = UnsafeBufferPointer(rebasing: input.dropFirst())
        let cut = rest.count * Int(first % 9) / 8
        scratch.write(UnsafeBufferPointer(rebasing: rest[..<cut]), to: "combined.npy")
        scratch.write(UnsafeBufferPointer(rebasing: rest[cut...]), to: "segmented.npy")
        _ = try? M2NIST.read(in: scratch.folder, trainingCount: 1)
    }

    /// The lines of the input are values of options.
    private func parseRequests(_ input: UnsafeBufferPointer<UInt8>) {
        let lines = String(decoding: input, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
            .map(String.init)
        func line(_ number: Int) -> String { number < lines.count ? lines[number] : "" }
        var fit = FitRequest.Arguments()
        fit.sigma = line(0)
        fit.sigmaRange = line(1)
        fit.discretization = line(2)
        fit.order = Int(line(3)) ?? 0
        fit.axes = line(4)
        _ = try? FitRequest(fit)
        var filter = FilterRequest.Arguments()
        filter.picture = "a.png"
        filter.output = "b.png"
        filter.gaussian = Double(line(5))
        filter.derivative = line(6)
        filter.boundary = line(7)
        filter.limit = Double(line(8))
        _ = try? FilterRequest(filter)
        var train = TrainRequest.Arguments()
        train.network = line(9)
        train.learningRate = Double(line(10)) ?? 1
        train.schedule = line(11)
        train.batch = Int(line(12)) ?? 1
        train.prune = Double(line(13))
        train.seeds = Int(line(14)) ?? 1
        _ = try? TrainRequest(train)
        _ = suggestion(for: line(0), among: lines)
    }
}

private let scratch = ScratchFolder()

/// A folder in memory for the files of one process.
private struct ScratchFolder {
    let folder: URL

    init() {
        let memory = "/dev/shm"
        let parent = FileManager.default.isWritableFile(atPath: memory) ? memory : NSTemporaryDirectory()
        folder = URL(fileURLWithPath: parent).appendingPathComponent("ccnn-fuzz-\(getpid())")
        try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    /// Writes a file, over the one of the same name, and says where it is.
    @discardableResult
    func write(_ bytes: UnsafeBufferPointer<UInt8>, to name: String) -> URL {
        let url = folder.appendingPathComponent(name)
        guard let file = fopen(url.path, "wb") else { fatalError("\(url.path) cannot be written") }
        fwrite(bytes.baseAddress, 1, bytes.count, file)
        fclose(file)
        return url
    }
}
