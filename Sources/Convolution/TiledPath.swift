import FourierTransforms
import Parallelism

/// Overlap-save: the result in tiles, each from a transform that is small enough to stay in the cache.
///
/// Two tiles are transformed as the real and imaginary part of one complex picture; multiplying by the spectrum of real weights keeps them apart, so that nothing
/// need be separated. Memory beside picture and result: one transform for each thread, whatever the picture's size. The error is that of
/// `SpectralPath` with the tile's number of points. A tile that holds a number that is not finite is summed directly, so
/// that it spreads no further than the taps do. Source: Oppenheim and Schafer, Discrete-Time Signal Processing, 3rd ed., section 8.7.3.
struct TiledPath<Scalar: ConvolutionScalar>: ConvolutionPath {
    private let core: Core<Scalar>
    private let direct: DirectPath<Scalar>
    private let width: Int
    private let height: Int
    private let columns: Partition
    private let rows: Partition
    private let forward: FourierPlan<Scalar>
    private let inverse: FourierPlan<Scalar>
    private let transfer: SharedBuffer<Scalar>

    init(_ core: Core<Scalar>, size: TileSize) {
        self.core = core
        (width, height) = (size.width, size.height)
        direct = DirectPath(core)
        columns = Partition(itemCount: core.x.count, blockLength: size.outputs(core.x, in: width))
        rows = Partition(itemCount: core.y.count, blockLength: size.outputs(core.y, in: height))
        forward = FourierPlan(TransformLayout(kind: .complexForward, width: width, height: height), inPlace: true)
        inverse = FourierPlan(TransformLayout(kind: .complexBackward, width: width, height: height), inPlace: true)
        let spectrum = AlignedBuffer<Scalar>(zeros: 2 * width * height)
        let weights = core.planeWeights
        let scale = 1 / Scalar(width * height)
        for row in 0..<core.y.taps {
            for column in 0..<core.x.taps {
                spectrum.pointer[2 * (row * core.y.dilation * width + column * core.x.dilation)] =
                    scale * weights[row * core.x.taps + column]
            }
        }
        forward.execute(spectrum, spectrum)
        transfer = SharedBuffer(spectrum)
    }

    func run(_ source: UnsafePointer<Scalar>, _ result: UnsafeMutablePointer<Scalar>) {
        let tiles = columns.count * rows.count
        let makeScratch = { TileScratch<Scalar>(places: 2 * width * height, line: width) }
        WorkerPool.shared.forEach((tiles + 1) / 2, scratch: makeScratch) { pair, scratch in
            let parts = 2 * pair..<min(2 * pair + 2, tiles)
            let finite = parts.map { read(source, tile: $0, part: $0 % 2, scratch) }
            if parts.count == 1 || finite.contains(false) { clearParts(where: finite, scratch) }
            forward.execute(scratch.places, scratch.places)
            Scalar.tapLoops.multiplyByConjugate(scratch.places.pointer, transfer.buffer.pointer, width * height)
            inverse.execute(scratch.places, scratch.places)
            for (tile, isFinite) in zip(parts, finite) {
                if isFinite {
                    write(scratch.places.pointer + tile % 2, tile: tile, result)
                } else {
                    direct.run(source, result, rows: self.rows(of: tile), columns: self.columns(of: tile))
                }
            }
        }
    }

    private func rows(of tile: Int) -> Range<Int> { rows[tile / columns.count] }
    private func columns(of tile: Int) -> Range<Int> { columns[tile % columns.count] }

    /// Fills one part of the complex picture with the places that a tile reads; false where a number among them is not finite.
    private func read(_ source: UnsafePointer<Scalar>, tile: Int, part: Int, _ scratch: TileScratch<Scalar>) -> Bool {
        let loops = Scalar.tapLoops
        let (x, y) = (core.x, core.y)
        let firstColumn = columns(of: tile).lowerBound * x.stride
        let firstRow = rows(of: tile).lowerBound * y.stride
        let used = min(width, x.map.count - firstColumn)
        var isFinite = true
        for row in 0..<height {
            let target = scratch.places.pointer + 2 * row * width + part
            let sample = firstRow + row < y.map.count ? Int(y.map[firstRow + row]) : -1
            guard sample >= 0 else {
                loops.copy(UnsafePointer(scratch.zeros.pointer), 1, width, target, 2)
                continue
            }
            x.map.withUnsafeBufferPointer { map in
                guard let map = map.baseAddress else { return }
                loops.gather(source + sample * x.sourceCount, map + firstColumn, used, scratch.line.pointer, 1)
            }
            for column in used..<width { scratch.line.pointer[column] = 0 }
            isFinite = isFinite && loops.isFinite(UnsafePointer(scratch.line.pointer), width)
            loops.copy(UnsafePointer(scratch.line.pointer), 1, width, target, 2)
        }
        return isFinite
    }

    /// Sets the parts of the complex picture that hold no finite tile to zero.
    private func clearParts(where finite: [Bool], _ scratch: TileScratch<Scalar>) {
        for part in 0..<2 where part >= finite.count || !finite[part] {
            for row in 0..<height {
                Scalar.tapLoops.copy(
                    UnsafePointer(scratch.zeros.pointer), 1, width, scratch.places.pointer + 2 * row * width + part, 2)
            }
        }
    }

    private func write(_ places: UnsafePointer<Scalar>, tile: Int, _ result: UnsafeMutablePointer<Scalar>) {
        let columns = columns(of: tile)
        for (line, row) in rows(of: tile).enumerated() {
            Scalar.tapLoops.copy(
                places + 2 * line * core.y.stride * width, 2 * core.x.stride, columns.count,
                result + row * core.x.count + columns.lowerBound, 1)
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

/// What one thread needs for its tiles.
private final class TileScratch<Scalar: ConvolutionScalar> {
    let places: AlignedBuffer<Scalar>
    let line: AlignedBuffer<Scalar>
    let zeros: AlignedBuffer<Scalar>

    init(places: Int, line: Int) {
        self.places = AlignedBuffer(zeros: places)
        self.line = AlignedBuffer(zeros: line)
        zeros = AlignedBuffer(zeros: line)
    }
}
