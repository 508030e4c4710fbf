import Foundation
import TestSupport
import Testing

@testable import Datasets

@Suite struct CIFARFilesTests {
    static let classes = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]

    /// Two records: the planes of the r-th hold r, r + 1 and r + 2, and its first red byte counts the pixels apart.
    private func records(labels: [UInt8], extraLabel: UInt8? = nil) -> [UInt8] {
        labels.enumerated().flatMap { place, label in
            let planes = (0..<3).flatMap { plane in (0..<1024).map { UInt8((place + 7 * plane + $0) % 256) } }
            return (extraLabel.map { [$0] } ?? []) + [label] + planes
        }
    }

    private func cifar10(_ change: (String, inout [UInt8]) -> Void = { _, _ in }) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        let names = Self.classes.joined(separator: "\n") + "\n"
        _ = try folder.file("batches.meta.txt", holding: Array(names.utf8))
        for name in (1...5).map({ "data_batch_\($0).bin" }) + ["test_batch.bin"] {
            var bytes = records(labels: [3, 9])
            change(name, &bytes)
            _ = try folder.file(name, holding: bytes)
        }
        return folder
    }

    @Test func planesBecomeChannels() throws {
        let folder = try cifar10()
        let set = try CIFARFiles.cifar10(in: folder.url, recordsPerFile: 2)
        #expect(set.training.count == 10 && set.test.count == 2)
        #expect(set.training.labels == [3, 9, 3, 9, 3, 9, 3, 9, 3, 9])
        #expect(set.test.classNames == Self.classes)
        for (record, pixel) in [(0, 0), (1, 1023), (1, 300)] {
            let start = (record * 1024 + pixel) * 3
            let wanted = (0..<3).map { UInt8((record + 7 * $0 + pixel) % 256) }
            #expect(Array(set.test.pixels[start..<start + 3]) == wanted)
        }
    }

    @Test func fineLabelsAreLearned() throws {
        let folder = try TemporaryFolder()
        let names = (0..<100).map { "class \($0)" }.joined(separator: "\n")
        _ = try folder.file("fine_label_names.txt", holding: Array(names.utf8))
        _ = try folder.file("train.bin", holding: records(labels: [42, 99], extraLabel: 7))
        _ = try folder.file("test.bin", holding: records(labels: [1], extraLabel: 7))
        let set = try CIFARFiles.cifar100(in: folder.url, trainingRecords: 2, testRecords: 1)
        #expect(set.training.labels == [42, 99] && set.test.labels == [1])
        #expect(Array(set.test.pixels[0..<3]) == [0, 7, 14])
    }

    @Test func damageIsNamed() throws {
        let truncated = try cifar10 { if $0 == "data_batch_4.bin" { $1.removeLast(100) } }
        var error = try #require(throws: DatasetError.self) {
            try CIFARFiles.cifar10(in: truncated.url, recordsPerFile: 2)
        }
        #expect(error.file.hasSuffix("data_batch_4.bin"))
        #expect(error.found == "6046 bytes" && error.wanted == "the 6146 bytes of 2 records of 3073")

        let mislabelled = try cifar10 { if $0 == "test_batch.bin" { $1[3073] = 10 } }
        error = try #require(throws: DatasetError.self) {
            try CIFARFiles.cifar10(in: mislabelled.url, recordsPerFile: 2)
        }
        #expect(
            error.description.hasSuffix("test_batch.bin: found the label 10 in record 1, wanted a label from 0 to 9"))

        let incomplete = try cifar10()
        try FileManager.default.removeItem(at: incomplete.file("data_batch_2.bin"))
        error = try #require(throws: DatasetError.self) {
            try CIFARFiles.cifar10(in: incomplete.url, recordsPerFile: 2)
        }
        #expect(error.found == "no such file" && error.file.hasSuffix("data_batch_2.bin"))

        let small = try cifar10()
        error = try #require(throws: DatasetError.self) { try CIFARFiles.cifar10(in: small.url) }
        #expect(error.wanted == "the 30730000 bytes of 10000 records of 3073")
    }

    @Test func namesOfClassesAreCounted() throws {
        let folder = try cifar10()
        _ = try folder.file("batches.meta.txt", holding: Array("airplane\n".utf8))
        let error = try #require(throws: DatasetError.self) {
            try CIFARFiles.cifar10(in: folder.url, recordsPerFile: 2)
        }
        #expect(error.found == "1 lines" && error.wanted == "the names of 10 classes")
    }
}
