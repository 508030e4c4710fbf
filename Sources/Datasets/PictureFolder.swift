import Foundation
import Pictures

/// A data set of PNG pictures, one folder for each class.
///
/// The folder has one to learn from and one to test with, each with a folder of pictures for each class, though the latter may lack some; or the folders
/// of the classes themselves, of which every fifth picture in the order of their names then tests. Classes are in the order of their names.
/// Pictures are all of one size; they are grey if all of them are, else three colours. Sixteen bits are rounded to eight. Other files, and
/// names that begin with a dot, are passed over.
///
/// What is learned is in `train`, `training` or `trn`. What tests is in `test`, `testing` or `tst`; where there is none of these, in `val`, `valid`,
/// `validation`, `dev`, `eval` or `evaluation`. Where there is one of both kinds, the former tests and the latter is held out, which is what
/// `Dataset.validation` has. Letters may be large or small. Two folders of the same kind are refused, as nothing says which is meant. A folder of such a
/// name with pictures right in it is that of a class.
///
/// Pictures of all classes lie among each other, so that each class has its share of any stretch of them, up to one picture.
public enum PictureFolder {
    /// What the pictures in a folder are for.
    private enum Part: CaseIterable {
        case training
        case test
        case validation

        var names: [String] {
            switch self {
            case .training: ["train", "training", "trn"]
            case .test: ["test", "testing", "tst"]
            case .validation: ["val", "valid", "validation", "dev", "eval", "evaluation"]
            }
        }
    }

    /// The names of folders that are looked for, in words.
    public static let partNames: String = {
        func list(_ names: [String]) -> String {
            names.dropLast().joined(separator: ", ") + " or " + (names.last ?? "")
        }
        return "\(list(Part.training.names)) beside \(list(Part.test.names + Part.validation.names))"
    }()

    /// Reads the pictures of a folder.
    /// - Throws: `DatasetError` that names the folder or the first picture that is not what it should be, and how many others are not.
    public static func read(in folder: URL) throws(DatasetError) -> Dataset {
        let parts = try self.parts(of: folder)
        let training = parts?.training ?? folder
        let classes = try names(in: training, where: isFolder)
        guard (2...256).contains(classes.count) else {
            let found = classes.isEmpty ? "no folder of a class" : counted(classes.count, "folder", "of a class")
            throw DatasetError(
                training, found: found + (classes.isEmpty ? "" : " (\(few(classes)))"),
                wanted: parts == nil
                    ? "2 to 256 with PNG pictures in them, or \(partNames) with those in them"
                    : "2 to 256 with PNG pictures in them")
        }
        var sets = [[Labelled]](repeating: [], count: 3)
        if let parts {
            for (place, part) in [parts.training, parts.test, parts.validation].enumerated() {
                guard let part else { continue }
                sets[place] = try labelled(part, classes, mayLackSome: part != parts.training, parts.training)
            }
        } else {
            for (label, name) in classes.enumerated() {
                for (place, file) in try files(folder.appendingPathComponent(name), label).enumerated() {
                    sets[place % 5 == 4 ? 1 : 0].append(file)
                }
            }
        }
        guard !sets[0].isEmpty, !sets[1].isEmpty else {
            throw DatasetError(
                folder, found: "\(counted(sets[0].count, "picture", "to learn")) and \(sets[1].count) to test",
                wanted: "some of both" + (parts == nil ? ": of each class, every fifth tests" : ""))
        }
        let files = sets.map(mixed)
        let pictures = try load(files.flatMap { $0 })
        let isGrey = pictures.allSatisfy { $0.planes.count == 1 }
        let all = labelled(pictures, files.joined().map(\.label), classes, isGrey: isGrey)
        let (learned, tested) = (files[0].count, files[0].count + files[1].count)
        return Dataset(
            name: "pictures", training: all[0..<learned], test: all[learned..<tested],
            validation: files[2].isEmpty ? nil : all[tested..<all.count], augmentation: .flipsAndShifts)
    }

    /// Whether a folder looks like such a data set: it has one to learn from or to test with, or a folder with a PNG picture.
    public static func isThere(_ folder: URL) -> Bool {
        let inside = (try? names(in: folder, where: isFolder)) ?? []
        return inside.contains { name in
            let place = folder.appendingPathComponent(name)
            return hasPictures(place) || isPart(place)
        }
    }

    /// What is in a folder, in words, for whoever looked for such a data set there in vain.
    public static func contents(of folder: URL) -> String {
        guard isFolder(folder) else { return "no such folder" }
        let inside = (try? names(in: folder, where: isFolder)) ?? []
        return inside.isEmpty ? "no folder in it" : "\(few(inside)) without PNG pictures"
    }

    /// The folders that a split data set has; nil where it is one of classes.
    private static func parts(
        of folder: URL
    ) throws(DatasetError) -> (training: URL, test: URL?, validation: URL?)? {
        let inside = try names(in: folder, where: isFolder)
        var found: [Part: String] = [:]
        for part in Part.allCases {
            let own = inside.filter {
                part.names.contains($0.lowercased()) && isPart(folder.appendingPathComponent($0))
            }
            guard own.count < 2 else {
                throw DatasetError(
                    folder, found: "\(own.joined(separator: " and ")), of which nothing says which is meant",
                    wanted: "one of them")
            }
            found[part] = own.first
        }
        guard let training = found[.training] else {
            guard let name = found[.test] ?? found[.validation] else { return nil }
            throw DatasetError(
                folder, found: "\(name) to test with, but nothing to learn from",
                wanted: "a folder \(Part.training.names.joined(separator: ", ")) beside it")
        }
        guard let test = found[.test] ?? found[.validation] else {
            throw DatasetError(
                folder, found: "\(training) to learn from, but nothing to test with",
                wanted:
                    "a folder \((Part.test.names + Part.validation.names).joined(separator: ", ")) beside it, or the folder "
                    + "\(folder.appendingPathComponent(training).relativePath) itself, of which every fifth picture then tests"
            )
        }
        let held = found[.test] == nil ? nil : found[.validation]
        return (
            folder.appendingPathComponent(training), folder.appendingPathComponent(test),
            held.map { folder.appendingPathComponent($0) }
        )
    }

    /// Whether a folder has the name of a part, and folders rather than pictures in it.
    private static func isPart(_ folder: URL) -> Bool {
        let name = folder.lastPathComponent.lowercased()
        guard Part.allCases.contains(where: { $0.names.contains(name) }), !hasPictures(folder) else { return false }
        return (try? names(in: folder, where: isFolder))?.isEmpty == false
    }

    private static func hasPictures(_ folder: URL) -> Bool {
        let pictures = try? names(in: folder) { $0.pathExtension.lowercased() == "png" }
        return pictures?.isEmpty == false
    }

    private static func counted(_ count: Int, _ noun: String, _ rest: String) -> String {
        "\(count) \(noun)\(count == 1 ? "" : "s") \(rest)"
    }

    /// The pictures of a part, whose classes are some of those that are learned.
    private static func labelled(
        _ part: URL, _ classes: [String], mayLackSome: Bool, _ training: URL
    ) throws(DatasetError) -> [Labelled] {
        let unknown = try names(in: part, where: isFolder).filter { !classes.contains($0) }
        guard unknown.isEmpty else {
            let name = training.lastPathComponent
            throw DatasetError(
                part,
                found:
                    "\(unknown.count == 1 ? "a folder of a class" : "folders of classes") that \(name) lacks (\(few(unknown)))",
                wanted: "some of those in \(name) (\(few(classes)))")
        }
        var all: [Labelled] = []
        for (label, name) in classes.enumerated() {
            let place = part.appendingPathComponent(name)
            if !mayLackSome || isFolder(place) { all += try files(place, label) }
        }
        return all
    }

    private struct Labelled {
        let file: URL
        let label: Int
    }

    private static func isFolder(_ url: URL) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) && isFolder.boolValue
    }

    private static func names(in folder: URL, where isWanted: (URL) -> Bool) throws(DatasetError) -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().filter {
                !$0.hasPrefix(".") && isWanted(folder.appendingPathComponent($0))
            }
        } catch {
            throw DatasetError(
                folder, found: "no readable folder", wanted: "one with a folder of PNG pictures for each class")
        }
    }

    private static func few(_ names: [String]) -> String {
        names.prefix(5).joined(separator: ", ") + (names.count > 5 ? " and \(names.count - 5) more" : "")
    }

    private static func files(_ folder: URL, _ label: Int) throws(DatasetError) -> [Labelled] {
        let found = try names(in: folder) { $0.pathExtension.lowercased() == "png" }
        guard !found.isEmpty else { throw DatasetError(folder, found: "no PNG picture", wanted: "those of its class") }
        return found.map { Labelled(file: folder.appendingPathComponent($0), label: label) }
    }

    /// Files that come class by class, in the order of (place + ½)/count, place and count being those in the class.
    private static func mixed(_ files: [Labelled]) -> [Labelled] {
        let counts = Dictionary(files.map { ($0.label, 1) }, uniquingKeysWith: +)
        var seen: [Int: Int] = [:]
        let places = files.map { file in
            defer { seen[file.label, default: 0] += 1 }
            return (Double(seen[file.label] ?? 0) + 0.5) / Double(counts[file.label] ?? 1)
        }
        return files.indices.sorted { (places[$0], $0) < (places[$1], $1) }.map { files[$0] }
    }

    /// The pictures of all files, or an error that names the first bad one.
    private static func load(_ files: [Labelled]) throws(DatasetError) -> [Picture] {
        var pictures: [Picture] = []
        var first: DatasetError?
        var bad = 0
        for file in files {
            do throws(DatasetError) {
                let picture = try read(file.file)
                let size = pictures.first ?? picture
                guard picture.width == size.width, picture.height == size.height else {
                    throw DatasetError(
                        file.file, found: "a picture of \(picture.width)×\(picture.height) pixels",
                        wanted: "\(size.width)×\(size.height) as the first one has")
                }
                pictures.append(picture)
            } catch {
                bad += 1
                first = first ?? error
            }
        }
        guard var first else { return pictures }
        if bad > 1 { first.wanted += " (and \(bad - 1) more pictures are not as they should be)" }
        throw first
    }

    private static func read(_ file: URL) throws(DatasetError) -> Picture {
        let picture: Picture
        do {
            // Far more than any network here takes.
            picture = try Picture(contentsOf: file, maximumPixels: 1 << 22)
        } catch {
            throw DatasetError(
                file, found: "what is no picture to learn from (\(error))", wanted: "a PNG of at most 2²² pixels")
        }
        guard let alpha = picture.channels.alpha else { return picture }
        guard picture.planes[alpha].allSatisfy({ $0 == 1 }) else {
            throw DatasetError(file, found: "pixels that are not opaque", wanted: "a picture without transparency")
        }
        return Picture(
            width: picture.width, height: picture.height, channels: picture.planes.count == 2 ? .grey : .color,
            planes: picture.planes.dropLast())
    }

    private static func labelled(
        _ pictures: [Picture], _ labels: [Int], _ classes: [String], isGrey: Bool
    ) -> LabelledPictures {
        let (height, width) = (pictures[0].height, pictures[0].width)
        let channels = isGrey ? 1 : 3
        var pixels: [UInt8] = []
        pixels.reserveCapacity(pictures.count * height * width * channels)
        for picture in pictures {
            for place in 0..<height * width {
                for channel in 0..<channels {
                    let plane = picture.planes[min(channel, picture.planes.count - 1)]
                    pixels.append(UInt8((plane[place] * 255).rounded()))
                }
            }
        }
        return LabelledPictures(
            height: height, width: width, channels: channels, classNames: classes, pixels: pixels,
            labels: labels.map(UInt8.init))
    }
}
