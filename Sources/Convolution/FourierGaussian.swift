import Foundation
import FourierTransforms
import GaussianKernels
import SampledSpaces

/// A derivative of the Gaussian applied to the trigonometric polynomial through the samples: their spectrum times (iω)ⁿ exp(−σ²ω²/2) along each axis.
///
/// It is exact at every σ, however small, where taps sample the kernel: on waves that the grid can hold its result is the derivative of the
/// smoothed wave to rounding. It rings where the function does not belong to the grid: every output depends on every sample, and a bounded function may
/// be exceeded. At the grid's limit odd derivatives are zero, as no real wave has them. Mirrored functions are continued to twice the length first.
public struct FourierGaussian<Scalar: ConvolutionScalar>: LinearOperator {
    /// Where functions and results lie.
    public let inputGrid: Grid
    /// Where results lie.
    public var outputGrid: Grid { inputGrid }
    /// The derivative; its discretisations play no part.
    public let gaussian: GaussianFactors

    private let columns: [Int]
    private let rows: [Int]
    private let transform: PlaneTransform<Scalar>
    private let transfer: SharedBuffer<Scalar>

    /// The operator for functions on `grid`.
    ///
    /// - Parameters:
    ///   - gaussian: The derivative, lengths in samples.
    ///   - grid: Where the functions lie.
    ///   - boundary: How they continue: periodically or mirrored.
    /// - Throws: `ConvolutionError` for other boundaries, which make no periodic function.
    /// - Complexity: O(N log N) to apply, N the samples, four times as many where they are mirrored.
    public init(_ gaussian: GaussianFactors, on grid: Grid, boundary: Boundary) throws(ConvolutionError) {
        func places(_ count: Int) -> [Int] {
            let length =
                switch boundary {
                case .mirrorHalfSample: 2 * count
                case .mirrorWholeSample: max(2 * count - 2, 1)
                default: count
                }
            return (0..<length).map { boundary.source(of: $0, count: count) ?? 0 }
        }
        guard boundary != .zero, boundary != .replicate else {
            throw .methodDoesNotApply(
                .spectral,
                why: "an exact Gaussian needs a function that goes on periodically or mirrored, not \(boundary)")
        }
        inputGrid = grid
        self.gaussian = gaussian
        columns = places(grid.width)
        rows = places(grid.height)
        let transform = PlaneTransform<Scalar>(width: columns.count, height: rows.count)
        self.transform = transform
        let x = Self.factors(gaussian.x, columns.count)
        let y = Self.factors(gaussian.y, rows.count)
        let scale = gaussian.scale / Double(columns.count * rows.count)
        let height = rows.count
        transfer = SharedBuffer(
            transform.makeTransfer { k, l in
                let (a, b) = (x[k], y[(l + height) % height])
                return (Scalar(scale * (a.re * b.re - a.im * b.im)), Scalar(scale * (a.re * b.im + a.im * b.re)))
            })
    }

    /// (iω)ⁿ exp(−σ²ω²/2) for the wave numbers 0 … count − 1, the upper half standing for negative ones.
    private static func factors(_ factor: GaussianFactors.Factor, _ count: Int) -> [(re: Double, im: Double)] {
        (0..<count).map { number in
            let wave = 2 * number <= count ? number : number - count
            let omega = 2 * Double.pi * Double(wave) / Double(count)
            if factor.order % 2 == 1, 2 * wave == count { return (0, 0) }
            var power = 1.0
            for _ in 0..<factor.order { power *= omega }
            let value = power * exp(-factor.sigma * factor.sigma * omega * omega / 2)
            switch factor.order % 4 {
            case 0: return (value, 0)
            case 1: return (0, value)
            case 2: return (-value, 0)
            default: return (0, -value)
            }
        }
    }

    /// The derivative of the smoothed function at the samples.
    public func callAsFunction(_ f: SampledFunction<Scalar>) -> SampledFunction<Scalar> {
        precondition(f.grid == inputGrid, "the function lies on another grid than the operator's")
        let (plane, pitch, width) = (transform.makePlane(), transform.pitch * 2, inputGrid.width)
        let values = f.values
        for (row, y) in rows.enumerated() {
            for (column, x) in columns.enumerated() { plane.pointer[row * pitch + column] = values[y * width + x] }
        }
        transform.filter(plane, by: transfer.buffer)
        var result: [Scalar] = []
        result.reserveCapacity(inputGrid.count)
        for row in 0..<inputGrid.height {
            for column in 0..<width { result.append(plane.pointer[row * pitch + column]) }
        }
        return SampledFunction(grid: inputGrid, values: result)
    }

    /// The transpose: the conjugate spectrum, and what stands beyond the border added to the samples that it is an image of.
    public func adjoint(_ g: SampledFunction<Scalar>) -> SampledFunction<Scalar> {
        precondition(g.grid == outputGrid, "the function lies on another grid than the operator's results")
        let (plane, pitch, width) = (transform.makePlane(), transform.pitch * 2, inputGrid.width)
        let values = g.values
        for row in 0..<inputGrid.height {
            for column in 0..<width { plane.pointer[row * pitch + column] = values[row * width + column] }
        }
        transform.filter(plane, by: transfer.buffer, conjugated: true)
        var result = [Scalar](repeating: 0, count: inputGrid.count)
        for (row, y) in rows.enumerated() {
            for (column, x) in columns.enumerated() { result[y * width + x] += plane.pointer[row * pitch + column] }
        }
        return SampledFunction(grid: inputGrid, values: result)
    }
}
