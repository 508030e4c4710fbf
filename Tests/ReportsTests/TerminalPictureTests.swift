import Foundation
import Randomness
import Testing

@testable import Reports

struct TerminalPictureTests {
    private let sobel = KernelImage(width: 3, height: 3, values: [-1, 0, 1, -2, 0, 2, -1, 0, 1])

    @Test func withoutColourAKernelIsNumbersThatLineUp() {
        let row = KernelRow("sobel", note: "R² 0.9", panels: [("kernel", sobel), ("fit", sobel)])
        #expect(
            TerminalPicture([.init("best", [row])]).text(in: .plain) == """
                best
                sobel  R² 0.9
                -50   ·  50  -50   ·  50
                -99   ·  99  -99   ·  99
                -50   ·  50  -50   ·  50
                  kernel         fit

                Numbers: hundredths of each kernel's largest magnitude; · is zero.

                """)
    }

    @Test func panelsShareTheScaleOfTheLargestOfThem() {
        let small = KernelImage(width: 3, height: 3, values: sobel.values.map { $0 / 4 })
        let text = TerminalPicture([.init([KernelRow("k", panels: [("kernel", sobel), ("residual", small)])])]).text(
            in: .plain)
        #expect(text.contains("-99   ·  99  -25   ·  25"))
    }

    @Test func aValueThatIsNotFiniteIsMarkedNotDrawn() {
        let odd = KernelImage(width: 2, height: 1, values: [.nan, 3])
        #expect(TerminalPicture([.init([KernelRow("k", panels: [("a", odd)])])]).text(in: .plain).contains("  ?  99"))
        let text = TerminalPicture([.init([KernelRow("k", panels: [("a", odd)])])]).text(
            in: TerminalStyle(width: 80, color: .trueColor))
        #expect(text.contains("38;2;136;136;136"))
    }

    @Test(arguments: [20, 40, 80]) func kernelsThatDifferHaveLabelsThatDiffer(_ width: Int) {
        let rows = (0..<12).map { index in
            KernelRow(
                "backbone.stages.\(index).blocks.depthwise.weight[0, 0]", note: "R² 0.9",
                panels: [("kernel of it", sobel), ("kernel of that", sobel)])
        }
        let style = TerminalStyle(width: width, color: .trueColor)
        let text = withoutColors(TerminalPicture([.init("best", [rows[0]]), .init("worst", rows)]).text(in: style))
        let labels = text.split(whereSeparator: \.isNewline).flatMap { line in
            line.split(separator: "  ").map { $0.trimmingCharacters(in: .whitespaces) }.filter { $0.hasPrefix("ba") }
        }
        #expect(labels.count == 13 && Set(labels).count == 12, "\(labels)")
        let captions = text.split(whereSeparator: \.isNewline).flatMap { line in
            line.split(separator: "  ").map { $0.trimmingCharacters(in: .whitespaces) }.filter { $0.hasPrefix("k") }
        }
        #expect(Set(captions).count == 2, "\(captions)")
    }

    @Test func aKernelOfZerosHasNoNumber() {
        let zero = KernelImage(width: 2, height: 1, values: [0, 0])
        #expect(TerminalPicture([.init([KernelRow("k", panels: [("a", zero)])])]).text(in: .plain).contains("  ·   ·"))
    }

    @Test(arguments: [20, 40, 80, 120], [TerminalStyle.Color.none, .palette256, .trueColor])
    func everyPictureFitsTheWidth(_ width: Int, _ color: TerminalStyle.Color) {
        var generator = SeededGenerator(seed: 3)
        for (columns, rows) in [(1, 1), (3, 3), (4, 2), (5, 5), (9, 9), (13, 13), (1, 31), (31, 31), (200, 20)] {
            let values = (0..<columns * rows).map { _ in Double.random(in: -1...1, using: &generator) }
            let image = KernelImage(width: columns, height: rows, values: values)
            let label = "features.stage3.block2.conv1.weight[127, 255]"
            let row = KernelRow(
                label, note: "R² 0.981", panels: [("kernel", image), ("fit", image), ("residual", image)])
            let text = TerminalPicture([.init("best fitted", [row, row, row])]).text(
                in: TerminalStyle(width: width, color: color))
            let lines = withoutColors(text).split(separator: "\n", omittingEmptySubsequences: false)
            #expect(lines.allSatisfy { DisplayWidth.of(String($0)) <= width }, "\(columns) × \(rows)")
            #expect(text.matches(of: /R² 0\.981/).count == 3)
            #expect(color != .none || !text.contains("\u{1B}"))
        }
    }

    /// A character of a coloured picture holds two values: the upper one in front, the lower one behind.
    @Test func halfBlocksCarryTheScaleColoursInOrder() {
        let image = KernelImage(width: 1, height: 2, values: [-1, 1])
        let text = TerminalPicture([.init([KernelRow("k", panels: [("", image)])])]).text(
            in: TerminalStyle(width: 80, color: .trueColor))
        #expect(text.contains("\u{1B}[38;2;5;48;97;48;2;103;0;31m▀\u{1B}[0m"))
    }

    @Test func everyRowOfAnImageIsDrawnAlsoAnOddLastOne() {
        for height in 1...5 {
            let image = KernelImage(width: 9, height: height, values: Array(repeating: 1, count: 9 * height))
            let text = TerminalPicture([.init([KernelRow("k", panels: [("", image)])])]).text(
                in: TerminalStyle(width: 80, color: .trueColor))
            let halves = text.split(separator: "\n").reduce(0) {
                $0 + ($1.contains("▀") ? ($1.contains(";48;") ? 2 : 1) : 0)
            }
            #expect(halves == height)
        }
    }

    @Test func narrowPicturesStandBesideEachOtherInOrder() {
        let rows = (0..<4).map { KernelRow("k\($0)", panels: [("kernel", sobel)]) }
        let text = TerminalPicture([.init(rows)]).text(in: .plain)
        let line = text.split(separator: "\n").first.map(String.init) ?? ""
        #expect(line.split(separator: " ").map(String.init) == ["k0", "k1", "k2", "k3"])
    }

    @Test func nothingToDrawIsNothing() {
        #expect(TerminalPicture([.init("best", [])]).text(in: .plain).isEmpty)
    }

    @Test func averagingKeepsTheMeanOfWhatDivides() {
        let image = KernelImage(width: 4, height: 2, values: [1, 2, 3, 4, 5, 6, 7, 8])
        #expect(image.averaged(by: 2) == KernelImage(width: 2, height: 1, values: [3.5, 5.5]))
        #expect(image.averaged(by: 3).width == 2 && image.averaged(by: 3).height == 1)
    }
}
