import TensorConvolution
import Testing

@testable import NeuralNetworks

@Suite struct ReachTests {
    private func axis(_ kernel: Int, dilation: Int = 1, stride: Int = 1) throws -> ConvolutionAxis {
        try ConvolutionAxis(input: 64, kernel: kernel, dilation: dilation, stride: stride)
    }

    @Test func convolutionsWidenAndStridesSpread() throws {
        let reach = try Reach().through(axis(3)).through(axis(3, stride: 2)).through(axis(3, dilation: 2))
        // 3, then 5, then two taps further on each side of two samples that are two pixels apart.
        #expect(reach.field == 13)
        #expect(reach.shift == 2 && reach.intervals.count == 1)
    }

    @Test func anEnlargedMapKnowsItsPhases() throws {
        let halved = try Reach().through(axis(2, stride: 2))
        let reach = halved.throughAdjoint(of: try ConvolutionAxis.transposed(input: 32, kernel: 3, stride: 2))
        // Every other output reads two neighbours of two pixels each, the others one of them.
        #expect(Set(reach.intervals.map(\.count)) == [2, 4] && reach.field == 4)
        #expect(reach.shift == 2)
        let gaps = halved.throughAdjoint(of: try ConvolutionAxis.transposed(input: 32, kernel: 1, stride: 2))
        #expect(Set(gaps.intervals.map(\.count)) == [0, 2])
        #expect(try gaps.through(axis(2)).field == 2)
    }

    @Test func joinedReachesCoverBoth() throws {
        let fine = Reach()
        let coarse = try Reach().through(axis(2, stride: 2)).throughAdjoint(
            of: ConvolutionAxis.transposed(input: 32, kernel: 2, stride: 2))
        #expect(fine.joined(coarse) == coarse.joined(fine))
        #expect(fine.joined(coarse).field == 2)
        #expect(try fine.through(axis(3)).joined(coarse).field == 3)
    }
}
