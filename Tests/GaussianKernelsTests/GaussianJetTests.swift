import GaussianKernels
import Testing

@Suite struct GaussianJetTests {
    @Test(arguments: 0...8) func countsAndOrder(order: Int) {
        let jet = GaussianJet(order: order)
        #expect(jet.terms.count == (order + 1) * (order + 2) / 2)
        #expect(jet.count == jet.terms.count)
        for (index, term) in jet.terms.enumerated() { #expect(jet.index(of: term) == index) }
    }

    @Test func namesAndConvention() {
        #expect(GaussianJet(order: 2).terms.map(\.name) == ["g", "∂x", "∂y", "∂x²", "∂x∂y", "∂y²"])
        #expect(JetTerm(dx: 12, dy: 3).name == "∂x¹²∂y³")
    }

    /// 28 functions on 5×5 taps span 22 dimensions, 15 on 3×3 span 9.
    @Test func structuralRank() {
        #expect(GaussianJet(order: 6).structuralRank(width: 5, height: 5) == 22)
        #expect(GaussianJet(order: 4).structuralRank(width: 3, height: 3) == 9)
        #expect(GaussianJet(order: 2).structuralRank(width: 1, height: 7) == 3)
    }
}
