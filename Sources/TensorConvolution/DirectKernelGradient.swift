import CInnerLoops
import Parallelism

/// The kernel's gradient as the sum it is: kernel[u, i, o] = Σ over all outputs of input[output·stride + u·dilation − padding, i] · gradient[output, o].
///
/// For each tap the outputs that read inside the picture through it form a rectangle; its sum is a matrix product
/// [inputs × outputs' pixels]·[outputs' pixels × outputs]. Runs of pictures are summed apart, and the runs in their order.
struct DirectKernelGradient: Sendable {
    let geometry: CorrelationGeometry
    /// Whether channels do not mix, and how often each of the input's is used.
    let multiplier: Int?
    /// The rows of outputs that one product sums over at most, and where they are read.
    let rowsPerStrip: Int
    private let steps: PlanList<ccnn_step>
    private let tables = PlanTables()

    /// The most bytes of partial sums.
    static let sumBytes = 16 << 20

    init(_ geometry: CorrelationGeometry) {
        self.geometry = geometry
        let isChannelwise = geometry.groups > 1 && geometry.groups == geometry.inputChannels
        multiplier = isChannelwise ? geometry.outputChannels / geometry.inputChannels : nil
        let row =
            geometry.horizontal.output * geometry.outputChannels
            + geometry.horizontal.input * geometry.inputChannels * geometry.vertical.stride
        rowsPerStrip = min(max((96 << 10) / row, 4), geometry.vertical.output)
        let inputRow = geometry.vertical.stride * geometry.horizontal.input
        let outputRow = geometry.horizontal.output
        let copied = roundedToLanes(geometry.outputChannels)
        let (inputPixel, outputPixel) =
            isChannelwise ? (copied, copied) : (geometry.inputChannels, geometry.outputChannels)
        steps = tables.keep(
            (0..<rowsPerStrip).map { ccnn_step(a: $0 * inputRow * inputPixel, b: $0 * outputRow * outputPixel) })
    }

    private var groups: Int { multiplier == nil ? geometry.groups : 1 }
    private var depth: Int { multiplier == nil ? geometry.inputChannels / geometry.groups : 1 }
    private var columns: Int { geometry.outputChannels / groups }
    private var lanes: Int { roundedToLanes(columns) }
    private var taps: Int { geometry.vertical.kernel * geometry.horizontal.kernel }
    private var sumCount: Int { (groups * taps * depth * lanes + 15) / 16 * 16 }

    private var strips: Partition { Partition(itemCount: geometry.vertical.output, blockLength: rowsPerStrip) }
    private var items: Int { geometry.batch * strips.count }
    private var runs: Partition {
        let most = min(max(Self.sumBytes / (4 * sumCount), 2), 16)
        // A power of two, which most numbers of threads divide.
        let count = 1 << (Int.bitWidth - 1 - most.leadingZeroBitCount)
        return Partition(itemCount: items, blockLength: ceilingDivision(items, by: count))
    }

    /// Whether pixels are copied into whole vectors, those of the input into the channels of the outputs.
    private var copies: Bool { multiplier != nil }

    /// The floats from pixel to pixel of the input and of the output's gradient as they are read.
    private var inputStride: Int { copies ? lanes : geometry.inputChannels }
    private var gradientStride: Int { copies ? lanes : geometry.outputChannels }

    private var gradientBuffer: Int { rowsPerStrip * geometry.horizontal.output * gradientStride + 16 }
    private var inputBuffer: Int {
        guard copies else { return 0 }
        let rows = (rowsPerStrip - 1) * geometry.vertical.stride + geometry.vertical.extent
        return min(rows, geometry.vertical.input) * geometry.horizontal.input * lanes
    }

    /// The floats of a worker, for what is copied.
    private var bufferCount: Int { (gradientBuffer + inputBuffer + 31) / 16 * 16 }

    /// The floats of work space that `kernelGradient` needs with the given number of workers.
    func gradientCount(workers: Int) -> Int {
        runs.count * sumCount + workers * bufferCount
    }

    /// Computes the kernel's gradient from the input and the output's gradient.
    func kernelGradient(
        input: UnsafePointer<Float>, outputGradient: UnsafePointer<Float>, into kernel: UnsafeMutablePointer<Float>,
        pool: WorkerPool, memory: UnsafeMutablePointer<Float>
    ) {
        let (runs, strips) = (runs, strips)
        let buffers = memory + runs.count * sumCount
        let inputPicture = geometry.vertical.input * geometry.horizontal.input * geometry.inputChannels
        let outputPicture = geometry.vertical.output * geometry.horizontal.output * geometry.outputChannels
        pool.forEach(runs.count) { run, worker in
            let sum = memory + run * sumCount
            sum.update(repeating: 0, count: sumCount)
            for item in runs[run] {
                let (picture, strip) = item.quotientAndRemainder(dividingBy: strips.count)
                addStrip(
                    rows: strips[strip], input: input + picture * inputPicture,
                    gradient: outputGradient + picture * outputPicture,
                    beforeEnd: (geometry.batch - picture) * outputPicture, to: sum,
                    buffer: buffers + worker * bufferCount)
            }
        }
        for run in 1..<max(runs.count, 1) { add(memory + run * sumCount, to: memory, sumCount) }
        unpack(memory, into: kernel)
    }

    private func addStrip(
        rows: Range<Int>, input: UnsafePointer<Float>, gradient: UnsafePointer<Float>, beforeEnd: Int,
        to sum: UnsafeMutablePointer<Float>, buffer: UnsafeMutablePointer<Float>
    ) {
        let width = geometry.horizontal.output
        var gradients = gradient + rows.lowerBound * width * geometry.outputChannels
        if copies || beforeEnd < rows.upperBound * width * geometry.outputChannels + lanes - columns {
            // The product reads whole vectors of the gradient, whose surplus goes to sums that nobody reads, but not beyond the last pixel.
            copyGradient(gradients, pixels: rows.count * width, into: buffer)
            gradients = UnsafePointer(buffer)
        }
        var (inputs, firstInputRow) = (input, 0)
        let pixelStride = inputStride
        if copies {
            let first = max(rows.lowerBound * geometry.vertical.stride - geometry.vertical.padding, 0)
            let last =
                (rows.upperBound - 1) * geometry.vertical.stride - geometry.vertical.padding + geometry.vertical.extent
            let end = min(last, geometry.vertical.input)
            if first < end { copyInput(input, rows: first..<end, into: buffer + gradientBuffer) }
            (inputs, firstInputRow) = (UnsafePointer(buffer + gradientBuffer), first)
        }
        for tap in 0..<geometry.vertical.kernel {
            let readers = geometry.vertical.outputs(readBy: tap).clamped(to: rows)
            guard !readers.isEmpty else { continue }
            let row =
                readers.lowerBound * geometry.vertical.stride + tap * geometry.vertical.dilation
                - geometry.vertical.padding
            addRowOfTaps(
                tap, rows: readers.count,
                inputs: inputs + (row - firstInputRow) * geometry.horizontal.input * pixelStride,
                gradients: gradients + (readers.lowerBound - rows.lowerBound) * width * gradientStride, to: sum)
        }
    }

    private func addRowOfTaps(
        _ row: Int, rows: Int, inputs: UnsafePointer<Float>, gradients: UnsafePointer<Float>,
        to sum: UnsafeMutablePointer<Float>
    ) {
        let x = geometry.horizontal
        let shared = sharedReaders
        if !shared.isEmpty {
            // Neighbouring taps of a pixel's few channels are one run of memory on both sides.
            addProduct(
                row, tap: 0, taps: x.kernel, readers: shared, rows: rows, inputs: inputs, gradients: gradients, to: sum)
        }
        for tap in 0..<x.kernel {
            let readers = x.outputs(readBy: tap)
            func add(_ readers: Range<Int>) {
                guard !readers.isEmpty else { return }
                addProduct(
                    row, tap: tap, taps: 1, readers: readers, rows: rows, inputs: inputs, gradients: gradients, to: sum)
            }
            if shared.isEmpty {
                add(readers)
            } else {
                add(readers.lowerBound..<shared.lowerBound)
                add(shared.upperBound..<readers.upperBound)
            }
        }
    }

    /// Whether several taps are summed over at once, so that few channels keep the multipliers busy too.
    var sumsTapsTogether: Bool { !sharedReaders.isEmpty }

    /// The outputs that all taps of a row read inside for, where it is better to sum over these taps at once; else none.
    private var sharedReaders: Range<Int> {
        let x = geometry.horizontal
        guard multiplier == nil, groups == 1, x.dilation == 1, depth < 8, x.kernel > 1 else { return 0..<0 }
        let (first, last) = (x.outputs(readBy: 0), x.outputs(readBy: x.kernel - 1))
        return first.lowerBound < last.upperBound ? first.lowerBound..<max(last.upperBound, first.lowerBound) : 0..<0
    }

    /// Adds what `taps` neighbouring taps of a row of the kernel sum over the outputs `readers` of `rows` rows.
    private func addProduct(
        _ row: Int, tap: Int, taps: Int, readers: Range<Int>, rows: Int, inputs: UnsafePointer<Float>,
        gradients: UnsafePointer<Float>, to sum: UnsafeMutablePointer<Float>
    ) {
        let (x, stride, pixelStride) = (geometry.horizontal, gradientStride, inputStride)
        var shape = ccnn_realShape(
            rows: taps * depth, columns: multiplier == nil ? lanes : columns, inner: readers.count, outer: rows,
            aRow: 1, aInner: x.stride * pixelStride, bInner: stride, cRow: lanes, steps: steps.base, bias: nil,
            accumulate: true)
        let column = readers.lowerBound * x.stride + tap * x.dilation - x.padding
        let from = inputs + column * pixelStride
        let right = gradients + readers.lowerBound * stride
        let to = sum + (row * x.kernel + tap) * depth * lanes
        if multiplier != nil {
            ccnn_channelwiseProduct(&shape, from, right, to)
            return
        }
        for group in 0..<groups {
            ccnn_realProduct(
                &shape, from + group * depth, right + group * columns, to + group * self.taps * depth * lanes)
        }
    }

    private func copyGradient(
        _ gradient: UnsafePointer<Float>, pixels: Int, into buffer: UnsafeMutablePointer<Float>
    ) {
        guard copies, columns != lanes else {
            buffer.update(from: gradient, count: pixels * gradientStride)
            return
        }
        for pixel in 0..<pixels {
            let to = buffer + pixel * lanes
            to.update(from: gradient + pixel * columns, count: columns)
            (to + columns).update(repeating: 0, count: lanes - columns)
        }
    }

    /// Copies rows of the input, every channel as often as outputs use it.
    private func copyInput(
        _ input: UnsafePointer<Float>, rows: Range<Int>, into buffer: UnsafeMutablePointer<Float>
    ) {
        let multiplier = multiplier ?? 1
        let first = rows.lowerBound * geometry.horizontal.input
        for pixel in 0..<rows.count * geometry.horizontal.input {
            let (from, to) = (input + (first + pixel) * geometry.inputChannels, buffer + pixel * lanes)
            if multiplier == 1 {
                to.update(from: from, count: columns)
            } else {
                for lane in 0..<columns { to[lane] = from[lane / multiplier] }
            }
            (to + columns).update(repeating: 0, count: lanes - columns)
        }
    }

    private func unpack(_ sums: UnsafePointer<Float>, into kernel: UnsafeMutablePointer<Float>) {
        for group in 0..<groups {
            for row in 0..<taps * depth {
                (kernel + row * geometry.outputChannels + group * columns)
                    .update(from: sums + (group * taps * depth + row) * lanes, count: columns)
            }
        }
    }
}
