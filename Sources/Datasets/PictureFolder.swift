import Foundation
import Pictures

/// A data set of PNG pictures, one folder for each class.
///
/// The folder has `train` and `test`, each with a folder of pictures for each class, though `test` may lack some; or the folders of the
/// classes themselves, of which every fifth picture in the order of their names then tests. Classes are in the order of their names.
/// Pictures are all of one size; they are grey if all of them are, else three colours. Sixteen bits are rounded to eight. Other files, and
/// names that begin with a dot, are passed over.
///
/// Pictures of all classes lie among each other, so that each class has its share of any stretch of them, up to one picture.
public enum PictureFolder {
    /// Reads the pictures of a folder.
    /// - Throws: `DatasetError` that names the folder or the first picture that is not what it should be, and how many others are not.
    public static func read(in folder: URL) throws(DatasetError) -> Dataset {
        let (training, test) = (folder.appendingPathComponent("train"), folder.appendingPathComponent("test"))
        let isSplit = isFolder(training) && isFolder(test)
        let classes = try names(in: isSplit ? training : folder, where: isFolder)
        guard (2...256).contains(classes.count) else {
            throw DatasetError(
                isSplit ? training : folder, found: "folders of \(classes.count) classes", wanted: "2 to 256")
        }
        if isSplit {
            let unknown = try names(in: test, where: isFolder).filter { !classes.contains($0) }
            guard unknown.isEmpty else {
                throw DatasetError(
                    test, found: "folders of classes that train lacks (\(few(unknown)))",
                    wanted: "some of those in train (\(few(classes)))")
            }
        }
        var sets: (training: [Labelled], test: [Labelled]) = ([], [])
        for (label, name) in classes.enumerated() {
            if isSplit {
                sets.training += try files(training.appendingPathComponent(name), label)
                let tested = test.appendingPathComponent(name)
                if isFolder(tested) { sets.test += try files(tested, label) }
            } else {
                for (place, file) in try files(folder.appendingPathComponent(name), label).enumerated() {
                    if place % 5 == 4 { sets.test.append(file) } else { sets.training.append(file) }
                }
            }
        }
        guard !sets.training.isEmpty, !sets.test.isEmpty else {
            throw DatasetError(
                folder, found: "\(sets.training.count) pictures to learn and \(sets.test.count) to test",
                wanted: "some of both")
        }
        let files = mixed(sets.training) + mixed(sets.test)
        let pictures = try load(files)
        let isGrey = pictures.allSatisfy { $0.planes.count == 1 }
        let all = labelled(pictures, files.map(\.label), classes, isGrey: isGrey)
        return Dataset(
            name: "pictures", training: all[0..<sets.training.count], test: all[sets.training.count..<all.count],
            augmentation: .flipsAndShifts)
    }

    /// Whether a folder looks like such a data set: it has `train` and `test`, or a folder with a PNG picture.
    public static func isThere(_ folder: URL) -> Bool {
        if isFolder(folder.appendingPathComponent("train")), isFolder(folder.appendingPathComponent("test")) {
            return true
        }
        let inside = (try? names(in: folder, where: isFolder)) ?? []
        return inside.contains { name in
            let pictures = try? names(in: folder.appendingPathComponent(name)) {
                $0.pathExtension.lowercased() == "png"
            }
            return pictures?.isEmpty == false
        }
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
