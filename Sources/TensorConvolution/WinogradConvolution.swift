import CInnerLoops
import Parallelism

/// Convolution of stride 1 with 3×3 taps by Winograd's minimal filtering, F(m×m, 3×3) with m = 4 or 2: (m + 2)² multiplications make
/// m² outputs, where the sum takes 9·m².
///
/// Pictures are cut into rows of tiles, those of a dilation on its interleaved sub-grids. A block of tiles is transformed, multiplied as
/// (m + 2)² matrices [tiles × inputs]·[inputs × outputs], and transformed back before the next, so that it stays in the cache.
struct WinogradConvolution: Sendable {
    let geometry: CorrelationGeometry
    /// m + 2: 6 or 4.
    let points: Int
    /// The rows of tiles of one picture.
    let tileRows: [TileRow]
    /// The most tiles in a row, and the number of rows in a block.
    let tilesPerRow: Int
    let rowsPerBlock: Int
    /// Whether the transformed kernels exceed a core's cache, so that all threads share one large block at a time and each multiplies some of
    /// the planes; otherwise every thread has blocks of its own, small enough for its cache.
    let sharesBlocks: Bool

    /// A row of tiles: the pieces it lies on and the first of its outputs' rows.
    struct TileRow: Sendable {
        /// Its place among the rows of its picture.
        let index: Int
        let vertical: AxisPiece
        let horizontal: AxisPiece
        let firstRow: Int
        let tiles: Int
    }

    /// The most bytes that the transformed tiles of a block should take, and those of a block that is shared.
    static let blockBytes = 640 << 10
    static let sharedBytes = 24 << 20
    /// The bytes of transformed kernels from which on blocks are shared.
    static let largeKernelBytes = 6 << 20
    /// The tiles that one thread transforms at a time in a shared block.
    static let tilesPerItem = 16

    init(_ geometry: CorrelationGeometry, tile: Int) {
        self.geometry = geometry
        points = tile + 2
        let horizontalPieces = AxisPiece.pieces(of: geometry.horizontal, outputs: .max)
        var tileRows: [TileRow] = []
        for vertical in AxisPiece.pieces(of: geometry.vertical, outputs: .max) {
            for horizontal in horizontalPieces {
                for firstRow in stride(from: 0, to: vertical.outputCount, by: tile) {
                    tileRows.append(
                        TileRow(
                            index: tileRows.count, vertical: vertical, horizontal: horizontal, firstRow: firstRow,
                            tiles: ceilingDivision(horizontal.outputCount, by: tile)))
                }
            }
        }
        self.tileRows = tileRows
        tilesPerRow = tileRows.map(\.tiles).max() ?? 1
        let lanes = roundedToLanes(geometry.inputChannels) + roundedToLanes(geometry.outputChannels)
        let planeBytes = 4 * (tile + 2) * (tile + 2)
        let kernels = geometry.inputChannels / geometry.groups * roundedToLanes(geometry.outputChannels)
        sharesBlocks = planeBytes * kernels >= Self.largeKernelBytes
        let bytes = sharesBlocks ? Self.sharedBytes : Self.blockBytes
        let tiles = max(bytes / (planeBytes * lanes), 24)
        rowsPerBlock = max(min(tiles / tilesPerRow, geometry.batch * tileRows.count), 1)
    }

    var inputLanes: Int { roundedToLanes(geometry.inputChannels) }
    var outputLanes: Int { roundedToLanes(geometry.outputChannels) }
    var tilesPerBlock: Int { rowsPerBlock * tilesPerRow }
    var planes: Int { points * points }

    /// The floats from one plane of transformed tiles, or kernels, to the next; a cache line more than there is.
    var inputPlane: Int { tilesPerBlock * inputLanes + 16 }
    var outputPlane: Int { tilesPerBlock * outputLanes + 16 }
    var kernelPlane: Int { geometry.inputChannels / geometry.groups * outputLanes + 16 }

    /// The blocks of rows of tiles of all pictures.
    var blocks: Partition { Partition(itemCount: geometry.batch * tileRows.count, blockLength: rowsPerBlock) }

    /// The floats of the planes that threads compute in: those of each, or one block for all.
    func blockCount(of each: Int, workers: Int) -> Int { (sharesBlocks ? 1 : workers) * each }

    /// Calls `body` concurrently for parts of a block that is shared, with the number of tiles before each.
    func forEachPart(of block: Range<Int>, pool: WorkerPool, _ body: (_ part: Range<Int>, _ firstTile: Int) -> Void) {
        let parts = Partition(itemCount: block.count, blockLength: max(Self.tilesPerItem / tilesPerRow, 1))
        pool.forEach(parts.count) { index in
            let first = block.lowerBound + parts[index].lowerBound
            let before = (block.lowerBound..<first).reduce(0) { $0 + tileRows[$1 % tileRows.count].tiles }
            body(first..<first + parts[index].count, before)
        }
    }

    /// The number of tiles of a block.
    func tiles(of block: Range<Int>) -> Int { block.reduce(0) { $0 + tileRows[$1 % tileRows.count].tiles } }

    /// Calls `body` for each row of a block with the picture, the row, and the number of tiles before it.
    func forEachRow(of block: Range<Int>, _ body: (_ picture: Int, _ row: TileRow, _ firstTile: Int) -> Void) {
        var tiles = 0
        for index in block {
            let (picture, row) = index.quotientAndRemainder(dividingBy: tileRows.count)
            body(picture, tileRows[row], tiles)
            tiles += tileRows[row].tiles
        }
    }

    /// Transforms the tiles of the input that a block of outputs reads.
    func transformInput(
        _ input: UnsafePointer<Float>, block: Range<Int>, into planes: UnsafeMutablePointer<Float>
    ) {
        let picture = geometry.vertical.input * geometry.horizontal.input * geometry.inputChannels
        forEachRow(of: block) { index, row, firstTile in
            var (description, start) = inputTiles(row)
            description.ahead = ahead(of: row, picture: picture) { inputTiles($0) }
            ccnn_winogradInput(
                &description, input + index * picture + start, input + geometry.inputCount,
                planes + firstTile * inputLanes)
        }
    }

    /// How a row of tiles lies in the input, and where its picture's piece starts.
    private func inputTiles(_ row: TileRow) -> (description: ccnn_tiles, start: Int) {
        let (width, channels) = (geometry.horizontal.input, geometry.inputChannels)
        let description = ccnn_tiles(
            points: points, height: row.vertical.inputCount, width: row.horizontal.inputCount,
            rowStride: row.vertical.inputStep * width * channels, pixelStride: row.horizontal.inputStep * channels,
            channels: channels, firstRow: row.firstRow - row.vertical.padding,
            firstColumn: -row.horizontal.padding, tiles: row.tiles, planeStride: inputPlane, tileStride: inputLanes,
            ahead: 0)
        return (description, (row.vertical.inputStart * width + row.horizontal.inputStart) * channels)
    }

    /// How a row of tiles lies in the output, and where its picture's piece starts.
    func outputTiles(_ row: TileRow) -> (description: ccnn_tiles, start: Int) {
        var (description, start) = outputPlace(row)
        let picture = geometry.vertical.output * geometry.horizontal.output * geometry.outputChannels
        description.ahead = ahead(of: row, picture: picture) { outputPlace($0) }
        return (description, start)
    }

    private func outputPlace(_ row: TileRow) -> (description: ccnn_tiles, start: Int) {
        let (width, channels) = (geometry.horizontal.output, geometry.outputChannels)
        let description = ccnn_tiles(
            points: points, height: row.vertical.outputCount, width: row.horizontal.outputCount,
            rowStride: row.vertical.outputStep * width * channels, pixelStride: row.horizontal.outputStep * channels,
            channels: channels, firstRow: row.firstRow, firstColumn: 0, tiles: row.tiles, planeStride: outputPlane,
            tileStride: outputLanes, ahead: 0)
        return (description, (row.vertical.outputStart * width + row.horizontal.outputStart) * channels)
    }

    /// The distance from the corner of a row of tiles to that of the row after it, which may be the first of the next picture.
    private func ahead(
        of row: TileRow, picture: Int, _ place: (TileRow) -> (description: ccnn_tiles, start: Int)
    ) -> Int {
        func corner(_ row: TileRow) -> Int {
            let (tiles, start) = place(row)
            return start + tiles.firstRow * tiles.rowStride + tiles.firstColumn * tiles.pixelStride
        }
        let isLast = row.index + 1 == tileRows.count
        return corner(tileRows[isLast ? 0 : row.index + 1]) - corner(row) + (isLast ? picture : 0)
    }
}
