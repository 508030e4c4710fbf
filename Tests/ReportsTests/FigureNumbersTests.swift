import Testing

@testable import Reports

struct FigureNumbersTests {
    private func figure(_ layers: [Figure.Layer], categories: [String] = []) -> Figure {
        Figure("t", x: .init("σ", unit: "pixels", categories: categories), y: .init("error"), layers)
    }

    @Test func seriesShareTheirPlaces() {
        let table = figure([
            .line(.init("a", x: [2, 1], y: [0.5, 0.25])),
            .points(.init("", x: [1, 4], y: [1e-7, 3], errors: [2e-8, 0.2])), .horizontal(1, "one"),
        ]).numbers
        #expect(table?.columns.map(\.title) == ["σ (pixels)", "a", "error"])
        #expect(
            table?.rows.map { $0.map(\.text) } == [
                ["1", "0.25", "0.00000010 ± 0.00000002"], ["2", "0.5", ""], ["4", "", "3.0 ± 0.2"],
            ])
    }

    @Test func unequalIntervalsHaveTheirEnds() {
        let table = figure([.line(.init("a", x: [1], y: [2], intervals: [1...2.5]))]).numbers
        #expect(table?.columns.map(\.title) == ["σ (pixels)", "a", "from", "to"])
        #expect(table?.rows.map { $0.map(\.text) } == [["1", "2", "1", "2.5"]])
    }

    @Test func categoriesAreNamed() {
        let table = figure([.points(.init("a", x: [0, 1, 7], y: [1, 2, 3]))], categories: ["∂x", "∂y"]).numbers
        #expect(table?.rows.map { $0[0].text } == ["∂x", "∂y", "7"])
    }

    @Test func aHistogramGivesItsBins() {
        let table = figure([.histogram(.init("", of: [0, 1, 1, 4, .nan], bins: 2))]).numbers
        #expect(table?.rows.map { $0.map(\.text) } == [["0", "2", "3"], ["2", "4", "1"]])
    }

    @Test func histogramsCountEveryFiniteValueOnce() {
        for values in [
            [], [3.0], [3, 3, 3], (0..<100).map { Double($0 * $0) }, [1, 1.nextUp], [1e299, -1e299],
            [0, .leastNonzeroMagnitude], [1e300],
        ] {
            let histogram = Figure.Histogram("", of: values, bins: 7)
            #expect(histogram.counts.reduce(0, +) == Double(values.count))
            #expect(histogram.edges.count == 8)
        }
    }

    @Test func aHeatMapHasNoTable() {
        #expect(figure([.heatMap(KernelImage(width: 1, height: 1, values: [1]))]).numbers == nil)
    }
}
