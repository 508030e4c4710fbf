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
        let text = "R² pooled over the layer; 漢字 is wide, and averyveryverylongword is cut."
        for width in 8...40 {
            let lines = DisplayWidth.wrapped(text, to: width)
            #expect(lines.allSatisfy { DisplayWidth.of($0) <= width && !$0.hasPrefix(" ") && !$0.hasSuffix(" ") })
            if width >= 21 { #expect(lines.joined(separator: " ") == text) }
        }
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
