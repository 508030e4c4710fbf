import SampledSpaces

/// Continuing a function by point reflection about its border values, as an operator: the slope of a ramp goes on, where a mirror would turn it.
///
/// Beyond the last sample, f[n − 1 + k] = 2 f[n − 1] − f[n − 1 − k], and so on beyond each further reflection; before the first likewise. A
/// convolution of the `valid` extent after it is one with an odd boundary. Each place is a combination of at most three samples along an axis.
/// The rule is that of `numpy.pad(mode="reflect", reflect_type="odd")`.
public struct OddExtension<Scalar: ConvolutionScalar>: LinearOperator {
    /// A place as a combination: `sign`·f[source] + `first`·f[0] + `last`·f[n − 1].
    private struct Place {
        var source: Int
        var sign: Scalar
        var first: Scalar = 0
        var last: Scalar = 0
    }

    /// Where functions lie.
    public let inputGrid: Grid
    /// Where they lie once they are continued.
    public let outputGrid: Grid
    private let columns: [Place]
    private let rows: [Place]

    /// Continues functions on `grid`.
    ///
    /// - Parameters:
    ///   - grid: Where the functions lie.
    ///   - columns: The columns wanted, in those of the grid, some beyond its border.
    ///   - rows: The rows likewise.
    public init(on grid: Grid, columns: Range<Int>, rows: Range<Int>) {
        inputGrid = grid
        outputGrid = grid.part(columns: columns, rows: rows)
        self.columns = columns.map { Self.place($0, grid.width) }
        self.rows = rows.map { Self.place($0, grid.height) }
    }

    /// What an odd boundary asks for: as far beyond the border as `kernel` reaches, so that its valid convolution has an output for each sample.
    public init(on grid: Grid, for kernel: ConvolutionKernel<Scalar>, dilation: Int = 1) {
        let (left, top) = (kernel.originColumn * dilation, kernel.originRow * dilation)
        let (right, bottom) = ((kernel.width - 1) * dilation - left, (kernel.height - 1) * dilation - top)
        // Convolution turns the kernel: its taps before the origin read samples after the output.
        self.init(on: grid, columns: -right..<grid.width + left, rows: -bottom..<grid.height + top)
    }

    private static func place(_ index: Int, _ count: Int) -> Place {
        guard count > 1 else { return Place(source: 0, sign: 1) }
        // A whole period to and fro adds twice the rise from the first to the last sample.
        let period = 2 * (count - 1)
        let turns = Int((Double(index) / Double(period)).rounded(.down))
        let rest = index - turns * period
        let rise = Scalar(2 * turns)
        if rest < count { return Place(source: rest, sign: 1, first: -rise, last: rise) }
        return Place(source: period - rest, sign: -1, first: -rise, last: rise + 2)
    }

    /// `f` continued.
    /// - Complexity: O(places).
    public func callAsFunction(_ f: SampledFunction<Scalar>) -> SampledFunction<Scalar> {
        precondition(f.grid == inputGrid, "the function lies on another grid than the operator's")
        let (width, height) = (inputGrid.width, inputGrid.height)
        let values = f.values
        // Along rows first, then along columns.
        var wide: [Scalar] = []
        wide.reserveCapacity(columns.count * height)
        for row in 0..<height {
            let (first, last) = (values[row * width], values[row * width + width - 1])
            for place in columns { wide.append(Self.value(place, values[row * width + place.source], first, last)) }
        }
        var result: [Scalar] = []
        result.reserveCapacity(columns.count * rows.count)
        let bottom = (height - 1) * columns.count
        for place in rows {
            for column in columns.indices {
                result.append(
                    Self.value(place, wide[place.source * columns.count + column], wide[column], wide[bottom + column]))
            }
        }
        return SampledFunction(grid: outputGrid, values: result)
    }

    private static func value(_ place: Place, _ sample: Scalar, _ first: Scalar, _ last: Scalar) -> Scalar {
        // A factor of zero must not make NaN of an infinity elsewhere.
        var value = place.sign * sample
        if place.first != 0 { value += place.first * first }
        if place.last != 0 { value += place.last * last }
        return value
    }

    /// The transpose: what stands at each place goes back to the samples that it was made of.
    public func adjoint(_ g: SampledFunction<Scalar>) -> SampledFunction<Scalar> {
        precondition(g.grid == outputGrid, "the function lies on another grid than the operator's results")
        let (width, height) = (inputGrid.width, inputGrid.height)
        let values = g.values
        var wide = [Scalar](repeating: 0, count: columns.count * height)
        for (row, place) in rows.enumerated() {
            for column in columns.indices {
                let value = values[row * columns.count + column]
                wide[place.source * columns.count + column] += place.sign * value
                wide[column] += place.first * value
                wide[(height - 1) * columns.count + column] += place.last * value
            }
        }
        var result = [Scalar](repeating: 0, count: width * height)
        for row in 0..<height {
            for (column, place) in columns.enumerated() {
                let value = wide[row * columns.count + column]
                result[row * width + place.source] += place.sign * value
                result[row * width] += place.first * value
                result[row * width + width - 1] += place.last * value
            }
        }
        return SampledFunction(grid: inputGrid, values: result)
    }
}
