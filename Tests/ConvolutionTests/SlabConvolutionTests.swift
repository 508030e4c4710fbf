import Convolution
import FourierTransforms
import GaussianKernels
import MessagePassing
import Randomness
import SampledSpaces
import TestSupport
import Testing

@Suite struct SlabConvolutionTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let boundary: Boundary
        let extent: ConvolutionExtent
        let dilation: Int
        let ranks: Int
        var testDescription: String { "\(boundary), \(extent), dilation \(dilation), \(ranks) ranks" }
    }

    static let cases: [Case] = Boundary.allCases.flatMap { boundary in
        [
            Case(boundary: boundary, extent: .same, dilation: 1, ranks: 3),
            Case(boundary: boundary, extent: .full, dilation: 2, ranks: 4),
            Case(boundary: boundary, extent: .valid, dilation: 1, ranks: 2),
            Case(boundary: boundary, extent: .same, dilation: 3, ranks: 1),
        ]
    }

    @Test(arguments: cases) func ranksTogetherComputeTheConvolution(_ the: Case) throws {
        var random = SeededGenerator(seed: 5)
        let grid = Grid(width: 29, height: 23)
        let f = SampledFunction(grid: grid, values: (0..<grid.count).map { _ in Float(random.normal()) })
        let taps = PlaneTaps(width: 5, height: 4, values: (0..<20).map { _ in Float(random.normal()) })
        let kernel = ConvolutionKernel(taps)
        let whole = try Convolution(
            kernel, on: grid, boundary: the.boundary, extent: the.extent, dilation: the.dilation, method: .direct)
        let wanted = whole(f)
        // ε·log₂(N)·Σ|weight|·max|f|, as documented, N below 2¹².
        let magnitude: Float = taps.values.reduce(0) { $0 + abs($1) }
        let tolerance: Float = 12 * Float.ulpOfOne * magnitude * Float(f.maxNorm())

        let parts = try LocalRanks.run(the.ranks) { communicator in
            let slabs = try SlabConvolution(
                kernel, on: grid, boundary: the.boundary, extent: the.extent, dilation: the.dilation
            ) { GatheredSlab(width: $0, height: $1, on: communicator) }
            #expect(slabs.outputGrid == whole.outputGrid)
            let result = slabs { row in (0..<grid.width).map { f[$0, row] } }
            return (
                rows: slabs.rowsComputed, lines: slabs.rowsComputed.map { result.row($0) }, bands: slabs.bands(of: 5)
            )
        }
        #expect(parts.flatMap(\.rows).sorted() == Array(0..<wanted.grid.height))
        for part in parts {
            for (row, line) in zip(part.rows, part.lines) {
                for column in line.indices { #expect(abs(line[column] - wanted[column, row]) <= tolerance) }
            }
        }
        // In every band the rows come in the order of ranks.
        for band in parts[0].bands {
            let rows = parts.flatMap { part in part.rows.filter { band.contains($0) } }
            #expect(rows == Array(band))
        }
        #expect(Array(parts[0].bands.joined()) == Array(0..<wanted.grid.height))
    }

    @Test func aProcessByItselfHoldsTheWholePicture() throws {
        let grid = Grid(width: 40, height: 30)
        let f = SampledFunction<Float>(grid: grid, values: (0..<grid.count).map { Float($0 % 17) })
        let kernel = ConvolutionKernel<Float>(
            GaussianFactors(
                x: .init(order: 1, sigma: 2, discretization: .sampled),
                y: .init(order: 0, sigma: 2, discretization: .sampled)))
        let whole = try Convolution(kernel, on: grid, boundary: .replicate, method: .spectral)(f)
        let slabs = try SlabConvolution(kernel, on: grid, boundary: .replicate) { WholeSlab(width: $0, height: $1) }
        #expect(slabs.rowsRead == Array(0..<30))
        let result = slabs { row in (0..<grid.width).map { f[$0, row] } }
        for row in 0..<30 {
            for (column, value) in result.row(row).enumerated() { #expect(abs(value - whole[column, row]) <= 2e-5) }
        }
    }
}

/// A slab whose spectrum is computed by rank 0 for all: what FFTW's own distributed transforms do, without MPI.
private final class GatheredSlab: SlabTransform {
    let width: Int
    let height: Int
    let rows: Range<Int>
    private let whole: WholeSlab
    private let communicator: any Communicator
    var pitch: Int { whole.pitch }

    init(width: Int, height: Int, on communicator: any Communicator) {
        (self.width, self.height, self.communicator) = (width, height, communicator)
        whole = WholeSlab(width: width, height: height)
        rows = communicator.share(of: height)
    }

    func makeSlab() -> AlignedBuffer<Float> { AlignedBuffer(zeros: rows.count * pitch) }
    func forward(_ slab: AlignedBuffer<Float>) { run(slab) { $0.forward($1) } }
    func inverse(_ slab: AlignedBuffer<Float>) { run(slab) { $0.inverse($1) } }

    private func run(_ slab: AlignedBuffer<Float>, _ transform: (WholeSlab, AlignedBuffer<Float>) -> Void) {
        let parts = communicator.gather(slab.array.flatMap { withUnsafeBytes(of: $0) { Array($0) } })
        var all: [UInt8] = []
        if communicator.leads {
            let plane = whole.makeSlab()
            for (place, number) in numbers(Array(parts.joined())).enumerated() { plane.pointer[place] = number }
            transform(whole, plane)
            all = plane.array.flatMap { withUnsafeBytes(of: $0) { Array($0) } }
        }
        let spectrum = numbers(communicator.broadcast(all))
        for i in 0..<slab.count { slab.pointer[i] = spectrum[rows.lowerBound * pitch + i] }
    }

    private func numbers(_ bytes: [UInt8]) -> [Float] {
        bytes.withUnsafeBytes { bytes in
            (0..<bytes.count / 4).map { bytes.loadUnaligned(fromByteOffset: 4 * $0, as: Float.self) }
        }
    }
}
