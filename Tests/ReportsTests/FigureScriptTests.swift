import Testing

@testable import Reports

struct FigureScriptTests {
    private func script(_ layers: [Figure.Layer], x: Figure.Axis = .init("x"), y: Figure.Axis = .init("y")) -> String? {
        FigureScript.text(of: Figure("t", x: x, y: y, layers))
    }

    @Test func gnuplotSeesNoSpecialCharacter() {
        for text in hostileTexts {
            let quoted = GnuplotText.quoted(text, for: .keyEntry)
            #expect(quoted.first == "'" && quoted.last == "'" && quoted.count >= 2)
            let inside = quoted.dropFirst().dropLast()
            #expect(
                inside.unicodeScalars.allSatisfy {
                    !$0.isASCII || $0 == " " || $0.properties.isAlphabetic || $0.properties.numericType != nil
                })
        }
    }

    @Test func veiledTextsComeBackEscaped() {
        for text in hostileTexts {
            let line = String(
                String.UnicodeScalarView(HTML.clean(text).unicodeScalars.map { $0.properties.isWhitespace ? " " : $0 }))
            #expect(
                GnuplotText.unveiled(GnuplotText.quoted(text, for: .keyEntry).dropFirst().dropLast())
                    == HTML.escaped(line)
            )
        }
        #expect(GnuplotText.quoted("a\u{E027}b", for: .tick) == "'a\u{FFFD}b'")
    }

    @Test func curvesBarsAndAxesThatDifferHaveNamesThatDiffer() throws {
        let names = (0..<12).map { "a.deep.network.of.many.stages.\($0).with.blocks.of.depthwise.kernels.weight" }
        let layers =
            names.map { Figure.Layer.line(.init($0, x: [0, 1], y: [0, 1])) } + [
                .histogram(.init(names[0] + "?", edges: [0, 1], counts: [1])), .horizontal(1, names[0] + "!"),
            ]
        let text = try #require(script(layers))
        let keys = text.matches(of: /title '([^']*)'/).map { String($0.1) }
        #expect(keys.count == names.count + 2 && Set(keys).count == keys.count, "\(keys)")
        for axis in ["x", "y"] {
            let categories = Figure.Axis("layer", categories: names)
            let points = Figure.Layer.points(.init("p", x: [0, 1], y: [0, 1]))
            let text = try #require(
                axis == "x" ? script([points], x: categories) : script([points], y: categories))
            let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("set \(axis)tics (") })
            let ticks = line.matches(of: /'([^']*)' \d/).map { String($0.1) }
            #expect(ticks.count == names.count && Set(ticks).count == names.count, "\(ticks)")
        }
    }

    @Test func nothingFiniteIsNothingToDraw() {
        #expect(script([]) == nil)
        #expect(script([.horizontal(1, "one")]) == nil)
        #expect(script([.line(.init("a", x: [], y: []))]) == nil)
        #expect(script([.line(.init("a", x: [1, .infinity], y: [.nan, 1]))]) == nil)
        #expect(script([.line(.init("a", x: [1], y: [-1]))], y: .init("y", scale: .logarithmic)) == nil)
        #expect(script([.histogram(.init("h", edges: [0, 1], counts: [0]))]) == nil)
        #expect(script([.line(.init("a", x: [1], y: [1]))]) != nil)
    }

    @Test func seriesDifferInColourDashAndMarker() throws {
        let series = (0..<6).map { Figure.Layer.line(.init("s\($0)", x: [0, 1], y: [0, Double($0)])) }
        let text = try #require(script(series))
        for style in SeriesStyle.all {
            #expect(
                text.contains(
                    "linespoints pt \(style.marker) ps 0.8 lw 1.8 dt \(style.dashes) lc rgb '\(style.light.css)'"))
        }
    }

    @Test func dataAreNumbersOnly() throws {
        let text = try #require(
            script([.line(.init("a", x: [0, 1, 2], y: [1, .nan, 1e-300], errors: [0.5, 1, .infinity]))]))
        let data = try #require(text.split(separator: "EOD").dropFirst().first)
        #expect(data == "\n0.0 1.0 0.5 1.5\n2.0 1e-300 1e-300 1e-300\n")
    }

    @Test func aFigureIsAsHighAsItsKeyNeeds() throws {
        func height(_ labels: [String]) throws -> Int {
            let text = try #require(script(labels.map { .line(.init($0, x: [0, 1], y: [0, 1])) }))
            let match = try #require(text.firstMatch(of: /size 480,(\d+)/))
            return try #require(Int(match.1))
        }
        #expect(try height([""]) < height(["a"]))
        #expect(try height(["a"]) == height(["a", "b", "c"]))
        #expect(try height(["a"]) < height(Array(repeating: "a long label of a series", count: 4)))
    }

    @Test func categoriesOnTheVerticalAxisHaveRoom() throws {
        func figure(_ count: Int, _ name: String) throws -> (height: Double, margin: Double) {
            let places = (0..<count).map(Double.init)
            let axis = Figure.Axis("", categories: Array(repeating: name, count: count))
            let text = try #require(script([.points(.init("a", x: places, y: places))], y: axis))
            let height = try #require(text.firstMatch(of: /size 480,(\d+)/).flatMap { Double($0.1) })
            let margin = try #require(text.firstMatch(of: /lmargin at screen ([0-9.]+)/).flatMap { Double($0.1) })
            return (height, margin)
        }
        #expect(try figure(40, "a").height - figure(30, "a").height == 200)
        #expect(try figure(3, "layer1.0.conv1").margin > figure(3, "conv1").margin)
        // Whatever the names, two fifths of the width remain for the data.
        #expect(try figure(3, String(repeating: "long", count: 40)).margin < 0.6)
    }
}
