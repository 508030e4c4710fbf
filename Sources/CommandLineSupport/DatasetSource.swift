import Datasets
import Foundation
import NeuralNetworks

/// The data sets that commands know, and where they are found.
public enum DatasetSource: String, Sendable, CaseIterable {
    /// Coloured shapes drawn from a seed; needs no file.
    case shapes
    /// Shapes on a dark ground with a class for every pixel, drawn from a seed; needs no file.
    case scatteredShapes = "scattered-shapes"
    /// CIFAR-10 in its binary format.
    case cifar10 = "cifar-10"
    /// CIFAR-100 in its binary format, fine labels.
    case cifar100 = "cifar-100"
    /// M2NIST as NumPy arrays.
    case m2nist
    /// PNG pictures, a folder for each class.
    case pictures

    /// What the set is, in a sentence's beginning.
    public var summary: String {
        switch self {
        case .shapes: "coloured shapes of ten kinds, drawn from a seed, 32×32"
        case .scatteredShapes: "up to three shapes with a class for every pixel, drawn from a seed, 32×44"
        case .cifar10: "photographs of ten kinds, 32×32"
        case .cifar100: "photographs of a hundred kinds, 32×32"
        case .m2nist: "up to three digits with a class for every pixel, 64×84"
        case .pictures: "PNG pictures of your own, a folder for each class"
        }
    }

    /// Whether its pictures are drawn and not read.
    public var isGenerated: Bool { folderName == nil }

    /// Whether its pictures are varied while a network learns from them.
    var isVaried: Bool {
        switch self {
        case .cifar10, .cifar100, .pictures: true
        case .shapes, .scatteredShapes, .m2nist: false
        }
    }

    /// The generated set that a network can learn.
    static func generated(for network: StandardNetwork) -> DatasetSource {
        network.scoresPixels ? .scatteredShapes : .shapes
    }

    /// The folder that its archive unpacks to; nil where none is needed.
    var folderName: String? {
        switch self {
        case .shapes, .scatteredShapes: nil
        case .cifar10: "cifar-10-batches-bin"
        case .cifar100: "cifar-100-binary"
        case .m2nist: "m2nist"
        case .pictures: "pictures"
        }
    }

    /// The data set called `name`.
    /// - Throws: `CommandFailure` with exit code 2 where there is none.
    public static func named(_ name: String) throws(CommandFailure) -> DatasetSource {
        guard let source = DatasetSource(rawValue: name) else {
            let names = allCases.map(\.rawValue)
            throw .usage(
                "there is no data set '\(name)', only \(names.joined(separator: ", "))"
                    + suggestion(for: name, among: names))
        }
        return source
    }

    /// The folder where data sets are looked for when none is said: the one that CCNN_DATA names, else `ccnn` in the user's cache folder.
    public static var defaultFolder: URL {
        let environment = ProcessInfo.processInfo.environment
        if let named = environment["CCNN_DATA"], !named.isEmpty { return URL(fileURLWithPath: named) }
        if let cache = environment["XDG_CACHE_HOME"], !cache.isEmpty {
            return URL(fileURLWithPath: cache).appendingPathComponent("ccnn")
        }
        return FileManager.default.homeDirectoryForCurrentUser.appendingPathComponent(".cache/ccnn")
    }

    /// Where the set's files are: `folder` itself or the folder of the set's own name in it; nil where they are in neither, or not needed.
    public func location(in folder: URL) -> URL? {
        guard let folderName else { return nil }
        return [folder.appendingPathComponent(folderName), folder].first {
            self == .pictures
                ? PictureFolder.isThere($0)
                : FileManager.default.fileExists(atPath: $0.appendingPathComponent(firstFile).path)
        }
    }

    /// Where the set can be fetched from; nil where it cannot.
    var archive: ArchiveDownload? {
        switch self {
        case .cifar10: .cifar10
        case .cifar100: .cifar100
        case .shapes, .scatteredShapes, .m2nist, .pictures: nil
        }
    }

    private var firstFile: String {
        switch self {
        case .shapes, .scatteredShapes: ""
        case .pictures: "CLASS/NAME.png"
        case .cifar10: "data_batch_1.bin"
        case .cifar100: "train.bin"
        case .m2nist: "combined.npy"
        }
    }

    /// Refuses a folder that somebody named for a set that is read from none.
    /// - Throws: `CommandFailure` with exit code 2.
    func refuseFolder(_ folder: String?) throws(CommandFailure) {
        var check = OptionCheck(GivenOptions())
        check.note("--data-folder", folder != nil)
        try check.refuse(["--data-folder"], if: isGenerated, "\(rawValue) is drawn from a seed and read from no folder")
    }

    /// Reads the set.
    /// - Parameters:
    ///   - folder: The folder that has its files, or the folder with them in it.
    ///   - alternative: A set that will do as well, for whoever does not have the files; nil where none will.
    /// - Throws: `CommandFailure` where its files are not there or not what they should be.
    public func read(from folder: URL, orElse alternative: DatasetSource? = nil) throws(CommandFailure) -> Dataset {
        switch self {
        case .shapes: return OrientedShapes.dataset()
        case .scatteredShapes: return ScatteredShapes.dataset()
        case .cifar10, .cifar100, .m2nist, .pictures: break
        }
        guard let location = location(in: folder) else {
            if self == .pictures {
                throw CommandFailure(
                    "\(folder.path): found \(PictureFolder.contents(of: folder)), wanted a folder of PNG pictures for each class, or "
                        + "\(PictureFolder.partNames) with those in them (say where with --data-folder"
                        + "\(alternative.map { ", or use --data \($0.rawValue), which needs no files" } ?? ""))")
            }
            throw CommandFailure(
                "there is no \(rawValue) in \(folder.path): wanted \(folderName ?? "")/\(firstFile) and its fellows "
                    + "(say where with --data-folder\(archive == nil ? "" : ", fetch it with ccnn download \(rawValue)")"
                    + "\(alternative.map { ", or use --data \($0.rawValue), which needs no files" } ?? ""))")
        }
        do {
            switch self {
            case .shapes: return OrientedShapes.dataset()
            case .scatteredShapes: return ScatteredShapes.dataset()
            case .cifar10: return try CIFARFiles.cifar10(in: location)
            case .cifar100: return try CIFARFiles.cifar100(in: location)
            case .m2nist: return try M2NIST.read(in: location)
            case .pictures: return try PictureFolder.read(in: location)
            }
        } catch {
            throw CommandFailure(error)
        }
    }
}
