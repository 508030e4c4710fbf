import CInnerLoops
import FourierTransforms

/// A two-dimensional transform of a tile, multiplication by a spectrum, and the transform back, as three visits to the tile's memory.
///
/// Columns are transformed as many at a time as there are lanes and laid on their side; then rows lie as columns did, and are transformed, multiplied and
/// transformed back while they are in the first-level cache; then columns again. The tile's memory is [height / lanes][width][2][lanes].
struct TileTransform<Scalar: ConvolutionScalar>: Sendable {
    private let loops = Scalar.tapLoops
    private let horizontal: LaneTransform<Scalar>
    private let vertical: LaneTransform<Scalar>

    private var lanes: Int { LaneTransform<Scalar>.lanes }
    var width: Int { horizontal.length }
    var height: Int { vertical.length }

    /// A transform of `width` × `height` points, both multiples of `LaneTransform.lanes` and products of twos and threes.
    init(width: Int, height: Int) {
        horizontal = LaneTransform(length: width)
        vertical = LaneTransform(length: height)
    }

    /// What one thread needs for its tiles.
    final class Scratch {
        fileprivate let column: AlignedBuffer<Scalar>
        fileprivate let tile: AlignedBuffer<Scalar>

        init(_ transform: TileTransform) {
            column = AlignedBuffer(uninitialized: 2 * transform.lanes * transform.height)
            tile = AlignedBuffer(uninitialized: 2 * transform.width * transform.height)
        }
    }

    /// The spectrum of a row-major picture of `width` × `height`, in the order of the tile's memory.
    func spectrum(of picture: [Scalar]) -> SharedBuffer<Scalar> {
        let scratch = Scratch(self)
        let map = (0..<max(width, height)).map { Int32($0) }
        picture.withUnsafeBufferPointer { picture in
            guard let source = picture.baseAddress else { return }
            transformColumns(scratch) { column, points in
                let columns = Array(map[column..<column + lanes])
                _ = loops.laneLoad(source, width, map, height, columns, lanes, height, points)
                _ = loops.laneLoad(source, width, map, 0, columns, 0, height, points + lanes)
            }
        }
        for block in 0..<height / lanes { horizontal.forward(scratch.tile.pointer + block * rowBlock) }
        return SharedBuffer(scratch.tile)
    }

    /// Transforms the columns that `load(first column, points)` fills, `lanes` at a time, into the tile's memory.
    func transformColumns(_ scratch: Scratch, load: (Int, UnsafeMutablePointer<Scalar>) -> Void) {
        let points = scratch.column.pointer
        for column in stride(from: 0, to: width, by: lanes) {
            load(column, points)
            vertical.forward(points)
            for block in 0..<height / lanes {
                let target = scratch.tile.pointer + block * rowBlock + column * 2 * lanes
                for part in 0..<2 {
                    loops.laneTranspose(
                        points + block * lanes * 2 * lanes + part * lanes, 2 * lanes, target + part * lanes, 2 * lanes)
                }
            }
        }
    }

    /// Correlates the tile, whose columns have been transformed, with what `spectrum` is the spectrum of.
    func multiplyRows(_ scratch: Scratch, by spectrum: SharedBuffer<Scalar>) {
        for block in 0..<height / lanes {
            let points = scratch.tile.pointer + block * rowBlock
            horizontal.forward(points)
            loops.laneMultiplyByConjugate(spectrum.buffer.pointer + block * rowBlock, width, points)
            horizontal.inverse(points)
        }
    }

    /// Transforms the first `count` columns back, `lanes` at a time, for `store(first column, points)` to take.
    func invertColumns(_ scratch: Scratch, count: Int, store: (Int, UnsafePointer<Scalar>) -> Void) {
        let points = scratch.column.pointer
        for column in stride(from: 0, to: count, by: lanes) {
            for block in 0..<height / lanes {
                let source = scratch.tile.pointer + block * rowBlock + column * 2 * lanes
                for part in 0..<2 {
                    loops.laneTranspose(
                        source + part * lanes, 2 * lanes, points + block * lanes * 2 * lanes + part * lanes, 2 * lanes)
                }
            }
            vertical.inverse(points)
            store(column, points)
        }
    }

    private var rowBlock: Int { width * 2 * lanes }
}
