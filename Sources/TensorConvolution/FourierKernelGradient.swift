import CInnerLoops
import Parallelism

/// The kernel's gradient: for every bin the product [inputs × entries]·[entries × outputs] of the inputs' spectra with the conjugate
/// spectra of the output's gradient, of whose inverse only the taps are kept.
///
/// Runs of passes have sums of their own, which are added in their order, so that no bit depends on who computed which.
extension FourierConvolution {
    /// The number of entries that one product of the gradient sums over: as many as keep its factors small beside the result.
    var entriesPerSum: Int { min(entriesPerPass, max(entriesPerProduct, 32)) }

    var inputFactor: Operand { operand(input.perEntry, entries: entriesPerSum) }

    var outputFactor: Operand {
        operand(output.isPacked ? output.perEntry : blocksPerProduct * 16, entries: entriesPerSum)
    }

    var kernelProduct: Operand { kernelOperand }

    private func gradientLayout(threads: Int) -> FourierLayout {
        FourierLayout(self, inputFactor, outputFactor, kernelProduct, isGradient: true, threads: threads)
    }

    /// The floats of work space that `kernelGradient` needs with the given number of workers.
    func gradientCount(workers: Int) -> Int { gradientLayout(threads: workers).count }

    /// Computes the kernel's gradient from the input and the output's gradient.
    func kernelGradient(
        input pictures: UnsafePointer<Float>, outputGradient: UnsafePointer<Float>,
        into kernel: UnsafeMutablePointer<Float>,
        pool: WorkerPool, memory: UnsafeMutablePointer<Float>
    ) {
        let layout = gradientLayout(threads: pool.threadCount)
        let sums = memory + layout.sums
        func scratch(_ worker: Int) -> UnsafeMutablePointer<Float> {
            memory + layout.workers + worker * layout.workerCount
        }
        forEachShare(runs.count, pool: pool) { run, threads, number in
            let spectra = memory + layout.passes + number * layout.passCount
            let target = run == 0 ? kernel : sums + (run - 1) * geometry.kernelCount
            for index in runs[run] {
                transformFactorRows(
                    of: passes[index], pictures: pictures, outputGradient: outputGradient, into: spectra,
                    layout: layout,
                    threads: threads, scratch: scratch)
                threads.forEach(rows.bins) { bin, worker in
                    sumColumn(bin, of: passes[index], spectra: spectra, layout: layout, scratch: scratch(worker))
                }
                threads.forEach(geometry.inputChannels / geometry.groups) { channel, worker in
                    invertKernelRows(
                        spectra + layout.kernelSum, inputChannel: channel, into: target,
                        accumulate: index > runs[run].lowerBound, scratch: scratch(worker))
                }
            }
        }
        addRuns(sums, to: kernel, pool: pool)
    }

    private func transformFactorRows(
        of pass: Range<Int>, pictures: UnsafePointer<Float>, outputGradient: UnsafePointer<Float>,
        into spectra: UnsafeMutablePointer<Float>, layout: FourierLayout, threads: PassThreads,
        scratch: (_ worker: Int) -> UnsafeMutablePointer<Float>
    ) {
        let inputVectors = input.vectors(pass.count)
        threads.forEach(inputVectors + output.vectors(pass.count)) { item, worker in
            let vector = item < inputVectors ? item : item - inputVectors
            if item < inputVectors {
                transformRows(
                    of: vector, pass: pass, side: .input, pictures: pictures,
                    into: spectra + layout.input, scratch: scratch(worker))
            } else {
                transformRows(
                    of: vector, pass: pass, side: .output, pictures: outputGradient,
                    into: spectra + layout.output, scratch: scratch(worker))
            }
        }
    }

    /// Adds the gradients of all runs but the first, in their order, to that of the first.
    private func addRuns(_ sums: UnsafePointer<Float>, to kernel: UnsafeMutablePointer<Float>, pool: WorkerPool) {
        guard runs.count > 1 else { return }
        let (taps, channels) = (horizontal.axis.kernel, geometry.outputChannels)
        pool.forEach(vertical.axis.kernel * taps) { tap in
            let start = tapStart(tap / taps, tap % taps)
            for run in 1..<runs.count {
                add(
                    sums + (run - 1) * geometry.kernelCount + start, to: kernel + start,
                    geometry.inputChannels / geometry.groups * channels)
            }
        }
    }

    private func sumColumn(
        _ bin: Int, of pass: Range<Int>, spectra: UnsafeMutablePointer<Float>, layout: FourierLayout,
        scratch: UnsafeMutablePointer<Float>
    ) {
        let (a, b, c) = (scratch + layout.a, scratch + layout.b, scratch + layout.c)
        let inputs = spectra + layout.input + bin * self.bin
        let outputs = spectra + layout.output + bin * self.bin
        for firstBlock in stride(from: 0, to: output.blocks.count, by: blocksPerProduct) {
            let blocks = min(blocksPerProduct, output.blocks.count - firstBlock)
            for first in stride(from: 0, to: pass.count, by: entriesPerSum) {
                let count = min(entriesPerSum, pass.count - first)
                transformInputColumns(
                    first: first, count: count, of: pass, from: inputs, into: a, inputFactor, scratch: scratch)
                forEachOutputVector(
                    first: first, count: count, blocks: firstBlock..<firstBlock + blocks, row: outputFactor.row
                ) { vector, offset in
                    transformColumn(
                        of: vector, pass: pass, side: .output, from: outputs, into: b + offset, outputFactor,
                        scratch: scratch)
                }
                sum(a, b, into: c, entries: count, blocks: firstBlock..<firstBlock + blocks, accumulate: first > 0)
            }
            invertKernelColumns(
                c, blocks: firstBlock..<firstBlock + blocks, into: spectra + layout.kernelSum + bin * kernelBin,
                scratch: scratch)
        }
    }

    private func sum(
        _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, into c: UnsafeMutablePointer<Float>, entries: Int,
        blocks: Range<Int>, accumulate: Bool
    ) {
        var shape = ccnn_complexShape(
            rows: geometry.inputChannels / geometry.groups, columns: 0, inner: entries, aRow: 1,
            aInner: inputFactor.row, aImaginary: inputFactor.imaginary, bInner: outputFactor.row,
            bImaginary: outputFactor.imaginary, cRow: kernelProduct.row, cImaginary: kernelProduct.imaginary,
            conjugate: true, accumulate: accumulate)
        if input.isPacked, geometry.isChannelwise {
            (shape.inner, shape.aInner, shape.bInner) = (input.vectors(entries), 16, 16)
        }
        multiplyBins(
            shape, a, b, c, distances: (inputFactor.stride, outputFactor.stride, kernelProduct.stride), blocks: blocks)
    }

    private func invertKernelColumns(
        _ c: UnsafePointer<Float>, blocks: Range<Int>, into spectra: UnsafeMutablePointer<Float>,
        scratch: UnsafeMutablePointer<Float>
    ) {
        var transform = columns.description
        var column = ccnn_columns(
            first: 0, count: vertical.axis.kernel, stride: kernelProduct.stride, imaginary: kernelProduct.imaginary,
            ahead: 0)
        for channel in 0..<geometry.inputChannels / geometry.groups {
            for block in blocks {
                ccnn_invertColumns(
                    &transform, &column, c + channel * kernelProduct.row + (block - blocks.lowerBound) * 16,
                    spectra + (channel * output.blocks.count + block) * kernelRows * 32, scratch)
            }
        }
    }

    private func invertKernelRows(
        _ spectra: UnsafePointer<Float>, inputChannel: Int, into kernel: UnsafeMutablePointer<Float>, accumulate: Bool,
        scratch: UnsafeMutablePointer<Float>
    ) {
        if geometry.isChannelwise && output.isPacked {
            invertRepeatedKernelRows(spectra, into: kernel, accumulate: accumulate, scratch: scratch)
            return
        }
        var transform = rows.description
        for (index, block) in output.blocks.enumerated() {
            var description = kernelTaps(lanes: block.lanes)
            ccnn_invertRows(
                &transform, &description, spectra + (inputChannel * output.blocks.count + index) * kernelRows * 32,
                kernelBin, kernel + tapStart(0, 0) + inputChannel * geometry.outputChannels + block.channel,
                normalization, nil,
                accumulate, scratch)
        }
    }
}
