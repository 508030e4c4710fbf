import CInnerLoops
import Parallelism

/// The kernel's gradient, F(3×3, m×m): the adjoint of the forward direction with respect to the kernel. The transformed gradient of a block
/// of outputs is multiplied with the transformed inputs, [inputs × tiles]·[tiles × outputs], and the sum over all blocks transformed back.
///
/// Blocks are summed in fixed runs, each in memory of its own, and the runs in their order.
extension WinogradConvolution {
    /// The most bytes of partial sums.
    static let sumBytes = 24 << 20

    /// The runs of blocks that are summed apart.
    var runs: Partition {
        if sharesBlocks { return Partition(itemCount: blocks.count, blockLength: blocks.count) }
        let count = min(max(Self.sumBytes / (4 * planes * kernelPlane), 2), 8)
        return Partition(itemCount: blocks.count, blockLength: ceilingDivision(blocks.count, by: count))
    }

    /// Where the parts of the work space for a kernel's gradient lie.
    struct GradientLayout {
        let sums: Int
        let workers: Int
        let workerCount: Int
        let input: Int
        let output: Int

        init(_ plan: WinogradConvolution) {
            var layout = WorkSpaceLayout()
            sums = layout.reserve(plan.runs.count * plan.planes * plan.kernelPlane)
            workers = layout.count
            var worker = WorkSpaceLayout()
            input = worker.reserve(plan.planes * plan.inputPlane)
            output = worker.reserve(plan.planes * plan.outputPlane)
            workerCount = worker.count
        }
    }

    /// The floats of work space that `kernelGradient` needs with the given number of workers.
    func gradientCount(workers: Int) -> Int {
        let layout = GradientLayout(self)
        return layout.workers + blockCount(of: layout.workerCount, workers: workers)
    }

    /// Computes the kernel's gradient from the input and the output's gradient.
    func kernelGradient(
        input: UnsafePointer<Float>, outputGradient: UnsafePointer<Float>, into kernel: UnsafeMutablePointer<Float>,
        pool: WorkerPool, memory: UnsafeMutablePointer<Float>
    ) {
        let layout = GradientLayout(self)
        let (blocks, runs) = (blocks, runs)
        let sumCount = planes * kernelPlane
        if sharesBlocks {
            let (inputs, outputs) = (
                memory + layout.workers + layout.input, memory + layout.workers + layout.output
            )
            for (index, block) in blocks.enumerated() {
                let tiles = tiles(of: block)
                forEachPart(of: block, pool: pool) { part, firstTile in
                    transformInput(input, block: part, into: inputs + firstTile * inputLanes)
                    transformOutputGradient(outputGradient, block: part, into: outputs + firstTile * outputLanes)
                }
                pool.forEach(planes) { plane in
                    addProducts(
                        inputs, outputs, to: memory + layout.sums, planes: plane..<plane + 1, tiles: tiles,
                        accumulate: index > 0)
                }
            }
        } else {
            pool.forEach(runs.count) { run, worker in
                let own = memory + layout.workers + worker * layout.workerCount
                let sum = memory + layout.sums + run * sumCount
                for block in runs[run] {
                    transformInput(input, block: blocks[block], into: own + layout.input)
                    transformOutputGradient(outputGradient, block: blocks[block], into: own + layout.output)
                    addProducts(
                        own + layout.input, own + layout.output, to: sum, planes: 0..<planes,
                        tiles: tiles(of: blocks[block]), accumulate: block > runs[run].lowerBound)
                }
            }
        }
        let inputs = geometry.inputChannels / geometry.groups
        pool.forEach(inputs) { channel in
            let total = memory + layout.sums + channel * outputLanes
            for run in 1..<max(runs.count, 1) {
                for plane in 0..<planes {
                    add(total + run * sumCount + plane * kernelPlane, to: total + plane * kernelPlane, outputLanes)
                }
            }
            ccnn_winogradKernelAdjoint(
                points, total, kernelPlane, geometry.outputChannels, kernel + channel * geometry.outputChannels,
                inputs * geometry.outputChannels)
        }
    }

    private func transformOutputGradient(
        _ gradient: UnsafePointer<Float>, block: Range<Int>, into planes: UnsafeMutablePointer<Float>
    ) {
        let size = geometry.vertical.output * geometry.horizontal.output * geometry.outputChannels
        forEachRow(of: block) { picture, row, firstTile in
            var (description, start) = outputTiles(row)
            ccnn_winogradOutputAdjoint(
                &description, gradient + picture * size + start, gradient + geometry.outputCount,
                planes + firstTile * outputLanes)
        }
    }

    private func addProducts(
        _ inputs: UnsafePointer<Float>, _ outputs: UnsafePointer<Float>, to sums: UnsafeMutablePointer<Float>,
        planes: Range<Int>, tiles: Int, accumulate: Bool
    ) {
        let (rows, columns) = (geometry.inputChannels / geometry.groups, geometry.outputChannels / geometry.groups)
        withUnsafePointer(to: ccnn_step(a: 0, b: 0)) { step in
            var shape = ccnn_realShape(
                rows: rows, columns: geometry.groups == 1 ? outputLanes : columns, inner: tiles, outer: 1, aRow: 1,
                aInner: inputLanes, bInner: outputLanes, cRow: outputLanes, steps: step, bias: nil,
                accumulate: accumulate)
            for plane in planes {
                for group in 0..<geometry.groups {
                    ccnn_realProduct(
                        &shape, inputs + plane * inputPlane + group * rows,
                        outputs + plane * outputPlane + group * columns, sums + plane * kernelPlane + group * columns)
                }
            }
        }
    }
}

/// target[i] += source[i] for i < count.
func add(_ source: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>, _ count: Int) {
    for i in 0..<count { target[i] += source[i] }
}
