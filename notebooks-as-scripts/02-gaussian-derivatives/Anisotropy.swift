import Foundation
import GaussianKernels
import Reports

/// How far the second derivative along the diagonal is from the one along x, rotated: the largest difference of their responses to a wave.
func anisotropy(_ discretization: Discretization, sigma: Double) -> Double {
    let (along, diagonal) = (0.0, Double.pi / 4)
    func response(_ direction: Double) -> Double {
        let kernel = GaussianKernel2D.directional(
            order: 2, angle: direction, sigma: sigma, discretization: discretization)
        var sum = 0.0
        for (index, tap) in kernel.taps.enumerated() {
            let side = 2 * kernel.radius + 1
            let (x, y) = (Double(index % side - kernel.radius), Double(index / side - kernel.radius))
            sum += tap * cos((x * cos(direction) + y * sin(direction)) / sigma)
        }
        return sum
    }
    return abs(response(diagonal) / response(along) - 1)
}
/// That difference at σ = 0.7, 1 and 3, in words.
func anisotropies(_ discretization: Discretization) -> String {
    [0.7, 1, 3].map { Format.significant(100 * anisotropy(discretization, sigma: $0), digits: 2) + " %" }.joined(
        separator: ", ")
}
