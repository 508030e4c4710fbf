import SampledSpaces
import Testing

@Suite struct SampledFunctionTests {
    private let grid = Grid(width: 3, height: 2, spacing: [2, 1], origin: [1, 5])

    @Test func samplesAreRowMajorWithYDown() {
        let f = SampledFunction<Double>(grid: grid) { x, y in 10 * y + x }
        #expect(f.values == [51, 53, 55, 61, 63, 65])
        #expect(f[2, 1] == 65)
    }

    @Test func writingOneSampleLeavesTheOthers() {
        var f = SampledFunction<Float>(grid: grid, constant: 1)
        f[1, 1] = 7
        #expect(f.values == [1, 1, 1, 1, 7, 1])
    }

    @Test func convertsBetweenPrecisions() {
        let f = SampledFunction<Double>(grid: grid) { x, _ in x / 3 }
        #expect(f.converted(to: Float.self).values == f.values.map { Float($0) })
    }

    @Test func movesToAnotherGridOfTheSameShape() {
        let f = SampledFunction<Double>(grid: grid, constant: 2)
        let moved = f.onGrid(Grid(width: 3, height: 2))
        #expect(moved.grid.spacing == [1, 1])
        #expect(moved.values == f.values)
    }
}
