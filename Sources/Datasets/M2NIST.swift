import Foundation
import TensorFiles
import Tensors

/// M2NIST: pictures of 64×84 pixels with up to three handwritten digits, and a class for every pixel, a digit or the background.
public enum M2NIST {
    /// The number of pictures at the front that train; the others test.
    public static let trainingCount = 4_000

    /// Reads `combined.npy` (pictures) and `segmented.npy` (classes) from a folder, both unsigned bytes `[pictures, 64, 84]`.
    /// - Throws: `DatasetError` where the arrays differ in shape, are of another type or hold a class above 10; what is wrong with a
    ///   file itself is reported in the same words as `TensorFiles` does.
    public static func read(in folder: URL) throws(DatasetError) -> Dataset {
        try read(in: folder, trainingCount: trainingCount)
    }

    static func read(in folder: URL, trainingCount: Int) throws(DatasetError) -> Dataset {
        let combined = folder.appendingPathComponent("combined.npy")
        let segmented = folder.appendingPathComponent("segmented.npy")
        let pictures = try bytes(of: combined)
        let classes = try bytes(of: segmented)
        guard pictures.shape[1] >= 1, pictures.shape[2] >= 1 else {
            throw DatasetError(
                combined, found: "an array of shape \(pictures.shape)", wanted: "pictures of at least one pixel")
        }
        guard pictures.shape[0] > trainingCount else {
            throw DatasetError(
                combined, found: "an array of shape \(pictures.shape)", wanted: "more than \(trainingCount) pictures")
        }
        guard classes.shape == pictures.shape else {
            throw DatasetError(
                segmented, found: "an array of shape \(classes.shape)",
                wanted: "the shape \(pictures.shape) of combined.npy")
        }
        if let place = classes.bytes.firstIndex(where: { $0 > 10 }) {
            throw DatasetError(
                segmented, found: "the class \(classes.bytes[place]) at element \(place)",
                wanted: "a class from 0 to 10")
        }
        let all = LabelledPictures(
            height: pictures.shape[1], width: pictures.shape[2], channels: 1,
            classNames: (0...9).map { "digit \($0)" } + ["background"], labelling: .perPixel, pixels: pictures.bytes,
            labels: classes.bytes)
        return Dataset(name: "m2nist", training: all[0..<trainingCount], test: all[trainingCount..<all.count])
    }

    private static func bytes(of file: URL) throws(DatasetError) -> StoredTensor {
        let tensor: StoredTensor
        do {
            let archive = try TensorArchive(contentsOf: file)
            let name = archive.entries.first?.name ?? ""
            tensor = try archive.tensor(named: name)
        } catch {
            throw DatasetError(file, found: error.found, wanted: error.wanted)
        }
        guard tensor.scalarType == .uint8, tensor.shape.rank == 3 else {
            throw DatasetError(
                file, found: "an array of \(tensor.scalarType) of shape \(tensor.shape)",
                wanted: "unsigned bytes of three axes, pictures, rows and columns")
        }
        return tensor
    }
}
