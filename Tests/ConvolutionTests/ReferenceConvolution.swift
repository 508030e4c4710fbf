import Convolution
import Randomness
import SampledSpaces

/// Convolution by its definition, sample by sample in double precision.
func referenceConvolution<Scalar: ConvolutionScalar>(
    _ f: SampledFunction<Scalar>, with convolution: Convolution<Scalar>
) -> [Double] {
    let taps = convolution.kernel.plane
    let d = convolution.dilation
    let (before, after) = ((taps.originColumn * d, taps.originRow * d), ((taps.width - 1) * d, (taps.height - 1) * d))
    func positions(_ n: Int, _ before: Int, _ span: Int) -> [Int] {
        let all =
            switch convolution.extent {
            case .same: Array(0..<n)
            case .full: Array(-before..<n - before + span)
            case .valid: Array(span - before..<n - before)
            }
        return all.indices.filter { $0 % convolution.stride == 0 }.map { all[$0] }
    }
    let columns = positions(f.grid.width, before.0, after.0)
    let rows = positions(f.grid.height, before.1, after.1)
    return rows.flatMap { y in
        columns.map { x in
            var sum = 0.0
            for row in 0..<taps.height {
                for column in 0..<taps.width {
                    let value = f.value(
                        column: x - (column - taps.originColumn) * d, row: y - (row - taps.originRow) * d,
                        boundary: convolution.boundary)
                    sum += Double(taps.values[row * taps.width + column]) * Double(value)
                }
            }
            return sum
        }
    }
}

func randomFunction<Scalar: ConvolutionScalar>(on grid: Grid, _ generator: inout SeededGenerator) -> SampledFunction<
    Scalar
> {
    SampledFunction(grid: grid, values: (0..<grid.count).map { _ in Scalar(generator.normal()) })
}

/// The largest difference of two lists, infinite where their lengths differ.
func largestDifference<Scalar: ConvolutionScalar>(_ values: [Scalar], _ reference: [Double]) -> Double {
    guard values.count == reference.count else { return .infinity }
    return zip(values, reference).reduce(0) { max($0, abs(Double($1.0) - $1.1)) }
}
