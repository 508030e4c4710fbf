import CTapLoops
import FourierTransforms
import Parallelism

/// A sum along every row, then one along every column: taps in x plus taps in y instead of their product.
///
/// Every row is filtered once, whatever the boundary in y. Its rounding error is at most (taps in x + taps in y)·ε·Σ|weight|·max|f|.
struct SeparablePath<Scalar: ConvolutionScalar>: ConvolutionPath {
    private let core: Core<Scalar>
    private let wx: [Scalar]
    private let wy: [Scalar]
    private let line: LineExtension<Scalar>
    private let groups: RowGroups
    private let rowBlocks: Partition
    private let columnBlocks: Partition
    private let outputBlocks: Partition

    init(_ core: Core<Scalar>, x: [Scalar], y: [Scalar]) {
        self.core = core
        (wx, wy) = (x, y)
        line = LineExtension(core.x)
        groups = RowGroups(core.y)
        rowBlocks = Partition(itemCount: core.y.sourceCount, blockLength: max(1, 1 << 15 / max(core.x.count, 1)))
        // 1 KB of as many rows as there are taps stays in the second-level cache while the outputs move on.
        columnBlocks = Partition(itemCount: core.x.count, blockLength: 1024 / MemoryLayout<Scalar>.size)
        outputBlocks = Partition(itemCount: core.y.count, blockLength: max(256, core.y.taps))
    }

    func run(_ source: UnsafePointer<Scalar>, _ result: UnsafeMutablePointer<Scalar>) {
        let filtered = AlignedBuffer<Scalar>(uninitialized: core.y.sourceCount * core.x.count)
        filterRows(source, filtered.pointer)
        filterColumns(UnsafePointer(filtered.pointer), result)
        withExtendedLifetime(filtered) {}
    }

    private func filterRows(_ source: UnsafePointer<Scalar>, _ filtered: UnsafeMutablePointer<Scalar>) {
        let x = core.x
        let shape = ccnn_tapShape(rows: 1, columns: x.taps, outputs: 1, shift: 0, length: x.count)
        WorkerPool.shared.forEach(rowBlocks.count, scratch: { AlignedBuffer<Scalar>(zeros: line.length) }) {
            block, scratch in
            for row in rowBlocks[block] {
                line.extend(source + row * x.sourceCount, into: scratch.pointer)
                Scalar.tapLoops.sumTaps(
                    shape, [UnsafePointer(scratch.pointer)], line.offsets, wx, [filtered + row * x.count])
            }
        }
    }

    private func filterColumns(_ filtered: UnsafePointer<Scalar>, _ result: UnsafeMutablePointer<Scalar>) {
        let (y, width) = (core.y, core.x.count)
        WorkerPool.shared.forEach(columnBlocks.count * outputBlocks.count) { item, _ in
            let columns = columnBlocks[item % columnBlocks.count]
            groups.forEach(in: outputBlocks[item / columnBlocks.count]) { first, count in
                let sources = (0..<y.taps + (count - 1) * groups.shift).map { tap -> UnsafePointer<Scalar>? in
                    let row = Int(y.map[first * y.stride + tap * y.dilation])
                    return row < 0 ? nil : filtered + row * width + columns.lowerBound
                }
                let outputs = (0..<count).map { r -> UnsafeMutablePointer<Scalar>? in
                    result + (first + r * groups.outputStep) * width + columns.lowerBound
                }
                let shape = ccnn_tapShape(
                    rows: y.taps, columns: 1, outputs: count, shift: groups.shift, length: columns.count)
                Scalar.tapLoops.sumTaps(shape, sources, [0], wy, outputs)
            }
        }
    }
}
