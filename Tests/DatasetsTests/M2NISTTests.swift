import Foundation
import TensorFiles
import Tensors
import TestSupport
import Testing

@testable import Datasets

@Suite struct M2NISTTests {
    private func folder(
        pictures: [Int] = [3, 2, 2], classes: [Int] = [3, 2, 2], largestClass: UInt8 = 10,
        type: ScalarType = .uint8
    ) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        func write(_ name: String, _ extents: [Int], _ value: (Int) -> UInt8) throws {
            let shape = TensorShape(extents)
            let bytes = (0..<shape.count * type.size).map(value)
            let tensor = StoredTensor(name: name, shape: shape, scalarType: type, bytes: bytes)
            try NpyFile.write(tensor, to: folder.file("\(name).npy"))
        }
        try write("combined", pictures) { UInt8($0) }
        try write("segmented", classes) { $0 == 5 ? largestClass : UInt8($0 % 3) }
        return folder
    }

    @Test func theFirstPicturesTrain() throws {
        let folder = try folder()
        let set = try M2NIST.read(in: folder.url, trainingCount: 2)
        #expect(set.training.count == 2 && set.test.count == 1)
        #expect(set.training.labelling == .perPixel && set.training.channels == 1)
        #expect(set.test.pixels == [8, 9, 10, 11] && set.test.labels == [2, 0, 1, 2])
        #expect(set.training.labels[5] == 10 && set.training.classNames[10] == "background")
    }

    private func refusal(_ folder: TemporaryFolder, trainingCount: Int = 2) throws -> DatasetError {
        try #require(throws: DatasetError.self) { try M2NIST.read(in: folder.url, trainingCount: trainingCount) }
    }

    @Test func damageIsNamed() throws {
        var error = try refusal(folder(largestClass: 11))
        #expect(error.description.hasSuffix("found the class 11 at element 5, wanted a class from 0 to 10"))
        error = try refusal(folder(classes: [3, 4]))
        #expect(error.file.hasSuffix("segmented.npy") && error.found.contains("[3, 4]"))
        error = try refusal(folder(pictures: [3, 3, 2]))
        #expect(error.wanted == "the shape [3, 3, 2] of combined.npy")
        for empty in [[3, 0, 2], [3, 2, 0]] {
            error = try refusal(folder(pictures: empty, classes: empty))
            #expect(error.file.hasSuffix("combined.npy") && error.found == "an array of shape \(empty)")
            #expect(error.wanted == "pictures of at least one pixel")
        }
        error = try refusal(folder(type: .int16))
        #expect(error.found.contains("int16"))
        error = try refusal(folder(), trainingCount: M2NIST.trainingCount)
        #expect(error.wanted == "more than 4000 pictures")
        error = try refusal(TemporaryFolder())
        #expect(error.file.hasSuffix("combined.npy"))
    }
}
