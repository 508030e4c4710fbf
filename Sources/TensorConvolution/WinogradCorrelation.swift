import CInnerLoops
import Parallelism

/// The forward direction; with the adjoint geometry and kernel, the input's gradient.
extension WinogradConvolution {
    /// Where the parts of the work space for one correlation lie.
    struct CorrelationLayout {
        let kernel: Int
        let bias: Int
        let workers: Int
        let workerCount: Int
        /// Within a worker's part: the planes of the inputs and of the outputs.
        let input: Int
        let output: Int

        init(_ plan: WinogradConvolution) {
            var layout = WorkSpaceLayout()
            kernel = layout.reserve(plan.planes * plan.kernelPlane)
            bias = layout.reserve(plan.outputLanes)
            workers = layout.count
            var worker = WorkSpaceLayout()
            input = worker.reserve(plan.planes * plan.inputPlane)
            output = worker.reserve(plan.planes * plan.outputPlane)
            workerCount = worker.count
        }
    }

    /// The floats of work space that `correlate` needs with the given number of workers.
    func correlationCount(workers: Int) -> Int {
        let layout = CorrelationLayout(self)
        return layout.workers + blockCount(of: layout.workerCount, workers: workers)
    }

    /// Computes the output from input, kernel and bias.
    func correlate(
        input: UnsafePointer<Float>, kernel: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
        output: UnsafeMutablePointer<Float>, pool: WorkerPool, memory: UnsafeMutablePointer<Float>
    ) {
        let layout = CorrelationLayout(self)
        let inputs = geometry.inputChannels / geometry.groups
        pool.forEach(inputs) { channel in
            ccnn_winogradKernel(
                points, kernel + channel * geometry.outputChannels, inputs * geometry.outputChannels,
                geometry.outputChannels, memory + layout.kernel + channel * outputLanes, kernelPlane)
        }
        let shifts = bias.map { bias in
            let target = memory + layout.bias
            for channel in 0..<outputLanes {
                target[channel] = channel < geometry.outputChannels ? bias[channel] : 0
            }
            return UnsafePointer(target)
        }
        let blocks = blocks
        if sharesBlocks {
            let (inputs, outputs) = (
                memory + layout.workers + layout.input, memory + layout.workers + layout.output
            )
            for block in blocks {
                let tiles = tiles(of: block)
                forEachPart(of: block, pool: pool) { part, firstTile in
                    transformInput(input, block: part, into: inputs + firstTile * inputLanes)
                }
                pool.forEach(planes) { plane in
                    multiply(inputs, memory + layout.kernel, into: outputs, planes: plane..<plane + 1, tiles: tiles)
                }
                forEachPart(of: block, pool: pool) { part, firstTile in
                    transformOutput(outputs + firstTile * outputLanes, block: part, bias: shifts, into: output)
                }
            }
            return
        }
        pool.forEach(blocks.count) { index, worker in
            let own = memory + layout.workers + worker * layout.workerCount
            let (inputs, outputs) = (own + layout.input, own + layout.output)
            transformInput(input, block: blocks[index], into: inputs)
            multiply(
                inputs, memory + layout.kernel, into: outputs, planes: 0..<planes, tiles: tiles(of: blocks[index]))
            transformOutput(outputs, block: blocks[index], bias: shifts, into: output)
        }
    }

    private func transformOutput(
        _ planes: UnsafePointer<Float>, block: Range<Int>, bias: UnsafePointer<Float>?,
        into output: UnsafeMutablePointer<Float>
    ) {
        let size = geometry.vertical.output * geometry.horizontal.output * geometry.outputChannels
        forEachRow(of: block) { picture, row, firstTile in
            var (description, start) = outputTiles(row)
            ccnn_winogradOutput(
                &description, planes + firstTile * outputLanes, bias, output + picture * size + start)
        }
    }

    private func multiply(
        _ inputs: UnsafePointer<Float>, _ kernels: UnsafePointer<Float>, into outputs: UnsafeMutablePointer<Float>,
        planes: Range<Int>, tiles: Int
    ) {
        let (inner, columns) = (
            geometry.inputChannels / geometry.groups, geometry.outputChannels / geometry.groups
        )
        withUnsafePointer(to: ccnn_step(a: 0, b: 0)) { step in
            var shape = ccnn_realShape(
                rows: tiles, columns: geometry.groups == 1 ? outputLanes : columns, inner: inner, outer: 1,
                aRow: inputLanes, aInner: 1, bInner: outputLanes, cRow: outputLanes, steps: step, bias: nil,
                accumulate: false)
            for plane in planes {
                for group in 0..<geometry.groups {
                    ccnn_realProduct(
                        &shape, inputs + plane * inputPlane + group * inner,
                        kernels + plane * kernelPlane + group * columns,
                        outputs + plane * outputPlane + group * columns)
                }
            }
        }
    }
}
