import Foundation

/// The CIFAR-10 and CIFAR-100 data sets in their authors' binary format.
///
/// A file is a sequence of records, each one or two bytes of labels and then 3,072 bytes of a 32×32 picture: the red plane, the green
/// and the blue one, row by row. Source: Krizhevsky, "Learning multiple layers of features from tiny images", 2009.
public enum CIFARFiles {
    /// Reads CIFAR-10 from the folder that holds `data_batch_1.bin` to `data_batch_5.bin`, `test_batch.bin` and `batches.meta.txt`.
    /// - Throws: `DatasetError` where a file is missing, has another size than 10,000 records or a label above 9.
    public static func cifar10(in folder: URL) throws(DatasetError) -> Dataset {
        try cifar10(in: folder, recordsPerFile: 10_000)
    }

    /// Reads CIFAR-100, labelled with its 100 fine classes, from the folder that holds `train.bin`, `test.bin` and `fine_label_names.txt`.
    /// - Throws: `DatasetError` where a file is missing, has another size than 50,000 or 10,000 records or a label above 99.
    public static func cifar100(in folder: URL) throws(DatasetError) -> Dataset {
        try cifar100(in: folder, trainingRecords: 50_000, testRecords: 10_000)
    }

    static func cifar10(in folder: URL, recordsPerFile: Int) throws(DatasetError) -> Dataset {
        let format = Format(
            names: try classNames(folder.appendingPathComponent("batches.meta.txt"), count: 10), labelBytes: 1)
        var training = RecordSink()
        for batch in 1...5 {
            try training.append(folder.appendingPathComponent("data_batch_\(batch).bin"), recordsPerFile, format)
        }
        var test = RecordSink()
        try test.append(folder.appendingPathComponent("test_batch.bin"), recordsPerFile, format)
        return Dataset(
            name: "cifar-10", training: training.pictures(format), test: test.pictures(format),
            augmentation: .flipsAndShifts)
    }

    static func cifar100(in folder: URL, trainingRecords: Int, testRecords: Int) throws(DatasetError) -> Dataset {
        let format = Format(
            names: try classNames(folder.appendingPathComponent("fine_label_names.txt"), count: 100), labelBytes: 2)
        var training = RecordSink()
        try training.append(folder.appendingPathComponent("train.bin"), trainingRecords, format)
        var test = RecordSink()
        try test.append(folder.appendingPathComponent("test.bin"), testRecords, format)
        return Dataset(
            name: "cifar-100", training: training.pictures(format), test: test.pictures(format),
            augmentation: .flipsAndShifts)
    }

    private static func classNames(_ file: URL, count: Int) throws(DatasetError) -> [String] {
        guard let text = try String(data: contents(of: file), encoding: .utf8) else {
            throw DatasetError(file, found: "bytes that are not UTF-8", wanted: "the names of \(count) classes")
        }
        let names = text.split(whereSeparator: \.isNewline).map(String.init)
        guard names.count == count else {
            throw DatasetError(file, found: "\(names.count) lines", wanted: "the names of \(count) classes")
        }
        return names
    }

    fileprivate static func contents(of file: URL) throws(DatasetError) -> Data {
        do {
            return try Data(contentsOf: file)
        } catch {
            let isThere = FileManager.default.fileExists(atPath: file.path)
            throw DatasetError(
                file, found: isThere ? "a file that cannot be read" : "no such file",
                wanted: "a readable file of the CIFAR binary format")
        }
    }
}

/// What the records of a file look like.
private struct Format {
    let names: [String]
    /// How many bytes of labels begin a record; the last one is the label that is learned.
    let labelBytes: Int
    static let side = 32
    static let planeBytes = side * side
    var recordBytes: Int { labelBytes + 3 * Format.planeBytes }
}

/// Collects the records of one or more files.
private struct RecordSink {
    private var pixels: [UInt8] = []
    private var labels: [UInt8] = []

    mutating func append(_ file: URL, _ records: Int, _ format: Format) throws(DatasetError) {
        let data = try CIFARFiles.contents(of: file)
        let wanted = records * format.recordBytes
        guard data.count == wanted else {
            throw DatasetError(
                file, found: "\(data.count) bytes",
                wanted: "the \(wanted) bytes of \(records) records of \(format.recordBytes)")
        }
        var wrong: (record: Int, label: UInt8)?
        pixels.reserveCapacity(pixels.count + records * 3 * Format.planeBytes)
        data.withUnsafeBytes { bytes in
            for record in 0..<records {
                let start = record * format.recordBytes + format.labelBytes
                let label = bytes[start - 1]
                if Int(label) >= format.names.count {
                    wrong = (record, label)
                    return
                }
                labels.append(label)
                for pixel in start..<start + Format.planeBytes {
                    pixels.append(bytes[pixel])
                    pixels.append(bytes[pixel + Format.planeBytes])
                    pixels.append(bytes[pixel + 2 * Format.planeBytes])
                }
            }
        }
        if let wrong {
            throw DatasetError(
                file, found: "the label \(wrong.label) in record \(wrong.record)",
                wanted: "a label from 0 to \(format.names.count - 1)")
        }
    }

    func pictures(_ format: Format) -> LabelledPictures {
        LabelledPictures(
            height: Format.side, width: Format.side, channels: 3, classNames: format.names, pixels: pixels,
            labels: labels)
    }
}
