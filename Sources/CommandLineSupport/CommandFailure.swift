/// Why a command cannot do what it was asked: one sentence for the person at the terminal, and the exit code that goes with it.
public struct CommandFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong and what would be right, as one sentence without its full stop.
    public let description: String
    /// 2 where the command line itself is wrong, 1 for everything else.
    public let exitCode: Int32

    /// A failure of the world: a file, a tensor, a full disk.
    public init(_ description: String) {
        self.description = description
        exitCode = 1
    }

    private init(usage description: String) {
        self.description = description
        exitCode = 2
    }

    /// A failure of the command line.
    public static func usage(_ description: String) -> CommandFailure {
        CommandFailure(usage: description)
    }
}
