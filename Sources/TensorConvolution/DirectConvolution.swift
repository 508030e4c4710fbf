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
        let vertical: TapAxis
        let horizontal: TapAxis
        let segments: [Segment]
        /// Whether rows are copied before they are read.
        let isBuffered: Bool
        /// The floats from row to row, and from pixel to pixel, of what is read.
        let rowStride: Int
        let pixelStride: Int
        /// The floats between the planes of a channelwise source.
        let rowsPerStrip: Int
        /// Where the taps of this pass begin in the packed kernel.
        let kernelStart: Int
    }

    /// A run of outputs of a row, and the reads of all taps for one of them, those of a row of taps together.
    struct Segment: Sendable {
        let targets: Range<Int>
        let steps: [ccnn_step]
        let stepsPerRow: Int
        let inner: Int
    }

    let geometry: CorrelationGeometry
    let isAdjoint: Bool
    let source: Pictures
    let target: Pictures
    let passes: [Pass]
    /// The runs of rows: the pass and its outputs' rows.
    let strips: [(pass: Int, rows: Range<Int>)]
    /// How often a channel of the convolution's input is used, where channels do not mix otherwise; nil where they do.
    let multiplier: Int?

    /// The floats that the copy of a run of rows should have at most.
    static let stripCount = 48 << 10

    /// The forward direction of `geometry`, or the input's gradient.
    init(_ geometry: CorrelationGeometry, isAdjoint: Bool) {
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
        var passes: [Pass] = []
        var strips: [(Int, Range<Int>)] = []
        var kernelStart = 0
        let builder = DirectPassBuilder(
            source: source, target: target, groups: geometry.groups,
            planes: isChannelwise ? (isAdjoint ? multiplier : 1) : nil)
        for vertical in verticals {
            for horizontal in horizontals {
                let pass = builder.pass(vertical, horizontal, kernelStart: kernelStart)
                kernelStart += builder.kernelCount(vertical, horizontal)
                for rows in Partition(itemCount: vertical.count, blockLength: pass.rowsPerStrip) {
                    strips.append((passes.count, rows))
                }
                passes.append(pass)
            }
        }
        self.passes = passes
        self.strips = strips
    }

    /// The groups whose channels are mixed, one where none are.
    var groups: Int { multiplier == nil ? geometry.groups : 1 }

    /// The lanes of one group of the target.
    var lanes: Int { roundedToLanes(target.channels / groups) }
}
