/// The text of a line that says how far a long job has come; whoever has a terminal writes it over the previous one.
///
///     let line = ProgressLine("fitting conv1.weight", total: 2048)
///     if let style = TerminalStyle.standardErrorTerminal() { write("\r" + line.text(done: 512, elapsed: 3.1, in: style) + "\u{1B}[K") }
public struct ProgressLine: Sendable, Hashable {
    /// What is being done.
    public var label: String
    /// The number of steps of the whole job.
    public var total: Int

    /// A job of `total` steps.
    public init(_ label: String, total: Int) {
        self.label = label
        self.total = max(total, 0)
    }

    /// One line without its end, narrower than the style's width: label, bar, share, count and the time left as the pace so far
    /// foretells it. What does not fit is left out, first the count, then the bar; the label is cut last.
    ///
    /// - Parameters:
    ///   - done: the steps that are done.
    ///   - elapsed: the seconds since the first began.
    ///   - style: the terminal's width.
    public func text(done: Int, elapsed: Double, in style: TerminalStyle) -> String {
        let done = min(max(done, 0), total)
        let share = total == 0 ? 1 : Double(done) / Double(total)
        let percent = DisplayWidth.padded(Format.percent(share, decimals: 0), to: 5, alignedLeft: false)
        let count = "\(Format.count(done))/\(Format.count(total))"
        let time = done == total ? Format.seconds(elapsed) : Self.remaining(share: share, elapsed: elapsed)

        let room = style.width - 1
        let bar = Self.bar(share)
        let choices = [[bar, percent, count, time], [bar, percent, time], [percent, time], [percent]]
        let name = DisplayWidth.visible(label)
        for parts in choices {
            let rest = parts.filter { !$0.isEmpty }.joined(separator: "  ")
            if DisplayWidth.of(name) + 2 + DisplayWidth.of(rest) <= room { return name + "  " + rest }
        }
        return DisplayWidth.truncatedInside(name, to: room - 2 - DisplayWidth.of(percent)) + "  " + percent
    }

    private static let barWidth = 20

    private static func bar(_ share: Double) -> String {
        let full = Int((share * Double(barWidth)).rounded(.down))
        return String(repeating: "█", count: full) + String(repeating: "░", count: barWidth - full)
    }

    private static func remaining(share: Double, elapsed: Double) -> String {
        guard share > 0, elapsed >= 0, elapsed.isFinite else { return "" }
        let left = (elapsed * (1 / share - 1)).rounded(.up)
        return (left < 60 ? Format.fixed(left, decimals: 0) + " s" : Format.seconds(left)) + " left"
    }
}
