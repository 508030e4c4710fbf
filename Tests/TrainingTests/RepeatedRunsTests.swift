import Testing

@testable import Training

@Suite struct RepeatedRunsTests {
    @Test func meanDeviationAndInterval() throws {
        let figure = RepeatedFigure([1, 2, 4, 5])
        #expect(figure.mean == 3)
        let deviation = (10.0 / 3).squareRoot()
        #expect(abs((figure.standardDeviation ?? 0) - deviation) < 1e-12)
        let interval = try #require(figure.interval)
        #expect(abs(interval.upperBound - (3 + 3.182 * deviation / 2)) < 1e-12)
        #expect(RepeatedFigure([0.7]).interval == nil)
    }

    /// Tables of Student's t at 97.5 %.
    @Test(arguments: [(1, 12.706), (4, 2.776), (6, 2.447), (9, 2.262), (30, 2.042), (1_000, 1.962)])
    func studentsQuantiles(freedom: Int, quantile: Double) {
        #expect(abs(RepeatedFigure.studentQuantile(freedom) - quantile) < 1e-3)
    }
}
