import FourierTransforms
import SampledSpaces

/// Convolution with one transform of the whole picture, whose rows are spread over processes: for pictures that no one of them has room for.
///
/// The same function as `Convolution` with the spectral method computes, up to rounding: the error of an output is of order
/// ε·log₂(N)·Σ|weight|·max|f|, N the number of points transformed. A process needs room for its share of three planes of N points.
public final class SlabConvolution {
    /// Where results lie.
    public let outputGrid: Grid
    /// The rows of the picture that this process reads, in their order.
    public let rowsRead: [Int]
    /// The rows of the result that this process computes, in their order.
    public let rowsComputed: [Int]

    private let core: Core<Float>
    private let transform: any SlabTransform
    private let transfer: AlignedBuffer<Float>
    /// The rows of the slab that hold a row of the picture.
    private let places: [Int: [Int]]

    /// Convolution with `kernel` of functions on `grid`; see `Convolution`.
    ///
    /// - Parameters:
    ///   - kernel: the weights.
    ///   - grid: where the functions lie.
    ///   - boundary: how they continue.
    ///   - extent: which positions are kept.
    ///   - dilation: how far apart the weights are.
    ///   - makeTransform: makes the transform of planes of a width and a height.
    /// - Throws: `ConvolutionError` where the valid extent is empty.
    /// - Complexity: O(N log N), one transform.
    public init(
        _ kernel: ConvolutionKernel<Float>, on grid: Grid, boundary: Boundary = .zero,
        extent: ConvolutionExtent = .same, dilation: Int = 1, makeTransform: (Int, Int) -> any SlabTransform
    ) throws(ConvolutionError) {
        let geometry = Geometry(
            kernel: (kernel.width, kernel.height), origin: (kernel.originColumn, kernel.originRow), grid: grid,
            extent: extent, stride: 1, dilation: dilation)
        guard !geometry.x.isEmpty, !geometry.y.isEmpty else {
            throw .noValidOutput(
                kernel: [(kernel.width - 1) * dilation + 1, (kernel.height - 1) * dilation + 1],
                picture: [grid.width, grid.height])
        }
        core = geometry.core(of: kernel, boundary: boundary)
        outputGrid = Grid(
            width: core.x.count, height: core.y.count, spacing: grid.spacing,
            origin: grid.point(column: geometry.x.lowerBound, row: geometry.y.lowerBound))
        let width = core.x.goodPeriod { TransformSize.good(atLeast: $0, even: true) }
        let height = core.y.goodPeriod { TransformSize.good(atLeast: $0) }
        transform = makeTransform(width, height)
        transfer = Self.transfer(core, transform)
        var places: [Int: [Int]] = [:]
        for row in transform.rows where row < core.y.map.count && core.y.map[row] >= 0 {
            places[Int(core.y.map[row]), default: []].append(row)
        }
        self.places = places
        rowsRead = places.keys.sorted()
        let rows = transform.rows
        rowsComputed = (0..<core.y.count).filter { rows.contains($0 % height) }
    }

    /// The rows of the result in bands of at most `length` rows, in each of which the rows of the processes follow one another in their order.
    public func bands(of length: Int) -> [Range<Int>] {
        var bands: [Range<Int>] = []
        var first = 0
        while first < core.y.count {
            // A periodic result may be longer than the plane, and begins again with it.
            let end = min(first + length, core.y.count, (first / transform.height + 1) * transform.height)
            bands.append(first..<end)
            first = end
        }
        return bands
    }

    /// The spectrum of the weights.
    private static func transfer(_ core: Core<Float>, _ transform: any SlabTransform) -> AlignedBuffer<Float> {
        let slab = transform.makeSlab()
        let scale = 1 / Float(transform.width * transform.height)
        let weights = core.planeWeights
        for row in 0..<core.y.taps {
            let place = row * core.y.dilation % transform.height
            guard transform.rows.contains(place) else { continue }
            let line = slab.pointer + (place - transform.rows.lowerBound) * transform.pitch
            for column in 0..<core.x.taps {
                line[column * core.x.dilation % transform.width] += scale * weights[row * core.x.taps + column]
            }
        }
        transform.forward(slab)
        return slab
    }

    /// The rows of a result that a process holds.
    public struct Result {
        let slab: AlignedBuffer<Float>
        let width: Int
        let height: Int
        let first: Int
        let pitch: Int
        let count: Int

        /// Row `row` of the result, one of those that this process computed.
        public func row(_ row: Int) -> [Float] {
            let line = slab.pointer + (row % height - first) * pitch
            return (0..<count).map { line[$0 % width] }
        }
    }

    /// Convolves the picture whose rows `read` returns; it is asked for each of `rowsRead` once, in their order.
    /// - Throws: what `read` throws.
    public func callAsFunction<Failure: Error>(
        _ read: (_ row: Int) throws(Failure) -> [Float]
    ) throws(Failure) -> Result {
        let slab = transform.makeSlab()
        let columns = min(transform.width, core.x.map.count)
        let (rows, pitch) = (transform.rows, transform.pitch)
        for row in rowsRead {
            let samples = try read(row)
            precondition(samples.count == core.x.sourceCount, "a row has \(core.x.sourceCount) samples")
            for place in places[row] ?? [] {
                let line = slab.pointer + (place - rows.lowerBound) * pitch
                for column in 0..<columns where core.x.map[column] >= 0 {
                    line[column] = samples[Int(core.x.map[column])]
                }
            }
        }
        transform.forward(slab)
        transform.multiply(slab, byConjugateOf: transfer)
        transform.inverse(slab)
        return Result(
            slab: slab, width: transform.width, height: transform.height, first: rows.lowerBound, pitch: pitch,
            count: core.x.count)
    }
}
