import Testing

@testable import Reports

struct DisplayWidthTests {
    @Test(arguments: [
        ("", 0), ("abc", 3), ("∂x∂y²σ", 6), ("R² 0.98 ± 0.01", 14), ("漢字", 4), ("e\u{301}", 1), ("\u{301}", 0),
        ("👍", 2),
        ("🇩🇪", 2), ("…", 1), ("│─█▀", 4), ("ﾊ", 1), ("ハ", 2), ("한", 2), ("☎\u{FE0F}", 2),
    ])
    func columnsOfAText(_ text: String, _ width: Int) {
        #expect(DisplayWidth.of(text) == width)
    }

    @Test func controlCharactersAreShownNotObeyed() {
        let visible = DisplayWidth.visible("a\u{1B}[31mb\nc\td\r\u{7F}\u{9B}2J\u{202E}x")
        #expect(visible == "a␛[31mb␊c d␍␡\u{FFFD}2J\u{FFFD}x")
        #expect(DisplayWidth.of(visible) == visible.count)
        for text in hostileTexts {
            #expect(
                !DisplayWidth.visible(text).unicodeScalars.contains {
                    $0.value < 32 || (0x7F..<0xA0).contains($0.value)
                })
        }
    }

    @Test(arguments: 0...12)
    func aTruncatedTextFitsAndSaysSo(_ width: Int) {
        for text in ["conv1.weight[12, 3]", "漢字漢字漢字漢字", "e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}"] {
            for cut in [DisplayWidth.truncated(text, to: width), DisplayWidth.truncatedInside(text, to: width)] {
                #expect(DisplayWidth.of(cut) <= width)
                #expect(width == 0 || cut == text || cut.contains("…"))
            }
        }
    }

    @Test func anEllipsisInsideKeepsTheStartAndTheEnd() {
        #expect(DisplayWidth.truncatedInside("patch_extraction[38, 2]", to: 18) == "patch_extr…[38, 2]")
        #expect(DisplayWidth.truncatedInside("difference-of-gaussians-7x7", to: 13) == "differ…ns-7x7")
        #expect(DisplayWidth.truncatedInside("short", to: 5) == "short")
    }

    @Test func wrappedLinesKeepAllWordsInOrderAndFit() {
        let text = "R² pooled over the layer; 漢字 is wide, and averyveryverylongword goes on."
        for width in 2...40 {
            let lines = DisplayWidth.wrapped(text, to: width)
            #expect(lines.allSatisfy { DisplayWidth.of($0) <= width && !$0.hasPrefix(" ") && !$0.hasSuffix(" ") })
            if width >= 21 { #expect(lines.joined(separator: " ") == text) }
            #expect(lines.joined().filter { $0 != " " } == text.filter { $0 != " " }, "nothing is cut")
        }
    }

    /// Names as an optimiser's state, a deep network and kernels with an index have them.
    private static let families: [[String]] = [
        ["optimizer.state.4.exp_avg", "optimizer.state.4.exp_avg_sq", "optimizer.state.4.exp_inf"],
        (0..<120).map { "backbone.stages.\($0).blocks.0.depthwise.weight" },
        (0..<120).map { "backbone.stages.0.blocks.\($0).depthwise.weight[\($0 % 3), 2]" },
        (0..<40).flatMap { i in (0..<3).map { "features.layer\(i).conv[\(i), \($0)]" } },
        ["漢字漢字漢字漢字一漢字漢字漢字", "漢字漢字漢字漢字二漢字漢字漢字"], ["a", "a…", "…a", "aaaaaaaaaaaaaaa", "aaaaaaaaaaaaaab"],
        ["the same words at the start, and then one", "the same words at the start, and then two"],
        (0..<40).map { String(repeating: "x", count: 20 + $0) },
    ]

    /// Three digits and an ellipsis tell the longest of the families apart.
    @Test(arguments: 4...48) func namesThatDifferAreShownDifferently(_ width: Int) {
        for names in Self.families {
            for keepingStarts in [false, true] {
                let shown = DisplayWidth.shortened(
                    names + names, to: names.map { _ in width } + names.map { _ in width }, keepingStarts: keepingStarts
                )
                #expect(shown.allSatisfy { DisplayWidth.of($0) <= width }, "\(shown)")
                #expect(Set(shown).count == names.count, "\(width): \(shown)")
                #expect(Array(shown.prefix(names.count)) == Array(shown.dropFirst(names.count)), "one look for a name")
                if names.allSatisfy({ DisplayWidth.of($0) <= width }) { #expect(shown == names + names) }
            }
        }
    }

    @Test func whatTellsNamesApartIsKept() {
        let states = ["optimizer.state.4.exp_avg", "optimizer.state.4.exp_avg_sq"]
        #expect(DisplayWidth.shortened(states, to: [20, 20]) == ["optimizer.…4.exp_avg", "optimizer.…xp_avg_sq"])
        let stages = [3, 4].map { "backbone.stages.\($0).blocks.0.depthwise.weight" }
        #expect(DisplayWidth.shortened(stages, to: [16, 16]) == ["backb…3.blocks.…", "backb…4.blocks.…"])
        let words = ["what it is in many words", "what it is in more words"]
        #expect(
            DisplayWidth.shortened(words, to: [16, 16], keepingStarts: true) == [
                "what it …y words", "what it …e words",
            ])
        #expect(DisplayWidth.shortened(["what it is in many words"], to: [10], keepingStarts: true) == ["what it i…"])
    }

    @Test func aPercentSignStaysBesideItsNumber() {
        #expect(DisplayWidth.wrapped("nearly 94.5 % of it", to: 12) == ["nearly", "94.5 % of it"])
    }

    @Test func paddingAndCentringCountColumnsNotCharacters() {
        #expect(DisplayWidth.padded("漢", to: 4) == "漢  ")
        #expect(DisplayWidth.padded("漢", to: 4, alignedLeft: false) == "  漢")
        #expect(DisplayWidth.centered("ab", in: 5) == " ab  ")
    }
}
