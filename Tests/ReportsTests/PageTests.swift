import Foundation
import Testing

@testable import Reports

struct PageTests {
    @Test func aPageWithEverythingIsWellFormed() {
        let page = pageOfEverything(text: "plain")
        for gnuplot in [nil, Gnuplot.installed()] {
            let parsed = ParsedMarkup(page.html(drawnBy: gnuplot))
            #expect(parsed.texts["h1"] == ["plain"])
            #expect(parsed.attributes(of: "table").count >= 2)
            #expect(parsed.attributes(of: "svg").count >= (gnuplot == nil ? 3 : 5))
            #expect(parsed.attributes(of: "details").count >= 2)
        }
    }

    /// Wherever a text goes, it is a text there: the elements are those of the page with harmless words.
    @Test func hostileTextsChangeNoElement() {
        let harmless = ParsedMarkup(pageOfEverything(text: "plain").html(drawnBy: nil)).elements.map(\.name)
        for text in hostileTexts where !text.isEmpty {
            let parsed = ParsedMarkup(pageOfEverything(text: text).html(drawnBy: nil))
            // Links whose address would run code are plain text, so their elements are missing.
            #expect(
                parsed.elements.map(\.name).filter { $0 != "a" } == harmless.filter { $0 != "a" },
                "\(text.debugDescription)")
            #expect(parsed.texts["h1"] == [HTML.clean(text)])
            #expect(parsed.attributes(of: "script").isEmpty)
        }
    }

    @Test func nothingIsLoadedFromElsewhere() {
        let html = pageOfEverything(text: "plain").html()
        let parsed = ParsedMarkup(html)
        for name in ["script", "iframe", "object", "embed", "audio", "video", "image", "foreignObject"] {
            #expect(parsed.attributes(of: name).isEmpty)
        }
        #expect(
            parsed.values(of: "src").count == 1
                && parsed.values(of: "src").allSatisfy { $0.hasPrefix("data:image/png;base64,") }
                && parsed.values(of: "srcset").isEmpty
                && parsed.values(of: "style").isEmpty)
        #expect(parsed.attributes(of: "link").map { $0["href"] } == ["data:,"])
        #expect(parsed.attributes(of: "use").allSatisfy { $0["href"]?.hasPrefix("#") == true })
        #expect(!html.contains("@import") && !html.contains("url(") && !html.contains("://"))
        #expect(!parsed.elements.contains { $0.attributes.keys.contains { $0.hasPrefix("on") } })
    }

    @Test func identifiersAreUniqueAndContentsLeadToThem() {
        let parsed = ParsedMarkup(pageOfEverything(text: "same").html())
        let identifiers = parsed.values(of: "id")
        #expect(Set(identifiers).count == identifiers.count)
        let targets = parsed.values(of: "href").filter { $0.hasPrefix("#") }.map { String($0.dropFirst()) }
        #expect(targets.count >= 4)
        #expect(targets.allSatisfy(identifiers.contains))
    }

    @Test func contentsAppearWithManySections() {
        var page = Page("t", sections: (0..<3).map { Page.Section("s\($0)", []) })
        #expect(!page.html(drawnBy: nil).contains("<nav"))
        page.sections.append(Page.Section("s3", []))
        #expect(page.html(drawnBy: nil).contains("<nav"))
    }

    /// Mustache looks for a missing title in the page around the entry.
    @Test func aSectionWithoutATitleDoesNotTakeThePages() {
        var page = Page("the page", sections: (0..<4).map { Page.Section("s\($0)", []) })
        page.sections[1].title = ""
        page.sections[2] = Page.Section("", isFolded: true, [])
        let parsed = ParsedMarkup(page.html(drawnBy: nil))
        #expect(parsed.texts["a"] == ["s0", "(no name)", "(no name)", "s3"])
        #expect(parsed.texts["h2"] == ["Contents", "s0", "(no name)", "(no name)", "s3"])
    }

    @Test func marksThatReorderWritingDoNotReachThePage() {
        for mark in ["\u{202A}", "\u{202E}", "\u{2066}", "\u{2069}"] {
            #expect(HTML.clean("a\(mark)b") == "a\u{FFFD}b")
            #expect(HTML.escaped("a\(mark)<") == "a\u{FFFD}&lt;")
            #expect(
                !pageOfEverything(text: "a\(mark)b").html(drawnBy: nil).unicodeScalars.contains {
                    mark.unicodeScalars.contains($0)
                })
        }
    }

    @Test func aCommandIsOneForAShell() {
        #expect(
            Page.commandLine(["ccnn", "--a=1.5,x/y:z", "a b", "", "$(x)", "it's", "1×2"])
                == #"ccnn --a=1.5,x/y:z 'a b' '' '$(x)' 'it'\''s' '1×2'"#)
    }

    @Test func theSamePageGivesTheSameBytes() {
        #expect(pageOfEverything(text: "x").html() == pageOfEverything(text: "x").html())
    }

    @Test func withoutGnuplotThePageSaysSoAndGivesTheNumbers() {
        let figure = Figure(
            "F", x: .init("order"), y: .init("R²"), [.line(.init("kernels", x: [0, 1], y: [0.25, 0.5]))])
        let parsed = ParsedMarkup(Page("t", sections: [.init("s", [.figures([figure])])]).html(drawnBy: nil))
        #expect(
            parsed.texts["p"]?.contains(
                "This figure was not drawn, because gnuplot is not installed; its numbers follow.") == true)
        #expect(parsed.texts["th"] == ["order", "kernels"])
        #expect(
            parsed.texts["td"]?.map { $0.filter { !["\u{2007}", "\u{2008}"].contains($0) } } == [
                "0", "0.25", "1", "0.5",
            ])
    }

    @Test func decimalCellsArePaddedToOneWidth() {
        let table = Table(columns: [.init("n", .decimal)], rows: [["1"], ["2.5"], ["-10.125"], ["–"]])
        let parsed = ParsedMarkup(Page("t", sections: [.init("s", [.table(table)])]).html(drawnBy: nil))
        #expect(
            parsed.texts["td"] == [
                "1\u{2008}\u{2007}\u{2007}\u{2007}", "2.5\u{2007}\u{2007}", "−10.125",
                "–\u{2008}\u{2007}\u{2007}\u{2007}",
            ])
    }

    @Test func tonesAndLinksReachTheCells() {
        let table = Table(
            columns: [.init("verdict")], rows: [[.init("holds", tone: .favourable, link: "claims/a.html")]])
        let html = Page("t", sections: [.init("s", [.table(table)])]).html(drawnBy: nil)
        #expect(html.contains("<td class=\"text favourable\"><a href=\"claims/a.html\">holds</a></td>"))
    }

    @Test func everyToneHasAStyle() {
        for tone in [Tone.strong, .faint, .favourable, .mixed, .unfavourable] {
            #expect(PageStyle.sheet.contains(".\(tone.rawValue) {"))
        }
    }

    @Test func emptyPartsLeaveNothingBehind() {
        let parsed = ParsedMarkup(Page("t").html(drawnBy: nil))
        #expect(
            parsed.texts["p"] == nil && parsed.attributes(of: "dl").isEmpty && parsed.attributes(of: "section").isEmpty)
    }

    /// Every figure is its own drawing: 26 claims of a page and two of the same kind never share a marker's identifier.
    @Test(.enabled(if: Gnuplot.installed() != nil, "needs gnuplot"))
    func figuresOfOnePageShareNoIdentifier() {
        let figure = Figure(
            "F", x: .init("x"), y: .init("y"),
            [.line(.init("a", x: [0, 1], y: [0, 1])), .line(.init("b", x: [0, 1], y: [1, 0]))])
        let parsed = ParsedMarkup(
            Page("t", sections: [.init("s", [.figures([figure, figure]), .figures([figure])])]).html())
        let identifiers = parsed.values(of: "id")
        #expect(identifiers.count >= 7)
        #expect(Set(identifiers).count == identifiers.count)
        #expect(parsed.attributes(of: "use").allSatisfy { identifiers.contains(String($0["href"]?.dropFirst() ?? "")) })
    }

    /// A page with every kind of block, and `text` in every place that takes one.
    private func pageOfEverything(text: String) -> Page {
        let image = KernelImage(width: 2, height: 2, values: [1, -1, 0, 2])
        let table = Table(
            text, columns: [.init(text), .init("n", .decimal)],
            rows: [[.init(text, tone: .strong, link: text), .init(text)]], footer: text)
        let figure = Figure(
            text, x: .init(text, unit: text, categories: [text, "b"]), y: .init(text),
            [
                .line(.init(text, x: [0, 1], y: [1, 2], errors: [0.1, 0.2])), .points(.init(text, x: [0], y: [1])),
                .horizontal(1, text),
            ],
            caption: Prose(text))
        let heatMap = Figure(text, x: .init(text), y: .init(text), [.heatMap(image)])
        let gallery = KernelGallery(
            text, rows: [KernelRow(text, note: text, panels: [(text, image), ("fit", image)])], caption: Prose(text))
        var page = Page(text, kind: text, lead: [Prose(text), "\(code: text)\(strong: text)\(link: text, to: text)"])
        page.keyNumbers = [.init(text, text, note: text)]
        page.command = text
        page.version = text
        page.sections = [
            .init(text, note: text, [.paragraph(Prose(text)), .list([Prose(text)]), .table(table), .verbatim(text)]),
            .init(text, note: text, isFolded: true, [.figures([figure, heatMap, figure]), .gallery(gallery)]),
            .init(text, [.folded(text, [.table(table), .folded(text, [.keyNumbers([.init(text, text)])])])]),
            .init(text, [.picture(PagePicture(text, png: Data([1, 2, 3]), caption: Prose(text)))]),
            .init(text, []),
        ]
        return page
    }
}
