import CInnerLoops
import Parallelism

/// Convolution as the sum it is, for every dilation, stride, padding and number of groups, in either direction.
///
/// A run of rows of a picture is copied with zeros around it, where taps reach outside; then every row of outputs is one matrix product whose
/// inner sum runs over the taps and channels. Taps that read outside the picture for a whole row, or for a long run of a row, are skipped.
struct DirectConvolution: Sendable {
    /// Pictures as they are read or written.
    struct Pictures: Hashable, Sendable {
        var height: Int
        var width: Int
        var channels: Int

        var count: Int { height * width * channels }
    }

    /// One residue of outputs on both axes and everything that is the same for all of its rows.
    struct Pass: Sendable {
        let vertical: PassAxis
        let horizontal: PassAxis
        let segments: PlanList<Segment>
        /// Whether rows are copied before they are read.
        let isBuffered: Bool
        /// The floats from row to row, and from pixel to pixel, of what is read.
        let rowStride: Int
        let pixelStride: Int
        /// The rows of a strip at most.
        let rowsPerStrip: Int
        /// Where the taps of this pass begin in the packed kernel.
        let kernelStart: Int
    }

    /// A `TapAxis` as plain memory.
    struct PassAxis: Sendable {
        let targetStart: Int
        let targetStep: Int
        let count: Int
        let sourceStep: Int
        let lowest: Int
        let span: Int
        let taps: PlanList<TapAxis.Tap>
        /// For each target the taps that read inside the source.
        let insideTaps: PlanList<Range<Int>>

        init(_ axis: TapAxis, in tables: PlanTables) {
            targetStart = axis.targetStart
            targetStep = axis.targetStep
            count = axis.count
            sourceStep = axis.sourceStep
            lowest = axis.lowest
            span = axis.span
            taps = tables.keep(axis.taps)
            insideTaps = tables.keep((0..<axis.count).map(axis.insideTaps))
        }
    }

    /// A run of outputs of a row, and the reads of all taps for one of them, those of a row of taps together.
    struct Segment: Sendable {
        let targets: Range<Int>
        let steps: PlanList<ccnn_step>
        let stepsPerRow: Int
        let inner: Int
    }

    /// What one thread computes at a time: rows and columns of a pass' outputs.
    struct Strip: Sendable {
        let pass: Int
        let rows: Range<Int>
        let columns: Range<Int>
    }

    let geometry: CorrelationGeometry
    let isAdjoint: Bool
    let source: Pictures
    let target: Pictures
    let passes: PlanList<Pass>
    let strips: PlanList<Strip>
    /// Whether the rows of a product are the same output of all pictures, as is better for small pictures, instead of neighbours of one.
    let spansPictures: Bool
    /// How often a channel of the convolution's input is used, where channels do not mix otherwise; nil where they do.
    let multiplier: Int?
    private let tables = PlanTables()

    /// The floats that the copy of a run of rows should have at most.
    static let stripCount = 48 << 10
    /// The rows of outputs that fill a matrix product's registers.
    static let productRows = 8

    /// The most pixels of a row that rows of a pointwise convolution are joined to.
    private static let joinedPixels = 4 << 10
    /// The floats of such a row where the product reads it several times, once for every 48 channels that it writes.
    private static let joinedCount = 8 << 10

    /// Pointwise convolutions with long rows: every product fetches its operands ahead except for its first ones, and ends in a smaller one.
    private static func joiningRows(of geometry: CorrelationGeometry, isAdjoint: Bool) -> CorrelationGeometry {
        guard geometry.isPointwise, geometry.groups == 1 else { return geometry }
        let (inputs, outputs) = (geometry.inputChannels, geometry.outputChannels)
        let readsOnce = (isAdjoint ? inputs : outputs) <= 48
        return geometry.joiningRows(pixels: readsOnce ? joinedPixels : joinedCount / (isAdjoint ? outputs : inputs))
    }

    /// The forward direction of `original`, or the input's gradient.
    init(_ original: CorrelationGeometry, isAdjoint: Bool) {
        let geometry = Self.joiningRows(of: original, isAdjoint: isAdjoint)
        self.geometry = geometry
        self.isAdjoint = isAdjoint
        let input = Pictures(
            height: geometry.vertical.input, width: geometry.horizontal.input, channels: geometry.inputChannels)
        let output = Pictures(
            height: geometry.vertical.output, width: geometry.horizontal.output, channels: geometry.outputChannels)
        source = isAdjoint ? output : input
        target = isAdjoint ? input : output
        let isChannelwise = geometry.groups > 1 && geometry.groups == geometry.inputChannels
        multiplier = isChannelwise ? geometry.outputChannels / geometry.inputChannels : nil
        let verticals = isAdjoint ? TapAxis.adjoint(geometry.vertical) : [.forward(geometry.vertical)]
        let horizontals = isAdjoint ? TapAxis.adjoint(geometry.horizontal) : [.forward(geometry.horizontal)]
        let spansPictures =
            !isChannelwise && geometry.batch >= Self.productRows
            && horizontals.allSatisfy { $0.count < Self.productRows }
        var passes: [Pass] = []
        var strips: [Strip] = []
        var kernelStart = 0
        let builder = DirectPassBuilder(
            source: source, target: target, groups: geometry.groups,
            planes: isChannelwise ? (isAdjoint ? multiplier : 1) : nil, spansPictures: spansPictures, tables: tables)
        for vertical in verticals {
            for horizontal in horizontals {
                let pass = builder.pass(vertical, horizontal, kernelStart: kernelStart)
                kernelStart += builder.kernelCount(vertical, horizontal)
                let columns = spansPictures ? 1 : max(horizontal.count, 1)
                for rows in Partition(itemCount: vertical.count, blockLength: pass.rowsPerStrip) {
                    for columns in Partition(itemCount: horizontal.count, blockLength: columns) {
                        strips.append(Strip(pass: passes.count, rows: rows, columns: columns))
                    }
                }
                passes.append(pass)
            }
        }
        self.passes = tables.keep(passes)
        self.strips = tables.keep(strips)
        self.spansPictures = spansPictures
    }

    /// The groups whose channels are mixed, one where none are.
    var groups: Int { multiplier == nil ? geometry.groups : 1 }

    /// The lanes of one group of the target.
    var lanes: Int { roundedToLanes(target.channels / groups) }
}
