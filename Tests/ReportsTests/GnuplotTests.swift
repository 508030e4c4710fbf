import Foundation
import Testing

@testable import Reports

private let hasGnuplot = Gnuplot.installed() != nil

@Suite(.enabled(if: hasGnuplot, "needs gnuplot"))
struct GnuplotTests {
    private func drawing(_ figure: Figure) throws -> SVGDrawing {
        guard case .drawn(let drawing) = figure.drawing(by: .installed()) else {
            throw NotDrawn(figure: figure)
        }
        return drawing
    }

    private struct NotDrawn: Error {
        let figure: Figure
    }

    private static let layers: [Figure.Layer] = [
        .line(.init("bars", x: [0.5, 1, 2], y: [0.1, 0.5, 0.7], errors: [0.01, 0.02, 0.03])),
        .line(
            .init(
                "band", x: [0.5, 1, 2], y: [0.2, 0.4, 0.8], intervals: [0.1...0.3, 0.2...0.5, 0.8...0.9],
                uncertainty: .band)),
        .line(.init("curve", x: (1...60).map(Double.init), y: (1...60).map { 1 / Double($0) })),
        .points(.init("points", x: [1, 2], y: [0.3, 0.6])), .histogram(.init("counts", of: [1, 2, 2, 3], bins: 3)),
        .horizontal(0.9, "all"), .vertical(1.5, "half"), .horizontal(0.2, ""),
    ]

    @Test(arguments: [Figure.Axis.Scale.linear, .logarithmic], [Figure.Axis.Scale.linear, .logarithmic])
    func everyLayerIsDrawnOnEveryScale(_ x: Figure.Axis.Scale, _ y: Figure.Axis.Scale) throws {
        let figure = Figure("t", x: .init("σ", unit: "pixels", scale: x), y: .init("error", scale: y), Self.layers)
        let drawing = try drawing(figure)
        let parsed = ParsedMarkup(drawing.inline(prefix: "p-"))
        let texts = parsed.texts["text", default: []]
        #expect(
            ["σ (pixels)", "error", "bars", "band", "curve", "points", "counts", "all", "half"].allSatisfy(
                texts.contains))
        let classes = Set(parsed.values(of: "class").flatMap { $0.split(separator: " ").map(String.init) })
        #expect(
            classes.isSuperset(of: [
                "stroke-1", "fill-2", "stroke-3", "ink-4", "stroke-5", "stroke-grid", "stroke-reference",
            ]))
        ParsedMarkup(drawing.document).check()
    }

    @Test func aHeatMapHasOneCellAValueInTheScaleColours() throws {
        let image = KernelImage(width: 3, height: 2, values: [-2, -1, 0, 0.5, 1, 2])
        let drawing = try drawing(Figure("k", x: .init("column"), y: .init("row"), [.heatMap(image)]))
        let fills = ParsedMarkup(drawing.inline(prefix: "")).values(of: "fill")
        for value in [-2.0, 2] {
            #expect(fills.contains(DivergingScale.color(of: value, limit: 2).css))
        }
        #expect(ParsedMarkup(drawing.inline(prefix: "")).values(of: "shape-rendering").count >= 6)
    }

    private func figureNamed(_ text: String) -> Figure {
        Figure(
            text, x: .init(text, categories: [text, "b"]), y: .init(text),
            [.line(.init(text, x: [0, 1], y: [0, 1])), .horizontal(0.5, text)], caption: Prose(text))
    }

    /// What goes in as axis, tick or entry of the key comes out as the same text, as far as its place holds it.
    @Test(
        arguments: hostileTexts.filter { !$0.isEmpty } + ["features.stage3.block2.conv1.weight[127, 255] of a network"])
    func textsComeOutAsTheyWentIn(_ text: String) throws {
        let found = ParsedMarkup(try drawing(figureNamed(text)).inline(prefix: "")).texts["text", default: []]
        let shown = HTML.clean(text).unicodeScalars.map { $0.properties.isWhitespace ? " " : $0 }
        let line = String(String.UnicodeScalarView(shown))
        let places: [GnuplotText.Place] = [.axis, .axis, .tick, .keyEntry, .keyEntry]
        for place in places {
            #expect(found.contains(DisplayWidth.truncatedInside(line, to: place.rawValue)), "\(found)")
        }
        #expect(found.count { $0.hasPrefix(line.prefix(6)) } == places.count)
    }

    @Test func noTextIsObeyed() throws {
        let canary = FileManager.default.temporaryDirectory.appendingPathComponent(
            "c\(Int.random(in: 0..<1_000_000_000))")
        let command = "system('touch \(canary.path)')"
        let texts = [
            "'; \(command) #", "'\n\(command)\n'", "''; \(command); ''", "'''; \(command); '''",
            "`touch \(canary.path)`",
            "\"; \(command); \"", "\\'; \(command)", "\nEOD\n\(command)\n", "@x; \(command)",
        ]
        for text in texts {
            _ = try drawing(figureNamed(text))
            #expect(!FileManager.default.fileExists(atPath: canary.path), "\(text.debugDescription)")
        }
    }

    @Test func theSameFigureGivesTheSameBytes() throws {
        let figure = Figure("t", x: .init("x"), y: .init("y"), Self.layers)
        #expect(try drawing(figure) == drawing(figure))
    }

    @Test func adrawingFollowsThePage() throws {
        let svg = try drawing(Figure("t", x: .init("x"), y: .init("y"), Self.layers)).inline(prefix: "p-")
        let root = try #require(ParsedMarkup(svg).attributes(of: "svg").first)
        #expect(root["width"] == nil && root["height"] == nil && root["viewBox"] != nil && root["role"] == "img")
        // Ink is inherited: neither black nor a background is left.
        #expect(!svg.contains("#000000") && !svg.contains("black") && !svg.contains("white") && !svg.contains("rgb("))
        #expect(svg.contains("currentColor"))
        #expect(!svg.contains("font-family") && !svg.lowercased().contains("gnuplot") && !svg.contains("<title>"))
        let identifiers = ParsedMarkup(svg).values(of: "id")
        #expect(!identifiers.isEmpty && identifiers.allSatisfy { $0.hasPrefix("p-") })
    }

    @Test func aDocumentShowsItsTitleAboveTheDrawing() throws {
        let title = "A title that is so long that it takes two lines above the drawing, < & all"
        let document = try drawing(Figure(title, x: .init("x"), y: .init("y"), Self.layers)).document
        let parsed = ParsedMarkup(document)
        let lines = parsed.texts["text", default: []].prefix(2)
        #expect(lines.joined(separator: " ") == title)
        let box = try #require(parsed.attributes(of: "svg").first?["viewBox"]).split(separator: " ").compactMap {
            Double($0)
        }
        #expect(box.count == 4 && box[1] == -48)
        let untitled = ParsedMarkup(try drawing(Figure("", x: .init("x"), y: .init("y"), Self.layers)).document)
        #expect(untitled.attributes(of: "svg").first?["viewBox"]?.hasPrefix("0 0 480 ") == true)
    }

    @Test func classesHaveRulesInBothThemes() {
        for index in 1...SeriesStyle.count {
            #expect(FigureInk.sheet.contains(".stroke-\(index) { stroke: var(--series-\(index)); }"))
            #expect(FigureInk.sheet.components(separatedBy: "--series-\(index):").count == 4)
        }
    }

    @Test func extremeNumbersAreDrawn() throws {
        let values: [[Double]] = [
            [1e-300, 1e300], [5, 5], [-1e308, 1e308], [0, .leastNonzeroMagnitude], [1e16, 1e16 + 2],
        ]
        for y in values {
            for scale in [Figure.Axis.Scale.linear, .logarithmic] {
                let figure = Figure(
                    "t", x: .init("x"), y: .init("y", scale: scale), [.line(.init("a", x: [0, 1], y: y))])
                if case .drawn(let drawing) = figure.drawing(by: .installed()) {
                    ParsedMarkup(drawing.document).check()
                }
            }
        }
    }
}

struct GnuplotFailureTests {
    private let figure = Figure("t", x: .init("x"), y: .init("y"), [.line(.init("a", x: [0, 1], y: [0, 1]))])

    @Test func aSearchPathWithoutGnuplot() {
        #expect(Gnuplot.installed(path: nil) == nil)
        #expect(Gnuplot.installed(path: "") == nil)
        #expect(Gnuplot.installed(path: "/nonexistent:/dev") == nil)
    }

    @Test func withoutGnuplotNothingIsDrawn() {
        #expect(
            figure.drawing(by: nil)
                == .notDrawn(reason: "This figure was not drawn, because gnuplot is not installed; its numbers follow.")
        )
    }

    /// Whatever became of a drawing, its script is closed: a page has dozens, and a process has so many descriptors.
    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/proc/self/fd"), "the system lists open files"))
    func nothingStaysOpen() throws {
        for _ in 0..<40 { _ = figure.drawing(by: Gnuplot(executable: URL(fileURLWithPath: "/bin/cat"))) }
        let open = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").filter {
            let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)")
            return target?.contains(".gnuplot") == true
        }
        // Other tests may be drawing at this moment.
        #expect(open.count < 20)
    }

    /// Programs that are missing, that fail, that say nothing and that say something else.
    @Test(arguments: ["/nonexistent/gnuplot", "/bin/false", "/bin/true", "/bin/cat", "/dev"])
    func aBrokenGnuplotIsNoCrash(_ path: String) {
        let gnuplot = Gnuplot(executable: URL(fileURLWithPath: path))
        #expect(
            figure.drawing(by: gnuplot)
                == .notDrawn(reason: "This figure was not drawn, because gnuplot failed; its numbers follow."))
    }
}

extension GnuplotFailureTests {
    @Test func aStuckGnuplotIsEnded() throws {
        let script = FileManager.default.temporaryDirectory.appendingPathComponent("stuck-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: script) }
        try Data("#!/bin/sh\nexec sleep 600\n".utf8).write(to: script)
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: script.path)
        let start = ContinuousClock.now
        #expect(throws: GnuplotError.self) { try Gnuplot(executable: script).output(for: "", patience: 0.2) }
        #expect(ContinuousClock.now - start < .seconds(60))
    }
}

extension ParsedMarkup {
    /// Says that reading it was the test.
    func check() {}
}
