import Foundation
import Reports

/// Why a command cannot do what it was asked: one sentence for the person at the terminal, and the exit code that goes with it.
public struct CommandFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong and what would be right, as one sentence without its full stop, on one line whatever names are in it.
    public let description: String
    /// 2 where the command line itself is wrong, 1 for everything else.
    public let exitCode: Int32

    /// A failure of the world: a file, a tensor, a full disk.
    public init(_ description: String) {
        self.description = TerminalStyle.printable(description)
        exitCode = 1
    }

    /// A failure that another module or the system reports; what Foundation says is cut down to the file and the reason.
    init(_ error: any Error) {
        guard error is CocoaError || type(of: error) == NSError.self else {
            self.init("\(error)")
            return
        }
        let details = error as NSError
        let reason = details.localizedFailureReason ?? details.localizedDescription
        let sentence = reason.hasSuffix(".") ? String(reason.dropLast()) : reason
        let path = (details.userInfo[NSFilePathErrorKey] as? String).map { URL(fileURLWithPath: $0).relativePath }
        self.init([path, sentence].compactMap { $0 }.joined(separator: ": "))
    }

    private init(usage description: String) {
        self.description = TerminalStyle.printable(description)
        exitCode = 2
    }

    /// A command line that begins with a command that there is not.
    public static func unknownCommand(_ word: String, among commands: [String]) -> CommandFailure {
        .usage("there is no command '\(word)'\(suggestion(for: word, among: commands)) (ccnn help lists them)")
    }

    /// A failure of the command line.
    public static func usage(_ description: String) -> CommandFailure {
        CommandFailure(usage: description)
    }
}
