import Convolution
import SampledSpaces
import Testing

/// What the committed model chooses, far from where two algorithms cost the same.
@Suite struct CostModelTests {
    private func choice(_ kernel: ConvolutionKernel<Float>, _ n: Int, dilation: Int = 1) throws -> ConvolutionMethod {
        try Convolution(kernel, on: Grid(width: n, height: n), boundary: .mirrorHalfSample, dilation: dilation).method
    }

    private func plane(_ k: Int) -> ConvolutionKernel<Float> {
        ConvolutionKernel(PlaneTaps(width: k, height: k, values: (0..<k * k).map { Float($0) }))
    }

    @Test func fewTapsAreSummed() throws {
        #expect(try choice(plane(3), 512) == .direct)
        #expect(try choice(ConvolutionKernel(x: Taps([1, 2, 4, 2, 1]), y: Taps([1, 2, 4, 2, 1])), 512) != .tiled)
    }

    @Test func manyTapsAreTransformedInTiles() throws {
        #expect(try choice(plane(31), 1024) == .tiled)
        #expect(try choice(plane(63), 4096) == .tiled)
    }

    @Test func wideGaussiansAreRecursive() throws {
        #expect(try choice(.gaussian(sigma: 20, x: 1), 2048) == .recursive)
        #expect(try choice(.gaussian(sigma: 20, x: 1), 2048, dilation: 2) != .recursive)
    }
}
