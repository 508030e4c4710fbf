import CInnerLoops
import FourierTransforms
import Parallelism

/// The sum over all taps, as it is written. Its rounding error is at most taps·ε·Σ|weight|·max|f|.
struct DirectPath<Scalar: ConvolutionScalar>: ConvolutionPath {
    private let loops = Scalar.tapLoops
    let core: Core<Scalar>
    private let weights: [Scalar]
    private let line: LineExtension<Scalar>
    private let groups: RowGroups
    private let strips: Partition

    init(_ core: Core<Scalar>) {
        self.core = core
        weights = core.planeWeights
        line = LineExtension(core.x)
        groups = RowGroups(core.y)
        strips = Partition(itemCount: core.y.count, blockLength: 32)
    }

    func run(_ source: UnsafePointer<Scalar>, _ result: UnsafeMutablePointer<Scalar>) {
        WorkerPool.shared.forEach(strips.count) { strip, _ in
            run(source, result, rows: strips[strip], columns: 0..<core.x.count)
        }
    }

    /// Computes the outputs `rows` × `columns` only, into their places in the whole result.
    func run(
        _ source: UnsafePointer<Scalar>, _ result: UnsafeMutablePointer<Scalar>, rows: Range<Int>, columns: Range<Int>
    ) {
        let (x, y) = (core.x, core.y)
        let strip = RowStrip(groups, y, rows)
        let memory = AlignedBuffer<Scalar>(uninitialized: strip.samples.count * line.length)
        for (slot, sample) in strip.samples.enumerated() {
            line.extend(source + Int(sample) * x.sourceCount, into: memory.pointer + slot * line.length)
        }
        groups.forEach(in: rows) { first, count in
            let sources = (0..<y.taps + (count - 1) * groups.shift).map { tap -> UnsafePointer<Scalar>? in
                strip.slot(ofPlace: first * y.stride + tap * y.dilation).map {
                    UnsafePointer(memory.pointer + $0 * line.length + columns.lowerBound)
                }
            }
            let outputs = (0..<count).map { r -> UnsafeMutablePointer<Scalar>? in
                result + (first + r * groups.outputStep) * x.count + columns.lowerBound
            }
            let shape = ccnn_tapShape(
                rows: y.taps, columns: x.taps, outputs: count, shift: groups.shift, length: columns.count)
            loops.sumTaps(shape, sources, line.offsets, weights, outputs)
        }
        withExtendedLifetime(memory) {}
    }
}
