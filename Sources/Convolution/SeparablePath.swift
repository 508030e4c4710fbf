import CInnerLoops
import FourierTransforms
import Parallelism

/// A sum along every row, then one along every column: taps in x plus taps in y instead of their product.
///
/// The rows that a strip of outputs needs are filtered into memory that stays in the cache, so that no intermediate picture exists; neighbouring strips
/// filter the rows that both need twice. The rounding error is at most (taps in x + taps in y)·ε·Σ|weight|·max|f|.
struct SeparablePath<Scalar: ConvolutionScalar>: ConvolutionPath {
    private let loops = Scalar.tapLoops
    private let core: Core<Scalar>
    private let wx: [Scalar]
    private let wy: [Scalar]
    private let line: LineExtension<Scalar>
    private let groups: RowGroups
    private let strips: Partition

    init(_ core: Core<Scalar>, x: [Scalar], y: [Scalar]) {
        self.core = core
        (wx, wy) = (x, y)
        line = LineExtension(core.x)
        groups = RowGroups(core.y)
        // Strips at least twice as high as what neighbours share keep the repeated work below a half.
        strips = Partition(itemCount: core.y.count, blockLength: max(48, 2 * core.y.reach / core.y.stride))
    }

    func run(_ source: UnsafePointer<Scalar>, _ result: UnsafeMutablePointer<Scalar>) {
        let read = strips.map { RowStrip(groups, core.y, $0) }
        let highest = read.map(\.samples.count).max() ?? 0
        let makeScratch = {
            StripScratch<Scalar>(line: line.length, rows: highest * core.x.count)
        }
        WorkerPool.shared.forEach(strips.count, scratch: makeScratch) { strip, scratch in
            filterRows(source, read[strip], scratch)
            filterColumns(scratch, read[strip], strips[strip], result)
        }
    }

    private func filterRows(_ source: UnsafePointer<Scalar>, _ strip: RowStrip, _ scratch: StripScratch<Scalar>) {
        let x = core.x
        let shape = ccnn_tapShape(rows: 1, columns: x.taps, outputs: 1, shift: 0, length: x.count)
        for (slot, sample) in strip.samples.enumerated() {
            line.extend(source + Int(sample) * x.sourceCount, into: scratch.line.pointer)
            loops.sumTaps(
                shape, [UnsafePointer(scratch.line.pointer)], line.offsets, wx, [scratch.rows.pointer + slot * x.count])
        }
    }

    private func filterColumns(
        _ scratch: StripScratch<Scalar>, _ strip: RowStrip, _ outputs: Range<Int>,
        _ result: UnsafeMutablePointer<Scalar>
    ) {
        let (y, width) = (core.y, core.x.count)
        groups.forEach(in: outputs) { first, count in
            let sources = (0..<y.taps + (count - 1) * groups.shift).map { tap -> UnsafePointer<Scalar>? in
                strip.slot(ofPlace: first * y.stride + tap * y.dilation).map {
                    UnsafePointer(scratch.rows.pointer + $0 * width)
                }
            }
            let rows = (0..<count).map { r -> UnsafeMutablePointer<Scalar>? in
                result + (first + r * groups.outputStep) * width
            }
            let shape = ccnn_tapShape(rows: y.taps, columns: 1, outputs: count, shift: groups.shift, length: width)
            loops.sumTaps(shape, sources, [0], wy, rows)
        }
    }
}

/// What one thread needs for its strips.
private final class StripScratch<Scalar: ConvolutionScalar> {
    let line: AlignedBuffer<Scalar>
    let rows: AlignedBuffer<Scalar>

    init(line: Int, rows: Int) {
        self.line = AlignedBuffer(uninitialized: line)
        self.rows = AlignedBuffer(uninitialized: rows)
    }
}
