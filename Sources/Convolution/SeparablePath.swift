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
        let highest = strips.map { places(of: $0).count }.max() ?? 0
        let makeScratch = {
            StripScratch<Scalar>(line: line.length, rows: highest * core.x.count)
        }
        WorkerPool.shared.forEach(strips.count, scratch: makeScratch) { strip, scratch in
            filterRows(source, places(of: strips[strip]), scratch)
            filterColumns(scratch, strips[strip], result)
        }
    }

    /// The places of the extended columns that a strip of outputs reads.
    private func places(of outputs: Range<Int>) -> Range<Int> {
        outputs.lowerBound * core.y.stride..<(outputs.upperBound - 1) * core.y.stride + core.y.reach
    }

    private func filterRows(_ source: UnsafePointer<Scalar>, _ places: Range<Int>, _ scratch: StripScratch<Scalar>) {
        let (x, y) = (core.x, core.y)
        let shape = ccnn_tapShape(rows: 1, columns: x.taps, outputs: 1, shift: 0, length: x.count)
        for (index, place) in places.enumerated() where y.map[place] >= 0 {
            line.extend(source + Int(y.map[place]) * x.sourceCount, into: scratch.line.pointer)
            loops.sumTaps(
                shape, [UnsafePointer(scratch.line.pointer)], line.offsets, wx, [scratch.rows.pointer + index * x.count]
            )
        }
    }

    private func filterColumns(
        _ scratch: StripScratch<Scalar>, _ outputs: Range<Int>, _ result: UnsafeMutablePointer<Scalar>
    ) {
        let (y, width) = (core.y, core.x.count)
        let start = places(of: outputs).lowerBound
        groups.forEach(in: outputs) { first, count in
            let sources = (0..<y.taps + (count - 1) * groups.shift).map { tap -> UnsafePointer<Scalar>? in
                let place = first * y.stride + tap * y.dilation
                return y.map[place] < 0 ? nil : UnsafePointer(scratch.rows.pointer + (place - start) * width)
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
