import SampledSpaces
import Testing

@Suite struct PointwiseAlgebraTests {
    private let f = SampledFunction<Double>(grid: Grid(width: 2, height: 2), values: [1, 2, 3, 4])
    private let g = SampledFunction<Double>(grid: Grid(width: 2, height: 2), values: [5, -6, 7, 0.5])

    @Test func operatesSampleBySample() {
        #expect((f + g).values == [6, -4, 10, 4.5])
        #expect((f - g).values == [-4, 8, -4, 3.5])
        #expect((f * g).values == [5, -12, 21, 2])
        #expect((3 * f).values == [3, 6, 9, 12])
        #expect((-g).values == [-5, 6, -7, -0.5])
        #expect(f.map { $0 * $0 }.values == [1, 4, 9, 16])
    }
}
