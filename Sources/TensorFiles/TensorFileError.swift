import Foundation

/// What is wrong with a file of tensors, or with the attempt to read or write it.
public struct TensorFileError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The file, as it was given.
    public var file: String
    /// What was found there.
    public var found: String
    /// What would have been accepted.
    public var wanted: String
    /// Whether it is a type of elements that is not read, which is no fault of the file.
    var isOfUnreadType = false

    init(_ file: URL, found: String, wanted: String) {
        self.init(file: file.relativePath, found: found, wanted: wanted)
    }

    init(file: String, found: String, wanted: String) {
        self.file = file
        self.found = found
        self.wanted = wanted
    }

    /// The error of a system call that set `errno`.
    static func system(_ file: URL, _ attempt: String, wanted: String) -> TensorFileError {
        TensorFileError(file, found: "\"\(String(cString: strerror(errno)))\" on \(attempt)", wanted: wanted)
    }

    /// One sentence: the file, what was found, what was wanted.
    public var description: String { "\(file.printable(limit: 4096)): found \(found), wanted \(wanted)" }
}

extension String {
    /// The text in quotation marks, fit for a line of output whoever wrote it.
    var quoted: String { "\"\(printable(limit: 200))\"" }

    /// The text with control characters and direction marks escaped, and at most `limit` characters of it: the start and the end, in which names
    /// differ.
    func printable(limit: Int) -> String {
        let scalars = Array(unicodeScalars)
        guard scalars.count <= limit else {
            let end = String(String.UnicodeScalarView(scalars.suffix(limit / 2)))
            let start = String(String.UnicodeScalarView(scalars.prefix(limit - limit / 2)))
            return start.printable(limit: limit) + "…" + end.printable(limit: limit)
        }
        var result = ""
        for scalar in scalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned:
                result += scalar.escaped(asASCII: true)
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// The text that `bytes` encode in UTF-8, or nil where they encode none.
    init?<Bytes: Collection<UInt8>>(strictUTF8 bytes: Bytes) {
        let text = String(decoding: bytes, as: UTF8.self)
        guard text.utf8.elementsEqual(bytes) else { return nil }
        self = text
    }
}

extension [Int] {
    /// The numbers in brackets, at most the first eight of them, fit for a line of output.
    var listed: String { count <= 8 ? "\(self)" : "\(Array(prefix(8)))".dropLast() + ", …]" }
}
