import SampledSpaces
import Testing

@Suite struct GridTests {
    private let grid = Grid(width: 6, height: 4, spacing: [0.5, 0.25], origin: [10, -1])

    @Test func pointsAndPositionsAreInverse() {
        #expect(grid.point(column: 0, row: 0) == [10, -1])
        #expect(grid.point(column: 5, row: 3) == [12.5, -0.25])
        #expect(grid.position(of: grid.point(column: -2, row: 7)) == [-2, 7])
    }

    @Test func domainIsTheUnionOfTheCells() {
        #expect(grid.size == [3, 1])
        #expect(grid.corner == [9.75, -1.125])
        #expect(grid.cellArea == 0.125)
        #expect(Grid(width: 6, height: 4, tiling: grid.size, corner: grid.corner) == grid)
    }

    @Test(arguments: 1...4) func refinementKeepsTheDomain(factor: Int) {
        let fine = grid.refined(by: factor)
        #expect(fine.count == grid.count * factor * factor)
        // The corner is a difference of numbers near 10, so a few units of 2⁻⁵³·16 may be lost.
        #expect(abs(fine.corner.x - grid.corner.x) < 1e-14 && abs(fine.size.y - grid.size.y) < 1e-14)
        let back = fine.coarsened(by: factor)
        #expect(back.width == grid.width && abs(back.origin.x - grid.origin.x) < 1e-14)
    }

    /// A refined cell's samples average to the coarse sample's place.
    @Test func refinedSamplesLieSymmetricallyInTheCell() {
        let fine = grid.refined(by: 4)
        let mean = (0..<4).map { fine.point(column: $0, row: 0).x }.reduce(0, +) / 4
        #expect(mean == grid.origin.x)
    }

    @Test func keepingTheFirstSampleMakesCoarseSamplesFineOnes() {
        let coarse = grid.coarsened(by: 4, keeping: .firstSample)
        #expect((coarse.width, coarse.height) == (2, 1))
        #expect(coarse.point(column: 1, row: 0) == grid.point(column: 4, row: 0))
        let fine = grid.refined(by: 3, keeping: .firstSample)
        #expect(fine.origin == grid.origin)
        #expect(fine.width == 18)
    }

    @Test func resamplingKeepsTheDomain() {
        let other = grid.resampled(width: 9, height: 3)
        #expect(other.corner == grid.corner)
        #expect(abs(other.size.x - grid.size.x) < 1e-15 && other.spacing.x == 1.0 / 3)
    }
}
