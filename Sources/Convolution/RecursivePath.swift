import CInnerLoops
import FourierTransforms
import Parallelism

/// A Gaussian derivative as recursions in both directions along every row, then along every column; the cost does not depend on σ.
///
/// Lines begin and end at rest: beyond a zero boundary that is right, beyond any other the extended line's ends, a truncation radius away, are where it
/// departs. An output differs from the sum over taps by at most the filters' `error` in units of Σ|weight|·max|f|, and by rounding.
struct RecursivePath<Scalar: ConvolutionScalar>: ConvolutionPath {
    private let loops = Scalar.tapLoops
    private let core: Core<Scalar>
    private let filterX: [Scalar]
    private let filterY: [Scalar]
    /// Where output m lies on the filtered line, from the beginning of the extended one.
    private let centreX: Int
    private let centreY: Int
    private let rowBlocks: Partition
    private let columnBlocks: Partition

    /// Lines filtered side by side: 64 bytes of them.
    private static var lanes: Int { 64 / MemoryLayout<Scalar>.size }
    /// Columns filtered as one item of work: four vectors, whose lines of memory follow one another.
    private static var columnsTogether: Int { 4 * lanes }

    init(_ core: Core<Scalar>, x: RecursiveFilter, y: RecursiveFilter) {
        self.core = core
        filterX = x.scalars(Scalar.self)
        filterY = y.scalars(Scalar.self)
        // The tap at offset zero is the middle one, and dilation is one.
        (centreX, centreY) = (core.x.taps / 2, core.y.taps / 2)
        rowBlocks = Partition(itemCount: core.y.sourceCount, blockLength: Self.lanes)
        columnBlocks = Partition(itemCount: core.x.count, blockLength: Self.columnsTogether)
    }

    func run(_ source: UnsafePointer<Scalar>, _ result: UnsafeMutablePointer<Scalar>) {
        // Rows of the intermediate picture are padded to whole vectors.
        var pitch = (core.x.count + Self.lanes - 1) / Self.lanes * Self.lanes
        // Rows a multiple of 4096 bytes apart would compete for the same few lines of the cache.
        if pitch * MemoryLayout<Scalar>.size % 4096 == 0 { pitch += Self.lanes }
        let filtered = AlignedBuffer<Scalar>(uninitialized: core.y.sourceCount * pitch)
        filterRows(source, filtered.pointer, pitch: pitch)
        filterColumns(filtered.pointer, pitch: pitch, result)
        withExtendedLifetime(filtered) {}
    }

    /// Filters the rows in blocks that are first laid on their side, so that the recursion runs in all lanes.
    private func filterRows(_ source: UnsafePointer<Scalar>, _ filtered: UnsafeMutablePointer<Scalar>, pitch: Int) {
        let (x, lanes) = (core.x, Self.lanes)
        let makeScratch = { RecursionScratch<Scalar>(samples: x.sourceCount * lanes, places: x.map.count * lanes) }
        WorkerPool.shared.forEach(rowBlocks.count, scratch: makeScratch) { block, scratch in
            let rows = rowBlocks[block]
            loops.transpose(
                source + rows.lowerBound * x.sourceCount, x.sourceCount, rows.count, x.sourceCount,
                scratch.samples.pointer, lanes)
            let shape = ccnn_recursiveShape(
                sections: (filterX.count - 2) / 4, count: x.map.count, lanes: lanes, sourcePitch: lanes,
                resultPitch: lanes)
            loops.recursive(shape, filterX, scratch.samples.pointer, x.map, scratch.places.pointer)
            loops.transpose(
                scratch.places.pointer + centreX * lanes, lanes * x.stride, x.count, rows.count,
                filtered + rows.lowerBound * pitch, pitch)
        }
    }

    private func filterColumns(_ filtered: UnsafePointer<Scalar>, pitch: Int, _ result: UnsafeMutablePointer<Scalar>) {
        let y = core.y
        let width = Self.columnsTogether
        WorkerPool.shared.forEach(
            columnBlocks.count, scratch: { AlignedBuffer<Scalar>(uninitialized: y.map.count * width) }
        ) {
            block, scratch in
            let columns = columnBlocks[block]
            // A whole vector of columns may lie to the left of the last ones, and is computed again.
            let first = min(columns.lowerBound, max(0, pitch - Self.lanes))
            let lanes = max(columns.upperBound - first, Self.lanes)
            let shape = ccnn_recursiveShape(
                sections: (filterY.count - 2) / 4, count: y.map.count, lanes: lanes, sourcePitch: pitch,
                resultPitch: width)
            loops.recursive(shape, filterY, filtered + first, y.map, scratch.pointer)
            for row in 0..<y.count {
                loops.copy(
                    scratch.pointer + (centreY + row * y.stride) * width + columns.lowerBound - first, 1, columns.count,
                    result + row * core.x.count + columns.lowerBound, 1)
            }
        }
    }
}

/// What one thread needs for its rows.
private final class RecursionScratch<Scalar: ConvolutionScalar> {
    let samples: AlignedBuffer<Scalar>
    let places: AlignedBuffer<Scalar>

    init(samples: Int, places: Int) {
        self.samples = AlignedBuffer(zeros: samples)
        self.places = AlignedBuffer(uninitialized: places)
    }
}
