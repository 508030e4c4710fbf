import Foundation

/// What is wrong with the files of a data set, or with the attempt to use them.
public struct DatasetError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The file or folder, as it was given.
    public var file: String
    /// What was found there.
    public var found: String
    /// What would have been accepted.
    public var wanted: String

    init(file: String, found: String, wanted: String) {
        self.file = file
        self.found = found
        self.wanted = wanted
    }

    init(_ file: URL, found: String, wanted: String) {
        self.file = file.relativePath
        self.found = found
        self.wanted = wanted
    }

    /// One sentence: the file, what was found, what was wanted.
    public var description: String { "\(file): found \(found), wanted \(wanted)" }
}
