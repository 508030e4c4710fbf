import CInnerLoops
import Parallelism

/// The forward direction; with the adjoint geometry and kernel, the input's gradient.
extension FourierConvolution {
    /// Where the parts of the work space for one correlation lie.
    struct CorrelationLayout {
        let kernel: Int
        let input: Int
        let output: Int
        let bias: Int
        /// The beginning of the first worker's part, and the size of each.
        let workers: Int
        let workerCount: Int
        /// Within a worker's part: scratch for transforms, and the operands of the product.
        let a: Int
        let b: Int
        let c: Int

        init(_ plan: FourierConvolution) {
            var layout = WorkSpaceLayout()
            kernel = layout.reserve(plan.rows.bins * plan.kernelBin)
            input = layout.reserve(plan.rows.bins * plan.inputBin)
            output = layout.reserve(plan.rows.bins * plan.outputBin)
            bias = layout.reserve(plan.outputBlocks.count * 16)
            workers = layout.count
            var worker = WorkSpaceLayout()
            _ = worker.reserve(max(plan.rows.scratchCount, plan.columns.scratchCount))
            a = worker.reserve(plan.columns.length * plan.inputOperand.stride)
            b = worker.reserve(plan.columns.length * plan.kernelOperand.stride)
            c = worker.reserve(plan.columns.length * plan.outputOperand.stride)
            workerCount = worker.count
        }
    }

    /// How a matrix lies for each bin: the floats from bin to bin, from row to row, and from real to imaginary parts.
    typealias Operand = (stride: Int, row: Int, imaginary: Int)

    /// [entries × inputs], real parts of all entries first.
    var inputOperand: Operand {
        let row = inputBlocks.count * 16
        return (2 * entriesPerProduct * row + 16, row, entriesPerProduct * row)
    }

    /// [inputs × outputs], real and imaginary parts of a row together.
    var kernelOperand: Operand {
        let row = 2 * blocksPerProduct * 16
        return (geometry.inputChannels / geometry.groups * row + 16, row, blocksPerProduct * 16)
    }

    /// [entries × outputs], real parts of all entries first.
    var outputOperand: Operand {
        let row = blocksPerProduct * 16
        return (2 * entriesPerProduct * row + 16, row, entriesPerProduct * row)
    }

    /// The floats of work space that `correlate` needs with the given number of workers.
    func correlationCount(workers: Int) -> Int {
        let layout = CorrelationLayout(self)
        return layout.workers + workers * layout.workerCount
    }

    /// Computes the output from input, kernel and bias.
    func correlate(
        input: UnsafePointer<Float>, kernel: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
        output: UnsafeMutablePointer<Float>, pool: WorkerPool, memory: UnsafeMutablePointer<Float>
    ) {
        let layout = CorrelationLayout(self)
        func scratch(_ worker: Int) -> UnsafeMutablePointer<Float> {
            memory + layout.workers + worker * layout.workerCount
        }
        pool.forEach(geometry.inputChannels / geometry.groups) { channel, worker in
            transformKernelRows(kernel, inputChannel: channel, into: memory + layout.kernel, scratch: scratch(worker))
        }
        let shifts = bias.map { padBias($0, into: memory + layout.bias) }
        for pass in passes {
            pool.forEach(pass.count * inputBlocks.count) { item, worker in
                let (entry, block) = item.quotientAndRemainder(dividingBy: inputBlocks.count)
                transformRows(
                    of: pass.lowerBound + entry, block: inputBlocks[block], side: .input, pictures: input,
                    into: memory + layout.input + item * inputRows * 32, binStride: inputBin, scratch: scratch(worker))
            }
            pool.forEach(rows.bins) { bin, worker in
                multiplyColumn(bin, of: pass, layout: layout, memory: memory, scratch: scratch(worker))
            }
            pool.forEach(pass.count * outputBlocks.count) { item, worker in
                let (entry, block) = item.quotientAndRemainder(dividingBy: outputBlocks.count)
                invertOutputRows(
                    of: pass.lowerBound + entry, block: outputBlocks[block],
                    from: memory + layout.output + item * outputRows * 32, bias: shifts.map { $0 + block * 16 },
                    output: output, scratch: scratch(worker))
            }
        }
    }

    private func padBias(
        _ bias: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>
    ) -> UnsafePointer<Float> {
        for (index, block) in outputBlocks.enumerated() {
            for lane in 0..<16 {
                target[index * 16 + lane] = lane < block.lanes ? bias[block.channel + lane] : 0
            }
        }
        return UnsafePointer(target)
    }

    private func transformKernelRows(
        _ kernel: UnsafePointer<Float>, inputChannel: Int, into spectra: UnsafeMutablePointer<Float>,
        scratch: UnsafeMutablePointer<Float>
    ) {
        let tap = geometry.inputChannels / geometry.groups * geometry.outputChannels
        var transform = rows.description
        for (index, block) in outputBlocks.enumerated() {
            var description = ccnn_rows(
                rows: geometry.vertical.kernel, rowStride: geometry.horizontal.kernel * tap, stride: tap, first: 0,
                count: geometry.horizontal.kernel, lanes: block.lanes)
            ccnn_transformRows(
                &transform, &description, kernel + inputChannel * geometry.outputChannels + block.channel,
                kernel + geometry.kernelCount,
                spectra + (inputChannel * outputBlocks.count + index) * kernelRows * 32, kernelBin, scratch)
        }
    }

    /// Everything between the rows of the input and those of the output, for one column of bins.
    private func multiplyColumn(
        _ bin: Int, of pass: Range<Int>, layout: CorrelationLayout, memory: UnsafeMutablePointer<Float>,
        scratch: UnsafeMutablePointer<Float>
    ) {
        let (a, b, c) = (scratch + layout.a, scratch + layout.b, scratch + layout.c)
        let inputs = memory + layout.input + bin * inputBin
        let outputs = memory + layout.output + bin * outputBin
        for firstBlock in stride(from: 0, to: outputBlocks.count, by: blocksPerProduct) {
            let blocks = min(blocksPerProduct, outputBlocks.count - firstBlock)
            transformKernelColumns(
                memory + layout.kernel + bin * kernelBin, blocks: firstBlock..<firstBlock + blocks, into: b,
                scratch: scratch)
            for first in stride(from: 0, to: pass.count, by: entriesPerProduct) {
                let count = min(entriesPerProduct, pass.count - first)
                for entry in 0..<count {
                    for block in 0..<inputBlocks.count {
                        transformColumn(
                            of: pass.lowerBound + first + entry, side: .input,
                            from: inputs + ((first + entry) * inputBlocks.count + block) * inputRows * 32,
                            into: a + entry * inputOperand.row + block * 16, stride: inputOperand.stride,
                            imaginary: inputOperand.imaginary, scratch: scratch)
                    }
                }
                multiply(a, b, into: c, entries: count, blocks: firstBlock..<firstBlock + blocks)
                for entry in 0..<count {
                    for block in 0..<blocks {
                        invertOutputColumn(
                            of: pass.lowerBound + first + entry, from: c + entry * outputOperand.row + block * 16,
                            into: outputs
                                + ((first + entry) * outputBlocks.count + firstBlock + block) * outputRows * 32,
                            scratch: scratch)
                    }
                }
            }
        }
    }

    private func transformKernelColumns(
        _ spectra: UnsafePointer<Float>, blocks: Range<Int>, into b: UnsafeMutablePointer<Float>,
        scratch: UnsafeMutablePointer<Float>
    ) {
        var transform = columns.description
        var column = ccnn_columns(
            first: 0, count: geometry.vertical.kernel, stride: kernelOperand.stride, imaginary: kernelOperand.imaginary,
            ahead: kernelRows * 32)
        for channel in 0..<geometry.inputChannels / geometry.groups {
            for block in blocks {
                ccnn_transformColumns(
                    &transform, &column, spectra + (channel * outputBlocks.count + block) * kernelRows * 32,
                    b + channel * kernelOperand.row + (block - blocks.lowerBound) * 16, scratch)
            }
        }
    }

    /// Multiplies the spectra of the entries with the conjugate spectra of the kernels, bin by bin.
    private func multiply(
        _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, into c: UnsafeMutablePointer<Float>, entries: Int,
        blocks: Range<Int>
    ) {
        let channelwise = geometry.isChannelwise
        let groups = channelwise ? 1 : geometry.groups
        let inputs = geometry.inputChannels / geometry.groups
        let blocksPerGroup = outputBlocks.count / groups
        var shape = ccnn_complexShape(
            rows: entries, columns: min(blocksPerGroup, blocks.count) * 16, inner: inputs, aRow: inputOperand.row,
            aInner: 1, aImaginary: inputOperand.imaginary, bInner: kernelOperand.row,
            bImaginary: kernelOperand.imaginary, cRow: outputOperand.row, cImaginary: outputOperand.imaginary,
            conjugate: true, accumulate: false)
        for bin in 0..<columns.length {
            let (a, b, c) = (
                a + bin * inputOperand.stride, b + bin * kernelOperand.stride, c + bin * outputOperand.stride
            )
            if channelwise {
                ccnn_complexChannelwiseProduct(&shape, a + blocks.lowerBound * 16, b, c)
            } else if groups == 1 {
                ccnn_complexProduct(&shape, a, b, c)
            } else {
                for group in 0..<blocks.count / blocksPerGroup {
                    let column = group * blocksPerGroup * 16
                    let first = (blocks.lowerBound / blocksPerGroup + group) * inputs
                    ccnn_complexProduct(&shape, a + first, b + column, c + column)
                }
            }
        }
    }

    private func invertOutputColumn(
        of entry: Int, from bins: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>,
        scratch: UnsafeMutablePointer<Float>
    ) {
        var transform = columns.description
        var column = ccnn_columns(
            first: 0, count: position(of: entry).vertical.outputCount, stride: outputOperand.stride,
            imaginary: outputOperand.imaginary, ahead: 0)
        ccnn_invertColumns(&transform, &column, bins, target, scratch)
    }

    private func invertOutputRows(
        of entry: Int, block: LaneBlock, from spectrum: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
        output: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>
    ) {
        let (picture, vertical, horizontal) = position(of: entry)
        let (height, width, channels) = FourierSide.output.extents(geometry)
        var transform = rows.description
        var description = ccnn_rows(
            rows: vertical.outputCount, rowStride: vertical.step * width * channels,
            stride: horizontal.step * channels, first: 0, count: horizontal.outputCount, lanes: block.lanes)
        ccnn_invertRows(
            &transform, &description, spectrum, outputBin,
            output + ((picture * height + vertical.outputStart) * width + horizontal.outputStart) * channels
                + block.channel, normalization, bias, false, scratch)
    }
}
