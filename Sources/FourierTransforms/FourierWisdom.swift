import CFFTW
import Foundation

/// What FFTW's planner has learned by measuring, kept on disk so that the next run plans in no time.
///
/// One file holds one precision. Its first line names FFTW's version and the precision, and wisdom of another version is refused: FFTW's plans are
/// not portable between versions. It is worth keeping per machine only.
public enum FourierWisdom<Scalar: FourierScalar> {
    /// The version of FFTW that this program is linked with, as it names itself.
    public static var libraryVersion: String { String(cString: cfftw_version()) }

    private static var header: String { "wisdom of \(libraryVersion) for \(Scalar.self)" }

    /// Writes everything learned so far to `file`, replacing it as a whole or not at all.
    ///
    /// - Throws: `WisdomError.cannotWrite`.
    public static func save(to file: URL) throws(WisdomError) {
        let learned = FourierPlanner.locked { Scalar.fourierLibrary.exportWisdom() } ?? ""
        do {
            try Data("\(header)\n\(learned)".utf8).write(to: file, options: .atomic)
        } catch {
            throw .cannotWrite(file: file.path, reason: error.localizedDescription)
        }
    }

    /// Adds what `file` holds to what is known.
    ///
    /// - Throws: `WisdomError` where the file cannot be read, is of another version or precision, or is damaged.
    public static func load(from file: URL) throws(WisdomError) {
        let text: String
        do {
            text = try String(contentsOf: file, encoding: .utf8)
        } catch {
            throw .cannotRead(file: file.path, reason: error.localizedDescription)
        }
        let (first, rest) = text.firstIndex(of: "\n").map { (text[..<$0], text[$0...].dropFirst()) } ?? (text[...], "")
        guard first == header else {
            throw .otherLibrary(file: file.path, found: String(first.prefix(100)), wanted: header)
        }
        let understood = FourierPlanner.locked { Scalar.fourierLibrary.importWisdom(String(rest)) }
        guard understood else { throw .damaged(file: file.path) }
    }

    /// Forgets everything learned in this process. Plans that exist stay as they are.
    public static func forget() {
        FourierPlanner.locked { Scalar.fourierLibrary.forgetWisdom() }
    }
}

/// Why wisdom could not be kept or used.
public enum WisdomError: Error, Hashable, CustomStringConvertible {
    /// The file could not be written.
    case cannotWrite(file: String, reason: String)
    /// The file could not be read.
    case cannotRead(file: String, reason: String)
    /// The file's first line is not that of this library version and precision.
    case otherLibrary(file: String, found: String, wanted: String)
    /// FFTW does not understand the file.
    case damaged(file: String)

    /// One sentence naming the file, what was found and what was wanted.
    public var description: String {
        switch self {
        case .cannotWrite(let file, let reason): "The transform wisdom could not be written to \(file): \(reason)"
        case .cannotRead(let file, let reason): "The transform wisdom in \(file) could not be read: \(reason)"
        case .otherLibrary(let file, let found, let wanted):
            "The file \(file) begins with “\(found)” where “\(wanted)” was wanted."
        case .damaged(let file): "The transform wisdom in \(file) is damaged: FFTW does not understand it."
        }
    }
}
