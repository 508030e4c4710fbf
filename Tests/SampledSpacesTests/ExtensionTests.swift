import Randomness
import SampledSpaces
import Testing

@Suite struct ExtensionTests {
    private func draw(_ grid: Grid, _ generator: inout SeededGenerator) -> SampledFunction<Double> {
        SampledFunction(grid: grid, values: (0..<grid.count).map { _ in generator.normal() })
    }

    @Test func extensionKeepsPlaces() {
        let f = SampledFunction<Double>(grid: Grid(width: 3, height: 2, spacing: [2, 1], origin: [1, 5])) { x, y in
            x + 10 * y
        }
        let g = f.extended(columns: -1..<5, rows: -1..<2, boundary: .replicate)
        #expect(g.grid.origin == [-1, 4])
        #expect(g.values == [51, 51, 53, 55, 55, 55, 51, 51, 53, 55, 55, 55, 61, 61, 63, 65, 65, 65])
        #expect(f.extended(columns: 1..<3, rows: 0..<1, boundary: .zero).values == [53, 55])
    }

    @Test(arguments: Boundary.allCases) func extensionAgreesWithTheDefinition(boundary: Boundary) {
        var generator = SeededGenerator(seed: 1)
        let f = draw(Grid(width: 4, height: 3), &generator)
        let g = f.extended(columns: -9..<8, rows: -5..<11, boundary: boundary)
        for row in -5..<11 {
            for column in -9..<8 {
                #expect(g[column + 9, row + 5] == f.value(column: column, row: row, boundary: boundary))
            }
        }
    }

    @Test(arguments: Boundary.allCases) func foldingIsTheTranspose(boundary: Boundary) {
        var generator = SeededGenerator(seed: 2)
        let f = draw(Grid(width: 5, height: 4, spacing: [0.5, 2]), &generator)
        for (columns, rows) in [(-7..<9, -3..<12), (1..<4, 0..<4), (-30 ..< -20, 17..<19)] {
            let extended = f.extended(columns: columns, rows: rows, boundary: boundary)
            let g = draw(extended.grid, &generator)
            let folded = g.folded(onto: f.grid, columns: columns, rows: rows, boundary: boundary)
            // A few hundred products of order one.
            #expect(abs(extended.inner(g) - f.inner(folded)) < 1e-12)
        }
    }

    @Test func wholeSampleShifts() {
        let f = SampledFunction<Double>(grid: Grid(width: 3, height: 2), values: [1, 2, 3, 4, 5, 6])
        #expect(f.shifted(columns: 1, rows: 0, boundary: .zero).values == [0, 1, 2, 0, 4, 5])
        #expect(f.shifted(columns: -1, rows: 1, boundary: .periodic).values == [5, 6, 4, 2, 3, 1])
        #expect(f.shifted(columns: 0, rows: -1, boundary: .mirrorHalfSample).values == [4, 5, 6, 4, 5, 6])
        #expect(f.shifted(columns: 1, rows: -1, boundary: .periodic).grid == f.grid)
    }

    @Test func periodicShiftsCompose() {
        var generator = SeededGenerator(seed: 3)
        let f = draw(Grid(width: 5, height: 4), &generator)
        let twice = f.shifted(columns: 2, rows: 3, boundary: .periodic).shifted(
            columns: -4, rows: 2, boundary: .periodic)
        #expect(twice == f.shifted(columns: -2, rows: 5, boundary: .periodic))
    }
}
