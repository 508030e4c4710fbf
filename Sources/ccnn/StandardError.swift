import Foundation
import Reports

/// Lines for the person, kept apart from the result on standard output.
enum StandardError {
    static func write(_ line: String) {
        FileHandle.standardError.write(Data((line + "\n").utf8))
    }

    /// A line for the person, in place of the progress line if there is one.
    static func notice(_ line: String) {
        let clear = TerminalStyle.standardErrorTerminal() == nil ? "" : "\r\u{1B}[K"
        FileHandle.standardError.write(Data((clear + line + "\n").utf8))
    }

    /// Takes the progress line away.
    static func clear() {
        if TerminalStyle.standardErrorTerminal() != nil { FileHandle.standardError.write(Data("\r\u{1B}[K".utf8)) }
    }

    /// Rewrites one line, if somebody is watching.
    static func progress(_ label: String, done: Int, of total: Int, since start: ContinuousClock.Instant) {
        guard let style = TerminalStyle.standardErrorTerminal() else { return }
        let elapsed = ContinuousClock.now - start
        let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18
        let text = done < total ? ProgressLine(label, total: total).text(done: done, elapsed: seconds, in: style) : ""
        FileHandle.standardError.write(Data("\r\u{1B}[K\(text)".utf8))
    }
}
