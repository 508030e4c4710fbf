import FourierTransforms
import Parallelism

/// Overlap-save: the result in tiles, each from a transform that is small enough to stay in the cache.
///
/// Two tiles are transformed as the real and imaginary part of one complex picture; multiplying by the spectrum of real weights keeps them apart, so that nothing
/// need be separated. Memory beside picture and result: one transform for each thread, whatever the picture's size. The error is that of
/// `SpectralPath` with the tile's number of points. A tile that holds a number that is not finite is summed directly, so
/// that it spreads no further than the taps do. Source: Oppenheim and Schafer, Discrete-Time Signal Processing, 3rd ed., section 8.7.3.
struct TiledPath<Scalar: ConvolutionScalar>: ConvolutionPath {
    private let loops = Scalar.tapLoops
    private let core: Core<Scalar>
    private let direct: DirectPath<Scalar>
    private let columns: Partition
    private let rows: Partition
    private let transform: TileTransform<Scalar>
    private let spectrum: SharedBuffer<Scalar>

    init(_ core: Core<Scalar>, size: TileSize) {
        self.core = core
        direct = DirectPath(core)
        columns = Partition(itemCount: core.x.count, blockLength: size.outputs(core.x, in: size.width))
        rows = Partition(itemCount: core.y.count, blockLength: size.outputs(core.y, in: size.height))
        transform = TileTransform(width: size.width, height: size.height)
        var picture = [Scalar](repeating: 0, count: size.width * size.height)
        let weights = core.planeWeights
        let scale = 1 / Scalar(size.width * size.height)
        for row in 0..<core.y.taps {
            for column in 0..<core.x.taps {
                picture[row * core.y.dilation * size.width + column * core.x.dilation] =
                    scale * weights[row * core.x.taps + column]
            }
        }
        spectrum = transform.spectrum(of: picture)
    }

    func run(_ source: UnsafePointer<Scalar>, _ result: UnsafeMutablePointer<Scalar>) {
        let tiles = columns.count * rows.count
        WorkerPool.shared.forEach((tiles + 1) / 2, scratch: { TileTransform.Scratch(transform) }) { pair, scratch in
            let parts = Array(2 * pair..<min(2 * pair + 2, tiles))
            let finite = read(source, tiles: parts, scratch)
            if finite.contains(true) {
                // One that is not finite would spoil the other.
                if finite.contains(false) { _ = read(source, tiles: zip(parts, finite).map { $1 ? $0 : nil }, scratch) }
                transform.multiplyRows(scratch, by: spectrum)
                write(tiles: zip(parts, finite).map { $1 ? $0 : nil }, scratch, result)
            }
            for (tile, isFinite) in zip(parts, finite) where !isFinite {
                direct.run(source, result, rows: rows(of: tile), columns: columns(of: tile))
            }
        }
    }

    private func rows(of tile: Int) -> Range<Int> { rows[tile / columns.count] }
    private func columns(of tile: Int) -> Range<Int> { columns[tile % columns.count] }

    /// Transforms the columns of up to two tiles, the second as imaginary part, and says which are finite; nil stands for zeros.
    private func read(_ source: UnsafePointer<Scalar>, tiles: [Int?], _ scratch: TileTransform<Scalar>.Scratch)
        -> [Bool]
    {
        let (x, y) = (core.x, core.y)
        var finite = [Bool](repeating: true, count: tiles.count)
        x.map.withUnsafeBufferPointer { xMap in
            y.map.withUnsafeBufferPointer { yMap in
                guard let xMap = xMap.baseAddress, let yMap = yMap.baseAddress else { return }
                transform.transformColumns(scratch) { column, points in
                    for part in 0..<2 {
                        let tile = part < tiles.count ? tiles[part] : nil
                        let first = tile.map {
                            (columns(of: $0).lowerBound * x.stride + column, rows(of: $0).lowerBound * y.stride)
                        }
                        let used = first.map { max(0, min(LaneTransform<Scalar>.lanes, x.map.count - $0.0)) } ?? 0
                        let down = first.map { min(transform.height, y.map.count - $0.1) } ?? 0
                        let isFinite = loops.laneLoad(
                            source, x.sourceCount, yMap + (first?.1 ?? 0), used > 0 ? down : 0, xMap + (first?.0 ?? 0),
                            used,
                            transform.height, points + part * LaneTransform<Scalar>.lanes)
                        if !isFinite { finite[part] = false }
                    }
                }
            }
        }
        return finite
    }

    private func write(
        tiles: [Int?], _ scratch: TileTransform<Scalar>.Scratch, _ result: UnsafeMutablePointer<Scalar>
    ) {
        let (lanes, stride) = (LaneTransform<Scalar>.lanes, core.x.stride)
        let widest = tiles.compactMap { $0.map { columns(of: $0).count } }.max() ?? 0
        transform.invertColumns(scratch, count: (widest - 1) * stride + 1) { column, points in
            // The outputs that lie in these columns: every stride-th place.
            let firstOutput = (column + stride - 1) / stride
            for (part, tile) in tiles.enumerated() {
                guard let tile else { continue }
                let (columns, rows) = (columns(of: tile), rows(of: tile))
                let end = min((column + lanes + stride - 1) / stride, columns.count)
                guard firstOutput < end else { continue }
                loops.laneStore(
                    points + part * lanes, core.y.stride, rows.count, firstOutput * stride - column, stride,
                    end - firstOutput,
                    result + rows.lowerBound * core.x.count + columns.lowerBound + firstOutput, core.x.count)
            }
        }
    }
}

/// The number of points that a tile is transformed with.
struct TileSize: Sendable, Hashable {
    let width: Int
    let height: Int

    /// The number of outputs that a transform of `points` yields along an axis; zero or less where the taps do not fit.
    func outputs(_ axis: AxisPlan, in points: Int) -> Int {
        points < axis.reach ? 0 : (points - axis.reach) / axis.stride + 1
    }
}
