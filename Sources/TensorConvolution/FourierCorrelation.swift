import CInnerLoops
import Parallelism

/// The forward direction; with the adjoint geometry and kernel, the input's gradient.
extension FourierConvolution {
    /// [entries × inputs], real parts of all entries first.
    var inputOperand: Operand { operand(input.perEntry, entries: entriesPerProduct) }

    /// [inputs × outputs], real and imaginary parts of a row together.
    var kernelOperand: Operand {
        let row = 2 * blocksPerProduct * 16
        return (geometry.inputChannels / geometry.groups * row + 16, row, blocksPerProduct * 16)
    }

    /// [entries × outputs], real parts of all entries first. Where entries are packed, a product writes each row's vector over the beginning
    /// of the next rows, which come after it.
    var outputOperand: Operand {
        operand(output.isPacked ? output.perEntry : blocksPerProduct * 16, entries: entriesPerProduct)
    }

    private func correlationLayout(threads: Int) -> FourierLayout {
        FourierLayout(self, inputOperand, kernelOperand, outputOperand, isGradient: false, threads: threads)
    }

    /// The floats of work space that `correlate` needs with the given number of workers.
    func correlationCount(workers: Int) -> Int { correlationLayout(threads: workers).count }

    /// Computes the output from input, kernel and bias, or adds it to what is there.
    func correlate(
        input pictures: UnsafePointer<Float>, kernel: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
        accumulate: Bool, output results: UnsafeMutablePointer<Float>, pool: WorkerPool,
        memory: UnsafeMutablePointer<Float>
    ) {
        let layout = correlationLayout(threads: pool.threadCount)
        func scratch(_ worker: Int) -> UnsafeMutablePointer<Float> {
            memory + layout.workers + worker * layout.workerCount
        }
        pool.forEach(geometry.inputChannels / geometry.groups) { channel, worker in
            transformKernelRows(kernel, inputChannel: channel, into: memory + layout.kernel, scratch: scratch(worker))
        }
        let shifts = bias.map { padBias($0, into: memory + layout.bias) }
        forEachShare(passes.count, pool: pool) { index, threads, number in
            let pass = passes[index]
            let spectra = memory + layout.passes + number * layout.passCount
            threads.forEach(input.vectors(pass.count)) { vector, worker in
                transformRows(
                    of: vector, pass: pass, side: .input, pictures: pictures,
                    into: spectra + layout.input, scratch: scratch(worker))
            }
            threads.forEach(rows.bins) { bin, worker in
                multiplyColumn(
                    bin, of: pass, kernels: memory + layout.kernel + bin * kernelBin,
                    inputs: spectra + layout.input + bin * self.bin, outputs: spectra + layout.output + bin * self.bin,
                    layout: layout, scratch: scratch(worker))
            }
            threads.forEach(output.vectors(pass.count)) { vector, worker in
                invertOutputRows(
                    of: vector, pass: pass, from: spectra + layout.output, bias: shifts,
                    accumulate: accumulate, pictures: results, scratch: scratch(worker))
            }
        }
    }

    private func padBias(
        _ bias: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>
    ) -> UnsafePointer<Float> {
        for (index, block) in output.blocks.enumerated() {
            for lane in 0..<16 {
                let channel = output.isPacked ? lane % output.perEntry : lane
                target[index * 16 + lane] = channel < block.lanes ? bias[block.channel + channel] : 0
            }
        }
        return UnsafePointer(target)
    }

    private func transformKernelRows(
        _ kernel: UnsafePointer<Float>, inputChannel: Int, into spectra: UnsafeMutablePointer<Float>,
        scratch: UnsafeMutablePointer<Float>
    ) {
        if geometry.isChannelwise && output.isPacked {
            transformRepeatedKernelRows(kernel, into: spectra, scratch: scratch)
            return
        }
        var transform = rows.description
        for (index, block) in output.blocks.enumerated() {
            var description = kernelTaps(lanes: block.lanes)
            ccnn_transformRows(
                &transform, &description,
                kernel + tapStart(0, 0) + inputChannel * geometry.outputChannels + block.channel,
                kernel + geometry.kernelCount,
                spectra + (inputChannel * output.blocks.count + index) * kernelRows * 32, kernelBin, scratch)
        }
    }

    /// Where a tap of the part begins in the whole kernel.
    func tapStart(_ row: Int, _ column: Int) -> Int {
        let tap = geometry.inputChannels / geometry.groups * geometry.outputChannels
        let (u, v) = (
            vertical.kernel.start + row * vertical.kernel.step,
            horizontal.kernel.start + column * horizontal.kernel.step
        )
        return (u * geometry.horizontal.kernel + v) * tap
    }

    /// The taps of the part as rows of pixels.
    func kernelTaps(lanes: Int) -> ccnn_rows {
        let tap = geometry.inputChannels / geometry.groups * geometry.outputChannels
        return ccnn_rows(
            rows: vertical.axis.kernel, rowStride: vertical.kernel.step * geometry.horizontal.kernel * tap,
            stride: horizontal.kernel.step * tap, first: 0, count: horizontal.axis.kernel, lanes: lanes)
    }

    /// Everything between the rows of the input and those of the output, for one column of bins.
    private func multiplyColumn(
        _ bin: Int, of pass: Range<Int>, kernels: UnsafePointer<Float>, inputs: UnsafePointer<Float>,
        outputs: UnsafeMutablePointer<Float>, layout: FourierLayout, scratch: UnsafeMutablePointer<Float>
    ) {
        let (a, b, c) = (scratch + layout.a, scratch + layout.b, scratch + layout.c)
        for firstBlock in stride(from: 0, to: output.blocks.count, by: blocksPerProduct) {
            let blocks = min(blocksPerProduct, output.blocks.count - firstBlock)
            transformKernelColumns(kernels, blocks: firstBlock..<firstBlock + blocks, into: b, scratch: scratch)
            for first in stride(from: 0, to: pass.count, by: entriesPerProduct) {
                let count = min(entriesPerProduct, pass.count - first)
                transformInputColumns(
                    first: first, count: count, of: pass, from: inputs, into: a, inputOperand, scratch: scratch)
                multiply(a, b, into: c, entries: count, blocks: firstBlock..<firstBlock + blocks)
                forEachOutputVector(
                    first: first, count: count, blocks: firstBlock..<firstBlock + blocks, row: outputOperand.row
                ) { vector, offset in
                    invertOutputColumn(
                        of: vector, pass: pass, from: c + offset, into: outputs + place(of: vector, .output),
                        scratch: scratch)
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
            first: 0, count: vertical.axis.kernel, stride: kernelOperand.stride, imaginary: kernelOperand.imaginary,
            ahead: kernelRows * 32)
        for channel in 0..<geometry.inputChannels / geometry.groups {
            for block in blocks {
                ccnn_transformColumns(
                    &transform, &column, spectra + (channel * output.blocks.count + block) * kernelRows * 32,
                    b + channel * kernelOperand.row + (block - blocks.lowerBound) * 16, scratch)
            }
        }
    }

    /// Multiplies the spectra of the entries with the conjugate spectra of the kernels, bin by bin.
    private func multiply(
        _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, into c: UnsafeMutablePointer<Float>, entries: Int,
        blocks: Range<Int>
    ) {
        var shape = ccnn_complexShape(
            rows: entries, columns: 0, inner: geometry.inputChannels / geometry.groups, aRow: inputOperand.row,
            aInner: 1, aImaginary: inputOperand.imaginary, bInner: kernelOperand.row,
            bImaginary: kernelOperand.imaginary, cRow: outputOperand.row, cImaginary: outputOperand.imaginary,
            conjugate: true, accumulate: false)
        if input.isPacked, geometry.isChannelwise {
            (shape.rows, shape.aRow, shape.cRow) = (input.vectors(entries), 16, 16)
        }
        multiplyBins(
            shape, a, b, c, distances: (inputOperand.stride, kernelOperand.stride, outputOperand.stride), blocks: blocks
        )
    }

    private func invertOutputColumn(
        of vector: Int, pass: Range<Int>, from bins: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>,
        scratch: UnsafeMutablePointer<Float>
    ) {
        var transform = columns.description
        var column = ccnn_columns(
            first: 0, count: outputRows, stride: outputOperand.stride, imaginary: outputOperand.imaginary, ahead: 0)
        if !output.isPacked {
            column.count = position(of: pass.lowerBound + vector / output.blocks.count).vertical.outputCount
        }
        ccnn_invertColumns(&transform, &column, bins, target, scratch)
    }

    private func invertOutputRows(
        of vector: Int, pass: Range<Int>, from spectra: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
        accumulate: Bool, pictures: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>
    ) {
        let spectrum = spectra + place(of: vector, .output)
        if output.isPacked {
            invertPackedRows(
                of: vector, pass: pass, from: spectrum, bias: bias, accumulate: accumulate, pictures: pictures,
                scratch: scratch)
            return
        }
        let (index, number) = vector.quotientAndRemainder(dividingBy: output.blocks.count)
        let (picture, vertical, horizontal) = position(of: pass.lowerBound + index)
        let block = output.blocks[number]
        let (height, width, channels) = FourierSide.output.extents(geometry)
        var transform = rows.description
        var description = ccnn_rows(
            rows: vertical.outputCount, rowStride: vertical.outputStep * width * channels,
            stride: horizontal.outputStep * channels, first: 0, count: horizontal.outputCount, lanes: block.lanes)
        ccnn_invertRows(
            &transform, &description, spectrum, bin,
            pictures + ((picture * height + vertical.outputStart) * width + horizontal.outputStart) * channels
                + block.channel, normalization, bias.map { $0 + number * 16 }, accumulate, scratch)
    }
}
