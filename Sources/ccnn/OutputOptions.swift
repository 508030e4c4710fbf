import ArgumentParser
import CommandLineSupport
import Reports

/// What every command that writes files understands.
struct ReplacementOption: ParsableArguments {
    @Flag(help: "Let outputs replace files that are there; without it a name that is taken is refused.")
    var overwrite = false
}

/// What every command understands: how much it says beside its result, and whether in colours.
struct OutputOptions: ParsableArguments {
    @Flag(name: .shortAndLong, help: "Print the result alone: no progress and no remarks.")
    var quiet = false

    @Flag(help: "Print without colours, as a non-empty NO_COLOR in the environment does too.")
    var noColor = false

    /// What the terminal, or whatever standard output is, can show.
    var style: TerminalStyle { .standardOutput(allowsColor: !noColor) }

    /// Prints a command's result, all of it.
    /// - Throws: `CommandFailure` where there is no room for it.
    func printResult(_ text: String) throws(CommandFailure) {
        try StandardStream.output.write(text)
    }

    /// Rewrites the progress line, if somebody is watching and wants it.
    func progress(_ label: String, done: Int, of total: Int, since start: ContinuousClock.Instant) {
        if !quiet { StandardError.progress(label, done: done, of: total, since: start) }
    }

    /// Prints a remark in place of the progress line.
    func remark(_ line: String) {
        if !quiet { StandardError.notice(line) }
    }
}
