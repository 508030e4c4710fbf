import CInnerLoops
import Parallelism

/// Convolution of stride 1 as a product of spectra.
///
/// Pictures are cut into entries: the interleaved sub-grids of a dilation, and tiles of what is large. All have one period. Channels lie in
/// vectors of sixteen, so that transforms need neither shuffling nor the separation of channels that share a complex number.
/// Rows are transformed first, all of them. Then each column of bins is finished on its own: columns of inputs and kernels
/// transformed, multiplied bin by bin as complex matrices [entries × inputs]·[inputs × outputs], and inverted, so that full spectra
/// never leave the cache. Rows of outputs come last.
struct FourierConvolution: Sendable {
    let geometry: CorrelationGeometry
    let verticalPieces: [AxisPiece]
    let horizontalPieces: [AxisPiece]
    /// The transforms of columns and of rows.
    let columns: LaneTransform
    let rows: LaneTransform
    let inputBlocks: [LaneBlock]
    let outputBlocks: [LaneBlock]
    /// The most rows of an entry's input and output, rounded up to pairs.
    let inputRows: Int
    let outputRows: Int
    let kernelRows: Int
    /// The number of entries, how many are computed at once, and how many one matrix product takes.
    let entries: Int
    let entriesPerPass: Int
    let entriesPerProduct: Int
    /// The number of output blocks that one matrix product makes.
    let blocksPerProduct: Int

    /// The most bytes of row spectra that a pass may hold.
    static let passBytes = 24 << 20
    /// The most bytes of operands that a product of one column of bins should hold beside the kernels'.
    static let productBytes = 640 << 10

    init(_ geometry: CorrelationGeometry) {
        self.geometry = geometry
        let vertical = FourierTiling(geometry.vertical)
        let horizontal = FourierTiling(geometry.horizontal)
        verticalPieces = vertical.pieces
        horizontalPieces = horizontal.pieces
        columns = LaneTransform(length: vertical.period)
        rows = LaneTransform(length: horizontal.period)
        inputBlocks = LaneBlock.blocks(channels: geometry.inputChannels)
        outputBlocks = LaneBlock.blocks(
            channels: geometry.outputChannels, groups: geometry.isChannelwise ? 1 : geometry.groups)
        inputRows = Self.paired(verticalPieces.map(\.inputCount).max() ?? 0)
        outputRows = Self.paired(verticalPieces.map(\.outputCount).max() ?? 0)
        kernelRows = Self.paired(geometry.vertical.kernel)
        entries = geometry.batch * verticalPieces.count * horizontalPieces.count
        let entryBytes = rows.bins * (inputBlocks.count * inputRows + outputBlocks.count * outputRows) * 128
        entriesPerPass = min(max(Self.passBytes / max(entryBytes, 1), 16), entries)
        let productEntryBytes = columns.length * (inputBlocks.count + outputBlocks.count) * 128
        entriesPerProduct = min(max(Self.productBytes / productEntryBytes / 8 * 8, 8), entriesPerPass)
        let blocksPerGroup = geometry.groups > 1 && !geometry.isChannelwise ? outputBlocks.count / geometry.groups : 1
        let blockBytes = columns.length * geometry.inputChannels / geometry.groups * 128 * blocksPerGroup
        blocksPerProduct = min(max((2 << 20) / blockBytes, 1) * blocksPerGroup, outputBlocks.count)
    }

    private static func paired(_ rows: Int) -> Int { (rows + 1) / 2 * 2 }

    /// The floats from one bin to the next of the row spectra; a cache line more than there is, so that bins spread over the cache.
    func binStride(_ lines: Int) -> Int { lines * 32 + 32 }

    var inputBin: Int { binStride(entriesPerPass * inputBlocks.count * inputRows) }
    var outputBin: Int { binStride(entriesPerPass * outputBlocks.count * outputRows) }
    var kernelBin: Int { binStride(geometry.inputChannels / geometry.groups * outputBlocks.count * kernelRows) }

    /// Where a pass over `entries` begins and ends, and which picture and pieces an entry is.
    func position(of entry: Int) -> (picture: Int, vertical: AxisPiece, horizontal: AxisPiece) {
        let (rest, x) = entry.quotientAndRemainder(dividingBy: horizontalPieces.count)
        let (picture, y) = rest.quotientAndRemainder(dividingBy: verticalPieces.count)
        return (picture, verticalPieces[y], horizontalPieces[x])
    }

    /// Passes over consecutive entries.
    var passes: Partition { Partition(itemCount: entries, blockLength: entriesPerPass) }

    /// The factor that undoes the doubling of two row spectra and the lengths of the inverse transforms.
    var normalization: Float { 0.25 / Float(columns.length * rows.length) }

    /// Transforms the rows of one block of channels of one entry of `pictures`, whichever side it is.
    func transformRows(
        of entry: Int, block: LaneBlock, side: FourierSide, pictures: UnsafePointer<Float>,
        into spectrum: UnsafeMutablePointer<Float>, binStride: Int, scratch: UnsafeMutablePointer<Float>
    ) {
        let (picture, vertical, horizontal) = position(of: entry)
        let (y, x) = (side.part(vertical), side.part(horizontal))
        guard y.count > 0, x.count > 0 else { return }
        let (height, width, channels) = side.extents(geometry)
        var description = ccnn_rows(
            rows: y.count, rowStride: vertical.step * width * channels, stride: horizontal.step * channels,
            first: x.padding, count: x.count, lanes: block.lanes)
        var transform = rows.description
        ccnn_transformRows(
            &transform, &description,
            pictures + ((picture * height + y.start) * width + x.start) * channels + block.channel,
            pictures + geometry.batch * height * width * channels, spectrum, binStride, scratch)
    }

    /// Transforms a column of row spectra of one block of one entry.
    func transformColumn(
        of entry: Int, side: FourierSide, from spectrum: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>,
        stride: Int, imaginary: Int, scratch: UnsafeMutablePointer<Float>
    ) {
        let (_, vertical, horizontal) = position(of: entry)
        let y = side.part(vertical)
        let isEmpty = side.part(horizontal).count == 0
        var column = ccnn_columns(
            first: y.padding, count: isEmpty ? 0 : y.count, stride: stride, imaginary: imaginary,
            ahead: 32 * (side == .input ? inputRows : outputRows))
        var transform = columns.description
        ccnn_transformColumns(&transform, &column, spectrum, target, scratch)
    }
}

/// Which side of a convolution a picture is on: what it reads, or what it writes.
enum FourierSide {
    case input
    case output

    func part(_ piece: AxisPiece) -> (start: Int, count: Int, padding: Int) {
        switch self {
        case .input: (piece.inputStart, piece.inputCount, piece.padding)
        case .output: (piece.outputStart, piece.outputCount, 0)
        }
    }

    func extents(_ geometry: CorrelationGeometry) -> (height: Int, width: Int, channels: Int) {
        switch self {
        case .input: (geometry.vertical.input, geometry.horizontal.input, geometry.inputChannels)
        case .output: (geometry.vertical.output, geometry.horizontal.output, geometry.outputChannels)
        }
    }
}

/// How an axis is cut for transforms of one period.
struct FourierTiling {
    let pieces: [AxisPiece]
    let period: Int

    /// The cut with the least work: a piece of period N costs N·(c + log₂ N), the constant standing for what is done once a bin.
    init(_ axis: Axis) {
        let longest = ceilingDivision(axis.output, by: axis.dilation)
        var best: (cost: Double, tiling: (pieces: [AxisPiece], period: Int))?
        var count = 1
        while count <= max(longest / 8, 1) {
            let pieces = AxisPiece.pieces(of: axis, outputs: ceilingDivision(longest, by: count))
            let period = LaneTransform.length(atLeast: Self.leastPeriod(of: pieces, kernel: axis.kernel))
            let logarithm = Double(Int.bitWidth - period.leadingZeroBitCount)
            let cost = Double(pieces.count * period) * (8 + logarithm + (period > 128 ? 2 * logarithm : 0))
            if cost < best?.cost ?? .infinity { best = (cost, (pieces, period)) }
            count = max(count + 1, count * 5 / 4)
        }
        guard let tiling = best?.tiling else { preconditionFailure("an axis always has one piece at least") }
        (pieces, period) = tiling
    }

    /// The least period for which nothing that wraps around is read: outputs 0 ..< n read positions up to n + kernel − 2, of which those
    /// from the period on must fall on the zeros before the input, and the input itself must not reach beyond the period.
    private static func leastPeriod(of pieces: [AxisPiece], kernel: Int) -> Int {
        pieces.map { max($0.outputCount + kernel - 1 - $0.padding, $0.padding + $0.inputCount, $0.outputCount) }
            .reduce(kernel, max)
    }
}
