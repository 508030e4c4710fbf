import Testing

@testable import Reports

struct ProgressLineTests {
    private let line = ProgressLine("fitting conv1", total: 2048)

    @Test func labelBarShareCountAndTheTimeLeft() {
        let text = line.text(done: 512, elapsed: 4, in: .plain)
        #expect(text == "fitting conv1  █████░░░░░░░░░░░░░░░   25 %  512/2,048  12 s left")
    }

    @Test func theEndSaysHowLongItTook() {
        #expect(line.text(done: 2048, elapsed: 75, in: .plain).hasSuffix("  100 %  2,048/2,048  1 min 15 s"))
    }

    @Test func beforeTheFirstStepNobodyKnowsTheEnd() {
        #expect(line.text(done: 0, elapsed: 3, in: .plain).hasSuffix("0/2,048"))
        #expect(ProgressLine("x", total: 0).text(done: 0, elapsed: 1, in: .plain).contains("100 %"))
    }

    @Test(arguments: [20, 30, 40, 60, 80, 200])
    func itNeverReachesTheLastColumn(_ width: Int) {
        let style = TerminalStyle(width: width, color: .none)
        for label in ["a", "fitting features.stage3.block2.conv1.weight", "漢字漢字漢字漢字漢字漢字漢字漢字"] {
            for done in [-1, 0, 1, 999, 2048, 9999] {
                let text = ProgressLine(label, total: 2048).text(done: done, elapsed: 1e4, in: style)
                #expect(DisplayWidth.of(text) < width)
                #expect(text.contains("%"))
            }
        }
    }
}
