import CInnerLoops
import Parallelism

/// The forward direction and the input's gradient.
extension DirectConvolution {
    /// The floats of the packed kernel.
    var kernelCount: Int {
        let taps = passes.reduce(0) { $0 + $1.vertical.taps.count * $1.horizontal.taps.count }
        return taps * depth * lanes * groups
    }

    /// The source channels that one tap sums over.
    private var depth: Int { planes ?? source.channels / geometry.groups }

    /// The source channels of each target channel where channels do not mix otherwise.
    private var planes: Int? { multiplier.map { isAdjoint ? $0 : 1 } }

    /// The floats of the copy of the longest run of rows.
    private var bufferCount: Int {
        passes.reduce(0) { longest, pass in
            let rows = (pass.rowsPerStrip - 1) * pass.vertical.sourceStep + pass.vertical.span
            return max(longest, pass.isBuffered ? rows * pass.rowStride * (planes ?? 1) : 0)
        }
    }

    private func layout() -> (kernel: Int, bias: Int, workers: Int, workerCount: Int) {
        var layout = WorkSpaceLayout()
        let kernel = layout.reserve(kernelCount)
        let bias = layout.reserve(roundedToLanes(target.channels) + 16)
        return (kernel, bias, layout.count, (bufferCount + 15) / 16 * 16)
    }

    /// The floats of work space that `correlate` needs with the given number of workers.
    func correlationCount(workers: Int) -> Int {
        let layout = layout()
        return layout.workers + workers * layout.workerCount
    }

    /// Computes the target from the source, the kernel, and a bias.
    func correlate(
        source pictures: UnsafePointer<Float>, kernel: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
        target: UnsafeMutablePointer<Float>, pool: WorkerPool, memory: UnsafeMutablePointer<Float>
    ) {
        let (kernelStart, biasStart, workers, workerCount) = layout()
        let packed = memory + kernelStart
        for pass in passes { pack(kernel, of: pass, into: packed + pass.kernelStart) }
        let shifts = bias.map { bias in
            let shifts = memory + biasStart
            shifts.update(repeating: 0, count: roundedToLanes(self.target.channels) + 16)
            shifts.update(from: bias, count: self.target.channels)
            return UnsafePointer(shifts)
        }
        let (strips, passes) = (strips, passes)
        pool.forEach((spansPictures ? 1 : geometry.batch) * strips.count) { item, worker in
            let (picture, index) = item.quotientAndRemainder(dividingBy: strips.count)
            let strip = strips[index]
            let pass = passes[strip.pass]
            let buffer = memory + workers + worker * workerCount
            let origin = pictures + picture * source.count
            let start: UnsafePointer<Float>
            if pass.isBuffered {
                copy(origin, of: pass, rows: strip.rows, into: buffer)
                start = UnsafePointer(buffer)
            } else {
                let row = strip.rows.lowerBound * pass.vertical.sourceStep + pass.vertical.lowest
                start = origin + row * pass.rowStride + pass.horizontal.lowest * pass.pixelStride
            }
            for row in strip.rows {
                multiply(
                    start + (row - strip.rows.lowerBound) * pass.vertical.sourceStep * pass.rowStride, row: row,
                    columns: strip.columns, of: pass, kernel: packed + pass.kernelStart, bias: shifts,
                    target: target + picture * self.target.count)
            }
        }
    }

    /// The terms that are summed in registers before they are added to the result: errors grow with the square root of the number of terms of a
    /// sum, so that many short sums lose less than a long one.
    private static let termsPerSum = 1_024

    /// Outputs of a row of a pass.
    private func multiply(
        _ source: UnsafePointer<Float>, row: Int, columns targets: Range<Int>, of pass: Pass,
        kernel: UnsafePointer<Float>, bias: UnsafePointer<Float>?, target: UnsafeMutablePointer<Float>
    ) {
        let (y, x) = (pass.vertical, pass.horizontal)
        let rows = y.insideTaps[row]
        let columns = self.target.channels / groups
        let depth = sourceDepth
        let start = ((y.targetStart + row * y.targetStep) * self.target.width + x.targetStart) * self.target.channels
        let groupKernel = y.taps.count * x.taps.count * self.depth * lanes
        for segment in pass.segments {
            let targets = segment.targets.clamped(to: targets)
            guard !targets.isEmpty else { continue }
            let from = source + targets.lowerBound * x.sourceStep * pass.pixelStride
            let to = target + start + targets.lowerBound * x.targetStep * self.target.channels
            let end = rows.upperBound * segment.stepsPerRow
            var first = rows.lowerBound * segment.stepsPerRow
            var shape = ccnn_realShape(
                rows: spansPictures ? geometry.batch : targets.count, columns: columns, inner: segment.inner, outer: 0,
                aRow: spansPictures ? self.source.count : x.sourceStep * pass.pixelStride, aInner: 1, bInner: lanes,
                cRow: spansPictures ? self.target.count : x.targetStep * self.target.channels, steps: nil, bias: bias,
                accumulate: false)
            repeat {
                shape.outer = min(max(Self.termsPerSum / max(segment.inner, 1), 1), end - first)
                shape.steps = segment.steps.base + first
                if multiplier != nil {
                    ccnn_channelwiseProduct(&shape, from, kernel, to)
                } else {
                    for group in 0..<groups {
                        if shape.bias != nil { shape.bias = bias.map { $0 + group * columns } }
                        ccnn_realProduct(
                            &shape, from + group * depth, kernel + group * groupKernel, to + group * columns)
                    }
                }
                first += shape.outer
                shape.bias = nil
                shape.accumulate = true
            } while first < end
        }
    }

    private var sourceDepth: Int { source.channels / geometry.groups }
}
