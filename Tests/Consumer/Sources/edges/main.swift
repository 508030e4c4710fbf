import Convolution
import GaussianKernels
import SampledSpaces

// A disc of radius 1 on a square of side 4: its boundary lies where the gradient is largest, and a finer grid does not move it.
for samples in [64, 128] {
    let grid = Grid(width: samples, height: samples, tiling: [4, 4], corner: [-2, -2])
    let disc = SampledFunction<Double>(grid: grid) { x, y in x * x + y * y < 1 ? 1 : 0 }
    let derivative = try Convolution<Double>(.gaussian(sigma: 0.2, x: 1, on: grid), on: grid, boundary: .replicate)
    let slope = derivative(disc)
    let row = samples / 2
    let steepest = (samples / 2..<samples).min { slope[$0, row] < slope[$1, row] }!
    print("\(samples) samples: the edge is at x = \(grid.point(column: steepest, row: row).x)")
}

// In one dimension the taps themselves: a derivative of a constant is 0, that of x is 1.
let taps = GaussianKernel1D(order: 1, sigma: 1.5, discretization: .discrete)
print("sum \(taps.taps.reduce(0, +)), radius \(taps.radius)")
