import Foundation
import Reports

/// Lines for the person, kept apart from the result on standard output. Where they cannot be written, nobody reads them, and the work goes on.
enum StandardError {
    private static let clearLine = "\r\u{1B}[K"

    static func write(_ line: String) {
        put(TerminalStyle.printable(line) + "\n")
    }

    /// A line for the person, in place of the progress line if there is one.
    static func notice(_ line: String) {
        let clear = TerminalStyle.standardErrorTerminal() == nil ? "" : clearLine
        put(clear + TerminalStyle.printable(line) + "\n")
    }

    /// Takes the progress line away.
    static func clear() {
        if TerminalStyle.standardErrorTerminal() != nil { put(clearLine) }
    }

    /// Rewrites one line, if somebody is watching.
    static func progress(_ label: String, done: Int, of total: Int, since start: ContinuousClock.Instant) {
        guard let style = TerminalStyle.standardErrorTerminal() else { return }
        let elapsed = ContinuousClock.now - start
        let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18
        let text = done < total ? ProgressLine(label, total: total).text(done: done, elapsed: seconds, in: style) : ""
        put(clearLine + text)
    }

    private static func put(_ text: String) {
        try? StandardStream.errors.write(text)
    }
}
