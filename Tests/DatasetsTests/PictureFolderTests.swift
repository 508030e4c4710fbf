import Foundation
import Pictures
import TestSupport
import Testing

@testable import Datasets

@Suite struct PictureFolderTests {
    /// Writes a picture of one colour.
    private func write(
        _ value: Float, _ place: String, in folder: TemporaryFolder, width: Int = 4, channels: PictureChannels = .color,
        alpha: Float = 1
    ) throws {
        let file = folder.file(place)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        var planes = [[Float]](repeating: [Float](repeating: value, count: width * 3), count: channels.count)
        if let place = channels.alpha { planes[place] = [Float](repeating: alpha, count: width * 3) }
        try Picture(width: width, height: 3, channels: channels, depth: .eight, planes: planes).write(to: file)
    }

    private func refusal(_ folder: TemporaryFolder) -> String? {
        do { _ = try PictureFolder.read(in: folder.url) } catch { return "\(error)" }
        return nil
    }

    @Test func classesAreFoldersAndEveryFifthPictureTests() throws {
        let folder = try TemporaryFolder()
        for number in 0..<5 {
            try write(Float(number) / 255, "cat/\(number).png", in: folder, channels: .grey)
            try write(Float(100 + number) / 255, "ant/\(number).png", in: folder, channels: .grey)
        }
        try Data("notes".utf8).write(to: folder.file("readme.txt"))
        let set = try PictureFolder.read(in: folder.url)
        #expect(set.training.classNames == ["ant", "cat"])
        #expect(set.training.channels == 1 && set.training.height == 3 && set.training.width == 4)
        #expect(set.training.labels == [0, 1, 0, 1, 0, 1, 0, 1] && set.test.labels == [0, 1])
        #expect(set.test.pixels == [UInt8](repeating: 104, count: 12) + [UInt8](repeating: 4, count: 12))
    }

    /// So that pictures held out, and batches that normalisation statistics are taken from, have all classes.
    @Test func everyStretchHasItsShareOfEachClass() throws {
        let folder = try TemporaryFolder()
        for number in 0..<30 {
            try write(0, "few/\(10 + number % 10).png", in: folder, channels: .grey)
            try write(1, "many/\(10 + number).png", in: folder, channels: .grey)
        }
        let set = try PictureFolder.read(in: folder.url).training
        // Of 10 and 30 pictures every fifth tests.
        #expect(set.count == 8 + 24)
        for (label, share) in [(UInt8(0), 0.25), (1, 0.75)] {
            for first in 0..<set.count {
                for last in first..<set.count {
                    let found = set.labels[first...last].count { $0 == label }
                    #expect(abs(Double(found) - share * Double(last - first + 1)) <= 1)
                }
            }
        }
        #expect(Set(set.split(last: 0.2).validation.labels) == [0, 1])
        for (label, pixel) in zip(set.labels, set[0..<set.count].pixels.enumerated().filter { $0.offset % 12 == 0 }) {
            #expect(pixel.element == (label == 0 ? 0 : 255))
        }
    }

    @Test func trainAndTestAreTakenAsTheyAreAndColoursJoinGreys() throws {
        let folder = try TemporaryFolder()
        try write(0.2, "train/a/1.png", in: folder, channels: .grey)
        try write(0.4, "train/b/1.png", in: folder, channels: .colorAlpha)
        try write(0.6, "test/a/1.png", in: folder)
        try write(0.8, "test/b/1.png", in: folder)
        let set = try PictureFolder.read(in: folder.url)
        #expect(set.training.channels == 3 && set.training.count == 2 && set.test.labels == [0, 1])
        #expect(set.training.pixels == [UInt8](repeating: 51, count: 36) + [UInt8](repeating: 102, count: 36))
    }

    /// Pictures of a class that nobody learns would go untested without a word.
    @Test func testedClassesAreThoseThatAreLearned() throws {
        let folder = try TemporaryFolder()
        for name in ["train/cat", "train/dog", "test/cat"] { try write(0, "\(name)/1.png", in: folder) }
        let set = try PictureFolder.read(in: folder.url)
        #expect(set.training.classNames == ["cat", "dog"] && set.test.labels == [0])
        try write(0, "test/fox/1.png", in: folder)
        let sentence = refusal(folder) ?? "accepted"
        #expect(
            sentence.hasSuffix(
                "/test: found a folder of a class that train lacks (fox), wanted some of those in train (cat, dog)"))
    }

    @Test func badPicturesAreNamed() throws {
        let folder = try TemporaryFolder()
        for number in 0..<5 {
            try write(0, "a/\(number).png", in: folder)
            try write(0, "b/\(number).png", in: folder)
        }
        try write(0, "b/7.png", in: folder, width: 5)
        #expect(refusal(folder)?.contains("b/7.png: found a picture of 5×3 pixels, wanted 4×3") == true)
        try Data("no picture".utf8).write(to: folder.file("b/8.png"))
        #expect(refusal(folder)?.contains("and 1 more") == true)
        try FileManager.default.removeItem(at: folder.file("b/7.png"))
        #expect(refusal(folder)?.contains("b/8.png") == true)
        try write(0, "b/8.png", in: folder, channels: .colorAlpha, alpha: 0.5)
        #expect(refusal(folder)?.contains("not opaque") == true)
    }

    @Test func foldersWithoutClassesOrPicturesAreNamed() throws {
        let folder = try TemporaryFolder()
        #expect(refusal(folder)?.contains("found no folder of a class, wanted 2 to 256") == true)
        #expect(!PictureFolder.isThere(folder.url))
        try write(0, "a/1.png", in: folder)
        #expect(PictureFolder.isThere(folder.url))
        try FileManager.default.createDirectory(at: folder.file("b"), withIntermediateDirectories: true)
        #expect(refusal(folder)?.contains("b: found no PNG picture") == true)
        try write(0, "b/1.png", in: folder)
        #expect(refusal(folder)?.contains("found 2 pictures to learn and 0 to test") == true)
    }

    @Test(
        arguments: [
            ("train", "test"), ("Train", "Test"), ("training", "testing"), ("trn", "tst"), ("TRAIN", "val"),
            ("train", "valid"), ("training", "Validation"), ("train", "dev"), ("train", "eval"),
            ("train", "evaluation"),
        ])
    func foldersOfUsualNamesAreTakenAsTheyAre(training: String, test: String) throws {
        let folder = try TemporaryFolder()
        for name in ["a", "b"] {
            for number in 0..<6 { try write(0, "\(training)/\(name)/\(number).png", in: folder, channels: .grey) }
            try write(1, "\(test)/\(name)/1.png", in: folder, channels: .grey)
        }
        #expect(PictureFolder.isThere(folder.url))
        let set = try PictureFolder.read(in: folder.url)
        #expect(set.training.count == 12 && set.test.count == 2 && set.validation == nil)
        #expect(set.test.pixels.allSatisfy { $0 == 255 } && set.training.classNames == ["a", "b"])
    }

    /// The one tests, the other is held out.
    @Test func testAndValidationAreTwoThings() throws {
        let folder = try TemporaryFolder()
        for (place, value) in [("train", Float(0)), ("Test", 1), ("val", 0.2)] {
            for name in ["a", "b"] { try write(value, "\(place)/\(name)/1.png", in: folder, channels: .grey) }
        }
        let set = try PictureFolder.read(in: folder.url)
        #expect(set.training.pixels.allSatisfy { $0 == 0 } && set.test.pixels.allSatisfy { $0 == 255 })
        #expect(set.validation?.count == 2 && set.validation?.pixels.allSatisfy { $0 == 51 } == true)
        try write(0, "validation/a/1.png", in: folder)
        #expect(
            refusal(folder)?.hasSuffix(
                "found val and validation, of which nothing says which is meant, wanted one of them")
                == true)
    }

    @Test func halfOfASplitIsNamed() throws {
        let folder = try TemporaryFolder()
        for name in ["a", "b"] { try write(0, "train/\(name)/1.png", in: folder) }
        #expect(PictureFolder.isThere(folder.url))
        #expect(
            refusal(folder)?.contains("found train to learn from, but nothing to test with, wanted a folder test, ")
                == true)
        try FileManager.default.moveItem(at: folder.file("train"), to: folder.file("dev"))
        #expect(
            refusal(folder)?.hasSuffix(
                "found dev to test with, but nothing to learn from, wanted a folder train, training, trn beside it")
                == true)
    }

    /// Of vehicles, for example.
    @Test func aClassMayBeCalledTrain() throws {
        let folder = try TemporaryFolder()
        for number in 0..<5 {
            for name in ["car", "train"] { try write(0, "\(name)/\(number).png", in: folder) }
        }
        let set = try PictureFolder.read(in: folder.url)
        #expect(set.training.classNames == ["car", "train"] && set.test.count == 2)
    }
}
