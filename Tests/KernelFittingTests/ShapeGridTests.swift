import GaussianKernels
import Randomness
import Testing

@testable import KernelFitting

@Suite struct ShapeGridTests {
    /// The energies of eight kernels side by side are those of nested bases, a kernel and a place at a time, for every order, with and
    /// without a constant, also where fewer kernels come and where functions outnumber an axis' taps.
    @Test(arguments: [(5, 7, 4, 3), (3, 5, 4, 8), (9, 9, 6, 1)], [false, true])
    func energiesAreThoseOfNestedBases(size: (Int, Int, Int, Int), hasConstant: Bool) {
        let (height, width, order, count) = size
        var options = FitOptions(order: order, scale: .perKernel, sigmaRange: 0.8...1.6)
        options.hasConstant = hasConstant
        let grid = ShapeGrid(
            options: options, height: height, width: width,
            slices: [0.8, 1.6].map { ($0, [-0.6, 0.1], [0.3, 0.2, 1]) })
        var generator = SeededGenerator(seed: 1)
        let kernels = (0..<(count * height * width)).map { _ in generator.normal() }
        let energies = grid.energies(of: kernels[...], orders: 1...order)
        for kernel in 0..<count {
            let taps = Array(kernels[(kernel * height * width)..<((kernel + 1) * height * width)])
            let profiles = (1...order).map { energies.profile(kernel: kernel, order: $0) }
            for place in 0..<grid.count {
                let basis = NestedBasis(options, order: order, shape: grid[place], height: height, width: width)
                var expected = [Double](repeating: 0, count: order + 1)
                taps.withUnsafeBufferPointer { basis.addEnergies(of: $0, to: &expected) }
                for n in 1...order { #expect(abs(profiles[n - 1][place] - expected[n]) < 1e-9) }
            }
        }
    }

    /// Peaks are no lower than any neighbour, also where the next σ has other places, and come best first.
    @Test func peaksAreLocalMaxima() {
        let coarse = [-1.0, 0, 1]
        let fine = [-1, -0.5, 0, 0.5, 1]
        let grid = ShapeGrid(
            options: FitOptions(order: 1), height: 5, width: 5, slices: [(0.5, fine, fine), (1, coarse, coarse)])
        #expect(grid.count == 34 && grid[25 + 5].center == [1, 0] && grid[25].sigma == 1 && grid[24].center == [1, 1])
        var profile = [Double](repeating: 0, count: grid.count)
        // The coarse middle touches all fine places from −1 to 1; the fine corner at (−1, −1) is lower, as is a coarse corner beside it.
        profile[25 + 4] = 2
        profile[0] = 1
        profile[25 + 8] = 1.5
        #expect(grid.peaks(of: profile, scales: 0...1, limit: 40) == [25 + 4])
        #expect(grid.peaks(of: profile, scales: 0...0, limit: 1) == [0])
        profile[25 + 4] = 0
        #expect(grid.peaks(of: profile, scales: 0...1, limit: 2) == [25 + 8, 0])
    }
}
