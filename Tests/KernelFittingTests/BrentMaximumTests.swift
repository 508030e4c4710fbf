import Testing

@testable import KernelFitting

@Suite struct BrentMaximumTests {
    @Test func brentFindsAParabolasVertexAndACusp() {
        let parabola = BrentMaximum.find(in: -1...3, from: (0, -1), tolerance: 1e-9) { -($0 - 1) * ($0 - 1) }
        #expect(abs(parabola.place - 1) < 1e-8)
        let cusp = BrentMaximum.find(in: -1...3, from: (0, -0.7), tolerance: 1e-6) { -abs($0 - 0.7) }
        #expect(abs(cusp.place - 0.7) < 2e-6)
        let edge = BrentMaximum.find(in: 0...1, from: (0, 0), tolerance: 1e-6) { -$0 }
        #expect(edge.place < 3e-6)
    }
}
