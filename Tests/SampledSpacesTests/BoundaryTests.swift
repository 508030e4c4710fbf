import SampledSpaces
import Testing

@Suite struct BoundaryTests {
    private func line(_ boundary: Boundary, _ range: Range<Int>, count: Int = 4) -> String {
        String(range.map { boundary.source(of: $0, count: count).map { Array("abcd")[$0] } ?? "0" })
    }

    @Test func continuationsOfFourSamples() {
        #expect(line(.zero, -3..<7) == "000abcd000")
        #expect(line(.periodic, -5..<9) == "dabcdabcdabcda")
        #expect(line(.mirrorHalfSample, -6..<10) == "cddcbaabcddcbaab")
        #expect(line(.mirrorWholeSample, -5..<9) == "bcdcbabcdcbabc")
        #expect(line(.replicate, -3..<7) == "aaaabcdddd")
    }

    @Test(arguments: Boundary.allCases) func oneSample(boundary: Boundary) {
        #expect(line(boundary, -3..<4, count: 1) == (boundary == .zero ? "000a000" : "aaaaaaa"))
    }

    /// Mirrors and repetitions have their period however far one looks, and no index overflows.
    @Test(arguments: [1, 2, 3, 4]) func farAway(count: Int) {
        for boundary in Boundary.allCases {
            for index in [Int.min / 4, -1_000_000_007, 1_000_000_007, Int.max / 4] {
                let source = boundary.source(of: index, count: count)
                #expect(boundary == .zero ? source == nil : (0..<count).contains(source ?? -1))
            }
        }
        for index in -20..<20 {
            #expect(
                Boundary.periodic.source(of: index, count: count)
                    == Boundary.periodic.source(of: index + count, count: count))
            #expect(
                Boundary.mirrorHalfSample.source(of: index, count: count)
                    == Boundary.mirrorHalfSample.source(of: -1 - index, count: count))
            #expect(
                Boundary.mirrorWholeSample.source(of: index, count: count)
                    == Boundary.mirrorWholeSample.source(of: -index, count: count))
            #expect(
                Boundary.mirrorWholeSample.source(of: index, count: count)
                    == Boundary.mirrorWholeSample.source(of: 2 * (count - 1) - index, count: count))
        }
    }
}
