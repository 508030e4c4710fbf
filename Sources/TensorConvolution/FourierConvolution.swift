import CInnerLoops
import Parallelism

/// Convolution of stride 1, or a part of one of another stride, as a product of spectra.
///
/// Pictures are cut into entries: the interleaved sub-grids of a dilation, and tiles of what is large. All have one period. Channels lie in
/// vectors of sixteen, so that transforms need neither shuffling nor the separation of channels that share a complex number; entries with few channels
/// share a vector. Rows are transformed first, all of them. Then each column of bins is finished on its own: columns of inputs and kernels
/// transformed, multiplied bin by bin as complex matrices [entries × inputs]·[inputs × outputs], and inverted, so that full spectra
/// never leave the cache. Rows of outputs come last.
struct FourierConvolution: Sendable {
    let geometry: CorrelationGeometry
    /// The part of the convolution that is computed, and its pieces on both axes.
    let vertical: AxisPart
    let horizontal: AxisPart
    let verticalPieces: [AxisPiece]
    let horizontalPieces: [AxisPiece]
    /// The transforms of columns and of rows.
    let columns: LaneTransform
    let rows: LaneTransform
    let input: EntryLanes
    let output: EntryLanes
    /// The rows kept of an entry's input, output and of a kernel, rounded up to pairs.
    let inputRows: Int
    let outputRows: Int
    let kernelRows: Int
    /// The most rows and columns that an entry's output has.
    let outputExtent: (rows: Int, columns: Int)
    /// The number of entries, how many are computed at once, and how many one matrix product takes.
    let entries: Int
    let entriesPerPass: Int
    let entriesPerProduct: Int
    /// Passes over consecutive entries, all but the last of them `entriesPerPass`.
    let passes: [Range<Int>]
    /// The number of output blocks that one matrix product makes.
    let blocksPerProduct: Int

    /// The most bytes of operands that a product of one column of bins should hold beside the kernels'.
    static let productBytes = 640 << 10

    /// The parts of `geometry`, whose sum it is, or of its input's gradient; a pass holds at most `passBytes` of row spectra, but sixteen entries.
    static func parts(
        of geometry: CorrelationGeometry, isAdjoint: Bool, passBytes: Int = 13 << 20
    ) -> [FourierConvolution] {
        let verticals = isAdjoint ? AxisPart.adjoint(geometry.vertical) : AxisPart.forward(geometry.vertical)
        let horizontals = isAdjoint ? AxisPart.adjoint(geometry.horizontal) : AxisPart.forward(geometry.horizontal)
        let whole = isAdjoint ? geometry.adjoint : geometry
        return verticals.flatMap { vertical in
            horizontals.map { FourierConvolution(whole, vertical: vertical, horizontal: $0, passBytes: passBytes) }
        }
    }

    /// Whether the parts leave something of the result out: samples of the input that no output reads, or taps that read nothing but zeros.
    static func leavesGaps(_ geometry: CorrelationGeometry, _ direction: ConvolutionDirection) -> Bool {
        [geometry.vertical, geometry.horizontal].contains { axis in
            switch direction {
            case .forward: false
            case .inputGradient: AxisPart.adjoint(axis).count < min(axis.stride, axis.input)
            case .kernelGradient: AxisPart.forward(axis).reduce(0) { $0 + $1.axis.kernel } < axis.kernel
            }
        }
    }

    private init(_ geometry: CorrelationGeometry, vertical: AxisPart, horizontal: AxisPart, passBytes: Int) {
        self.geometry = geometry
        self.vertical = vertical
        self.horizontal = horizontal
        let (verticalTiling, horizontalTiling) = (FourierTiling(vertical), FourierTiling(horizontal))
        verticalPieces = verticalTiling.pieces
        horizontalPieces = horizontalTiling.pieces
        columns = LaneTransform(length: verticalTiling.period)
        rows = LaneTransform(length: horizontalTiling.period)
        entries = geometry.batch * verticalPieces.count * horizontalPieces.count
        let mixingGroups = geometry.isChannelwise ? 1 : geometry.groups
        let canPack = mixingGroups == 1 && entries > 1
        input = EntryLanes(channels: geometry.inputChannels, groups: 1, canPack: canPack)
        output = EntryLanes(channels: geometry.outputChannels, groups: mixingGroups, canPack: canPack)
        let isPacked = input.isPacked
        inputRows = Self.paired(verticalPieces.map { isPacked ? $0.padding + $0.inputCount : $0.inputCount }.max() ?? 0)
        outputExtent = (
            verticalPieces.map(\.outputCount).max() ?? 0, horizontalPieces.map(\.outputCount).max() ?? 0
        )
        outputRows = Self.paired(outputExtent.rows)
        kernelRows = Self.paired(vertical.axis.kernel)
        let entryBytes = rows.bins * (input.perEntry * inputRows + output.perEntry * outputRows) * 8
        entriesPerPass = Self.whole(min(max(passBytes / max(entryBytes, 1), 16), entries), entries)
        let (entries, entriesPerPass) = (entries, entriesPerPass)
        passes = stride(from: 0, to: entries, by: entriesPerPass).map { $0..<min($0 + entriesPerPass, entries) }
        let productEntryBytes = columns.length * (input.perEntry + output.perEntry) * 8
        entriesPerProduct = Self.whole(
            min(max(Self.productBytes / productEntryBytes, 8), entriesPerPass), entriesPerPass)
        let blocksPerGroup = mixingGroups > 1 ? output.blocks.count / mixingGroups : 1
        let blockBytes = columns.length * geometry.inputChannels / geometry.groups * 128 * blocksPerGroup
        blocksPerProduct = min(max((2 << 20) / blockBytes, 1) * blocksPerGroup, output.blocks.count)
    }

    private static func paired(_ rows: Int) -> Int { (rows + 1) / 2 * 2 }

    /// Less than `count` entries as a multiple of sixteen, or else of eight, so that vectors and products are full; all of them where that is as many.
    private static func whole(_ count: Int, _ all: Int) -> Int {
        count >= all ? all : max(count >= 16 ? count / 16 * 16 : 16, 16)
    }

    /// The floats from one bin to the next of the row spectra; a cache line more than there is, so that bins spread over the cache.
    private func binStride(_ lines: Int) -> Int { lines * 32 + 32 }

    var kernelBin: Int { binStride(geometry.inputChannels / geometry.groups * output.blocks.count * kernelRows) }

    /// The floats from one bin to the next of the row spectra of a pass, of inputs and outputs alike.
    var bin: Int { binStride(ceilingDivision(entriesPerPass, by: 16) * groupLines) }

    /// The lines of 32 floats that sixteen entries have for their row spectra: as many as the larger side needs, so that outputs may replace inputs.
    private var groupLines: Int {
        let entries = min(entriesPerPass, 16)
        return max(input.vectors(entries) * inputRows, output.vectors(entries) * outputRows)
    }

    /// Where the row spectra of a vector of a pass begin within a bin.
    func place(of vector: Int, _ side: FourierSide) -> Int {
        let (group, rest) = vector.quotientAndRemainder(dividingBy: lanes(side).vectors(16))
        return (group * groupLines + rest * rowCount(side)) * 32
    }

    /// Whether the outputs' row spectra replace those of the inputs, which nothing reads any more once a column of bins is multiplied.
    var isInPlace: Bool { blocksPerProduct == output.blocks.count }

    /// Which picture and pieces an entry is.
    func position(of entry: Int) -> (picture: Int, vertical: AxisPiece, horizontal: AxisPiece) {
        let (rest, x) = entry.quotientAndRemainder(dividingBy: horizontalPieces.count)
        let (picture, y) = rest.quotientAndRemainder(dividingBy: verticalPieces.count)
        return (picture, verticalPieces[y], horizontalPieces[x])
    }

    /// The factor that undoes the doubling of two row spectra and the lengths of the inverse transforms.
    var normalization: Float { 0.25 / Float(columns.length * rows.length) }

    /// The floats of a worker's scratch: for transforms, and for a pair of rows of packed pixels.
    var scratchCount: Int {
        max(rows.scratchCount, columns.scratchCount) + 32 * max(rows.length, horizontal.axis.kernel)
    }

    /// The part of a worker's scratch for a pair of rows of packed pixels.
    func pair(_ scratch: UnsafeMutablePointer<Float>) -> UnsafeMutablePointer<Float> {
        scratch + max(rows.scratchCount, columns.scratchCount)
    }

    func lanes(_ side: FourierSide) -> EntryLanes { side == .input ? input : output }
    func rowCount(_ side: FourierSide) -> Int { side == .input ? inputRows : outputRows }

    /// Transforms the rows of one vector of channels of a pass over `pictures`, whichever side it is, into its place among the row spectra.
    func transformRows(
        of vector: Int, pass: Range<Int>, side: FourierSide, pictures: UnsafePointer<Float>,
        into spectra: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>
    ) {
        let spectrum = spectra + place(of: vector, side)
        if lanes(side).isPacked {
            transformPackedRows(
                of: vector, pass: pass, side: side, pictures: pictures, into: spectrum, scratch: scratch)
            return
        }
        let (index, block) = vector.quotientAndRemainder(dividingBy: lanes(side).blocks.count)
        let (picture, vertical, horizontal) = position(of: pass.lowerBound + index)
        let (y, x) = (side.part(vertical), side.part(horizontal))
        guard y.count > 0, x.count > 0 else { return }
        let (height, width, channels) = side.extents(geometry)
        let channelBlock = lanes(side).blocks[block]
        var description = ccnn_rows(
            rows: y.count, rowStride: y.step * width * channels, stride: x.step * channels,
            first: x.padding, count: x.count, lanes: channelBlock.lanes)
        var transform = rows.description
        ccnn_transformRows(
            &transform, &description,
            pictures + ((picture * height + y.start) * width + x.start) * channels + channelBlock.channel,
            pictures + geometry.batch * height * width * channels, spectrum, bin, scratch)
    }

    /// Transforms a column of the row spectra of one vector of a pass.
    func transformColumn(
        of vector: Int, pass: Range<Int>, side: FourierSide, from spectra: UnsafePointer<Float>,
        into target: UnsafeMutablePointer<Float>, _ operand: Operand, scratch: UnsafeMutablePointer<Float>
    ) {
        let rowCount = rowCount(side)
        var column = ccnn_columns(
            first: 0, count: rowCount, stride: operand.stride, imaginary: operand.imaginary, ahead: 32 * rowCount)
        if !lanes(side).isPacked {
            let (_, vertical, horizontal) = position(of: pass.lowerBound + vector / lanes(side).blocks.count)
            let y = side.part(vertical)
            column.first = y.padding
            column.count = side.part(horizontal).count == 0 ? 0 : y.count
        }
        var transform = columns.description
        ccnn_transformColumns(&transform, &column, spectra + place(of: vector, side), target, scratch)
    }
}

/// Which side of a convolution a picture is on: what it reads, or what it writes.
enum FourierSide {
    case input
    case output

    func part(_ piece: AxisPiece) -> (start: Int, step: Int, count: Int, padding: Int) {
        switch self {
        case .input: (piece.inputStart, piece.inputStep, piece.inputCount, piece.padding)
        case .output: (piece.outputStart, piece.outputStep, piece.outputCount, 0)
        }
    }

    func extents(_ geometry: CorrelationGeometry) -> (height: Int, width: Int, channels: Int) {
        switch self {
        case .input: (geometry.vertical.input, geometry.horizontal.input, geometry.inputChannels)
        case .output: (geometry.vertical.output, geometry.horizontal.output, geometry.outputChannels)
        }
    }
}
