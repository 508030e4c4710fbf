import Testing

@testable import Reports

struct MarkupElementTests {
    @Test func elementsAttributesAndTexts() throws {
        let root = try #require(
            MarkupElement(
                parsing: "<?xml version=\"1.0\"?><!-- <b> --><a x='1' y = \"2 > 1\"><b/>t &amp; u<c\n z='q\"'/></a>")
        )
        #expect(root.name == "a" && root["x"] == "1" && root["y"] == "2 > 1")
        #expect(root.children.count == 3)
    }

    @Test(arguments: [
        "", "text", "<a>", "<a></b>", "<a><b></a></b>", "<a x=1/>", "<a x/>", "<a x='1/>", "</a>", "<", "<>",
        "<!-- <a/>",
    ])
    func brokenDocumentsAreNothing(_ document: String) {
        #expect(MarkupElement(parsing: document) == nil)
    }

    @Test func whatIsNotADrawingIsNothing() {
        for output in ["", "<html/>", "<svg/>", "<svg viewBox='0 0 0 0'/>", "<svg viewBox='a b c d'></svg>"] {
            #expect(GnuplotSVG.drawing(from: output, title: "", name: "") == nil)
        }
    }

    @Test func onlyShapesAndTextsStay() throws {
        let output = """
            <svg viewBox="0 0 10 20" onload="x()"><script>y()</script><style>z</style><title>Gnuplot</title>
            <defs><circle id='dot' r='1'/><circle id='unused' r='2'/></defs><g id="plot" onclick="w()"><g></g>
            <use xlink:href='#dot' x='1' color='rgb(  0, 114, 178)'/><use xlink:href='http://evil/x#y'/>
            <path d='M0,0' stroke='black' fill="none" style="a:b"/><image href='x.png'/><text>a &lt; b</text></g></svg>
            """
        let drawing = try #require(GnuplotSVG.drawing(from: output, title: "", name: "n \"q\""))
        let svg = drawing.inline(prefix: "f-").replacing("\n", with: "")
        #expect(
            svg == """
                <svg class="figure" viewBox="0 0 10 20" role="img" aria-label="n &quot;q&quot;"><defs><circle id="f-dot" r="1"></circle></defs>\
                <g><use href="#f-dot" x="1" color="#0072b2" class="ink-1"></use><use></use>\
                <path d="M0,0" stroke="currentColor" fill="none"></path><text>a &lt; b</text></g></svg>
                """)
    }
}
