import CInnerLoops
import Parallelism

/// The kernel's gradient: for every bin the product [inputs × entries]·[entries × outputs] of the inputs' spectra with the conjugate
/// spectra of the output's gradient, of whose inverse only the taps are kept.
extension FourierConvolution {
    /// The number of entries that one product of the gradient sums over: as many as keep its factors small beside the result.
    var entriesPerSum: Int { min(entriesPerPass, max(entriesPerProduct, 32)) }

    var inputFactor: Operand { operand(input.perEntry, entries: entriesPerSum) }

    var outputFactor: Operand {
        operand(output.isPacked ? output.perEntry : blocksPerProduct * 16, entries: entriesPerSum)
    }

    var kernelProduct: Operand { kernelOperand }

    private var gradientLayout: FourierLayout {
        FourierLayout(self, inputFactor, outputFactor, kernelProduct, hasBias: false)
    }

    /// The floats of work space that `kernelGradient` needs with the given number of workers.
    func gradientCount(workers: Int) -> Int {
        gradientLayout.count(workers: workers)
    }

    /// Computes the kernel's gradient from the input and the output's gradient.
    func kernelGradient(
        input pictures: UnsafePointer<Float>, outputGradient: UnsafePointer<Float>,
        into kernel: UnsafeMutablePointer<Float>,
        pool: WorkerPool, memory: UnsafeMutablePointer<Float>
    ) {
        let layout = gradientLayout
        func scratch(_ worker: Int) -> UnsafeMutablePointer<Float> {
            memory + layout.workers + worker * layout.workerCount
        }
        for (number, pass) in passes.enumerated() {
            let inputVectors = input.vectors(pass.count)
            pool.forEach(inputVectors + output.vectors(pass.count)) { item, worker in
                if item < inputVectors {
                    transformRows(
                        of: item, pass: pass, side: .input, pictures: pictures,
                        into: memory + layout.input + item * inputRows * 32, binStride: inputBin,
                        scratch: scratch(worker))
                } else {
                    transformRows(
                        of: item - inputVectors, pass: pass, side: .output, pictures: outputGradient,
                        into: memory + layout.output + (item - inputVectors) * outputRows * 32, binStride: outputBin,
                        scratch: scratch(worker))
                }
            }
            pool.forEach(rows.bins) { bin, worker in
                sumColumn(bin, of: pass, layout: layout, memory: memory, scratch: scratch(worker))
            }
            pool.forEach(geometry.inputChannels / geometry.groups) { channel, worker in
                invertKernelRows(
                    memory + layout.kernel, inputChannel: channel, into: kernel, accumulate: number > 0,
                    scratch: scratch(worker))
            }
        }
    }

    private func sumColumn(
        _ bin: Int, of pass: Range<Int>, layout: FourierLayout, memory: UnsafeMutablePointer<Float>,
        scratch: UnsafeMutablePointer<Float>
    ) {
        let (a, b, c) = (scratch + layout.a, scratch + layout.b, scratch + layout.c)
        let inputs = memory + layout.input + bin * inputBin
        let outputs = memory + layout.output + bin * outputBin
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
                        of: vector, pass: pass, side: .output, from: outputs + vector * outputRows * 32,
                        into: b + offset, stride: outputFactor.stride, imaginary: outputFactor.imaginary,
                        scratch: scratch)
                }
                sum(a, b, into: c, entries: count, blocks: firstBlock..<firstBlock + blocks, accumulate: first > 0)
            }
            invertKernelColumns(
                c, blocks: firstBlock..<firstBlock + blocks, into: memory + layout.kernel + bin * kernelBin,
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
