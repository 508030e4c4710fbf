import Foundation

extension TerminalStyle {
    /// The style of this process's standard output.
    ///
    /// - Parameter allowsColor: false where a command's option forbids colour.
    public static func standardOutput(allowsColor: Bool = true) -> TerminalStyle {
        ofStream(STDOUT_FILENO, allowsColor: allowsColor)
    }

    /// The style of this process's standard error, nil where it is no terminal and so deserves no progress line.
    ///
    /// - Parameter allowsColor: false where a command's option forbids colour.
    public static func standardErrorTerminal(allowsColor: Bool = true) -> TerminalStyle? {
        isatty(STDERR_FILENO) == 1 ? ofStream(STDERR_FILENO, allowsColor: allowsColor) : nil
    }

    private static func ofStream(_ descriptor: Int32, allowsColor: Bool) -> TerminalStyle {
        TerminalStyle(
            isTerminal: isatty(descriptor) == 1, columns: columns(of: descriptor),
            environment: ProcessInfo.processInfo.environment, allowsColor: allowsColor)
    }

    private static func columns(of descriptor: Int32) -> Int? {
        var size = winsize()
        return ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 ? Int(size.ws_col) : nil
    }
}
