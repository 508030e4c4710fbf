import Convolution
import Randomness
import SampledSpaces
import Testing

/// Pictures of many tiles, where the random cases have few: borders between tiles, odd numbers of them, and a tile that is not finite beside ones that are.
@Suite struct TiledPathTests {
    @Test(arguments: [(300, 7), (65, 130), (900, 700), (1, 500)], [1, 2, 3])
    func manyTilesAgreeWithTheSum(size: (Int, Int), stride: Int) throws {
        var generator = SeededGenerator(seed: 1)
        let grid = Grid(width: size.0, height: size.1)
        let f: SampledFunction<Float> = randomFunction(on: grid, &generator)
        let values = (0..<15 * 9).map { _ in Float(generator.normal()) }
        let kernel = ConvolutionKernel(PlaneTaps(width: 15, height: 9, values: values, originColumn: 3, originRow: 8))
        for boundary in [Boundary.zero, .periodic, .mirrorWholeSample] {
            let tiled = try Convolution(kernel, on: grid, boundary: boundary, stride: stride, method: .tiled)
            let direct = try Convolution(kernel, on: grid, boundary: boundary, stride: stride, method: .direct)
            let unit = Double(Float.ulpOfOne) * kernel.l1Norm * f.maxNorm()
            #expect((tiled(f) - direct(f)).maxNorm() < 20 * unit)
            let g: SampledFunction<Float> = randomFunction(on: tiled.outputGrid, &generator)
            #expect((tiled.adjoint(g) - direct.adjoint(g)).maxNorm() < 40 * unit * Double(stride * stride))
        }
    }

    @Test(arguments: [0, 350, 699], [Double.nan, .infinity])
    func oneBadTileLeavesItsPairAlone(column: Int, bad: Double) throws {
        var generator = SeededGenerator(seed: 2)
        let grid = Grid(width: 700, height: 40)
        var f: SampledFunction<Double> = randomFunction(on: grid, &generator)
        let kernel = ConvolutionKernel<Double>(x: Taps([1, 2, 3]), y: Taps([1, 5, 1]))
        let tiled = try Convolution(kernel, on: grid, method: .tiled)
        let clean = tiled(f)
        f[column, 20] = bad
        let spoiled = tiled(f)
        for i in 0..<grid.count {
            let isReached = abs(i % 700 - column) <= 1 && abs(i / 700 - 20) <= 1
            #expect(isReached ? !spoiled.values[i].isFinite : abs(spoiled.values[i] - clean.values[i]) < 1e-12)
        }
    }
}
