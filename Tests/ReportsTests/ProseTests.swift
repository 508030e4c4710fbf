import Testing

@testable import Reports

struct ProseTests {
    @Test func piecesKeepTheirStylesAndLoseTheirMarkup() {
        let prose: Prose =
            "R² of \(code: "a<b>") is \(strong: "high & dry"), \(3) of \(4.5), see \(link: "it", to: "a.html?x=1&y=\"2\"")."
        #expect(
            prose.html == """
                R² of <code>a&lt;b&gt;</code> is <strong>high &amp; dry</strong>, 3 of 4.5, see \
                <a href="a.html?x=1&amp;y=&quot;2&quot;">it</a>.
                """)
        #expect(prose.plainText == "R² of a<b> is high & dry, 3 of 4.5, see it.")
    }

    @Test func everyHostileTextComesBackFromMarkupAsItWas() {
        for text in hostileTexts {
            for prose in [Prose(text), "\(code: text)", "\(strong: text)", "\(link: text, to: text)"] {
                let parsed = ParsedMarkup("<p>\(prose.html)</p>")
                let texts =
                    parsed.texts["p", default: []] + ["code", "strong", "a"].flatMap { parsed.texts[$0, default: []] }
                #expect(texts.contains(HTML.clean(text)), "\(text.debugDescription)")
                #expect(parsed.elements.count <= 2)
            }
        }
    }

    @Test(arguments: [
        ("https://doi.org/10.1000/x", true), ("claims/semigroup.html", true), ("#layer", true), ("../a:b.html", true),
        ("mailto:a@b.c", true), ("", true),
        ("javascript:alert(1)", false), ("JaVaScRiPt:alert(1)", false), ("data:text/html,x", false),
        (" javascript:alert(1)", false),
        ("java\nscript:alert(1)", false), ("file:///etc/passwd", false),
    ])
    func aLinkRunsNoCode(_ address: String, _ isSafe: Bool) {
        #expect(HTML.isSafe(address: address) == isSafe)
        let prose: Prose = "\(link: "text", to: address)"
        #expect(prose.html.contains("<a ") == isSafe)
    }

    @Test func identifiersAreUniqueAndPlain() {
        var taken: Set<String> = []
        let titles = ["Layer 1.0", "layer 1 0", "σ", "∂x", "", "<script>"]
        let identifiers = titles.map { HTML.identifier(for: $0, taken: &taken) }
        #expect(identifiers == ["layer-1-0", "layer-1-0-2", "section", "x", "section-2", "script"])
    }
}
