import CInnerLoops
import Parallelism

/// Direct convolution of stride 1 where every channel stays by itself, forward and with respect to the kernel; with the adjoint geometry and
/// kernel, the input's gradient.
///
/// Rows are read where they lie: a run of outputs with the same taps inside the picture is one run of numbers, whatever the number of channels, and
/// the kernel is a table that repeats after as many numbers as both the channels and a vector divide.
struct ChannelwiseConvolution: Sendable {
    let geometry: CorrelationGeometry
    private let rows: ccnn_channelwiseRows

    /// The most taps, whose sum is one: errors grow with the square root of their number.
    private static let mostTaps = 1_024
    /// The terms of one sum of a kernel's gradient that is added to others.
    private static let termsPerSum = 2_048
    /// The numbers of the output that one item of work should write.
    private static let itemCount = 16 << 10

    /// Whether it can compute convolutions of this geometry.
    static func supports(_ geometry: CorrelationGeometry) -> Bool {
        geometry.isChannelwise && geometry.hasUnitStride
            && geometry.vertical.kernel * geometry.horizontal.kernel <= mostTaps
    }

    init(_ geometry: CorrelationGeometry) {
        precondition(Self.supports(geometry), "the channels mix, or the stride is not 1")
        self.geometry = geometry
        // Channels have as many factors 2 as a vector, or less.
        let shared = min(geometry.inputChannels & -geometry.inputChannels, 16)
        rows = ccnn_channelwiseRows(
            vertical: ccnn_axis(geometry.vertical), horizontal: ccnn_axis(geometry.horizontal),
            channels: geometry.inputChannels, period: geometry.inputChannels / shared * 16)
    }

    private var taps: Int { geometry.vertical.kernel * geometry.horizontal.kernel }
    private var line: Int { rows.period + 16 }
    private var tableCount: Int { taps * line }

    private var inputPicture: Int { geometry.vertical.input * geometry.horizontal.input * geometry.inputChannels }
    private var outputPicture: Int { geometry.vertical.output * geometry.horizontal.output * geometry.outputChannels }

    private var strips: Partition {
        let row = geometry.horizontal.output * geometry.outputChannels
        return Partition(itemCount: geometry.vertical.output, blockLength: max(Self.itemCount / max(row, 1), 1))
    }

    /// The floats of work space that `correlate` needs.
    var correlationCount: Int { tableCount + line }

    /// Computes the output from input, kernel and bias.
    func correlate(
        input: UnsafePointer<Float>, kernel: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
        output: UnsafeMutablePointer<Float>, pool: WorkerPool, memory: UnsafeMutablePointer<Float>
    ) {
        for tap in 0..<taps { repeatChannels(kernel + tap * rows.channels, into: memory + tap * line) }
        let shifts = bias.map { bias in
            repeatChannels(bias, into: memory + tableCount)
            return UnsafePointer(memory + tableCount)
        }
        let (strips, rows) = (strips, rows)
        let (inputPicture, outputPicture) = (inputPicture, outputPicture)
        pool.forEach(geometry.batch * strips.count) { item in
            let (picture, strip) = item.quotientAndRemainder(dividingBy: strips.count)
            withUnsafePointer(to: rows) {
                ccnn_channelwiseOutput(
                    $0, strips[strip].lowerBound, strips[strip].count, input + picture * inputPicture, memory, shifts,
                    output + picture * outputPicture)
            }
        }
    }

    /// Writes a line of a table: one number for each channel, repeated.
    private func repeatChannels(_ numbers: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>) {
        for start in stride(from: 0, to: line, by: rows.channels) {
            (target + start).update(from: numbers, count: min(rows.channels, line - start))
        }
    }

    /// Runs of strips that are summed apart.
    private var sums: Partition {
        let items = geometry.batch * strips.count
        return Partition(itemCount: items, blockLength: max(ceilingDivision(items, by: 16), 1))
    }

    /// The floats of work space that `kernelGradient` needs with the given number of workers.
    func gradientCount(workers: Int) -> Int { (sums.count + workers) * tableCount }

    /// Computes the kernel's gradient from the input and the output's gradient.
    func kernelGradient(
        input: UnsafePointer<Float>, outputGradient: UnsafePointer<Float>, into kernel: UnsafeMutablePointer<Float>,
        pool: WorkerPool, memory: UnsafeMutablePointer<Float>
    ) {
        let (sums, strips, rows, count) = (sums, strips, rows, tableCount)
        let (inputPicture, outputPicture) = (inputPicture, outputPicture)
        let rowsPerSum = max(Self.termsPerSum / max(geometry.horizontal.output, 1), 1)
        pool.forEach(sums.count) { index, worker in
            let (total, partial) = (memory + index * count, memory + (sums.count + worker) * count)
            total.update(repeating: 0, count: count)
            for item in sums[index] {
                let (picture, strip) = item.quotientAndRemainder(dividingBy: strips.count)
                for first in stride(from: strips[strip].lowerBound, to: strips[strip].upperBound, by: rowsPerSum) {
                    partial.update(repeating: 0, count: count)
                    withUnsafePointer(to: rows) {
                        ccnn_channelwiseKernelGradient(
                            $0, first, min(rowsPerSum, strips[strip].upperBound - first),
                            input + picture * inputPicture, outputGradient + picture * outputPicture, partial)
                    }
                    add(partial, to: total, count)
                }
            }
        }
        for index in 1..<max(sums.count, 1) { add(memory + index * count, to: memory, count) }
        for tap in 0..<taps {
            for channel in 0..<rows.channels {
                let repeats = stride(from: channel, to: rows.period, by: rows.channels)
                kernel[tap * rows.channels + channel] = repeats.reduce(0) { $0 + memory[tap * line + $1] }
            }
        }
    }

    /// The work of one call in any direction.
    var work: ConvolutionWork {
        func readers(_ axis: Axis) -> Int { (0..<axis.kernel).reduce(0) { $0 + axis.outputs(readBy: $1).count } }
        var work = ConvolutionWork()
        let vectors = Double(geometry.outputChannels) / 16
        work.products =
            Double(geometry.batch * readers(geometry.vertical)) * Double(readers(geometry.horizontal)) * vectors
        let runs = Double(min(2 * geometry.horizontal.kernel - 1, geometry.horizontal.output))
        work.calls = Double(geometry.batch * geometry.vertical.output) * runs * Double(rows.period / 16)
        work.moved = Double(geometry.inputCount + geometry.outputCount) / 16
        return work
    }
}

extension ccnn_axis {
    /// An axis of stride 1 for the inner loops.
    fileprivate init(_ axis: Axis) {
        self.init(
            input: axis.input, output: axis.output, kernel: axis.kernel, dilation: axis.dilation, padding: axis.padding)
    }
}
