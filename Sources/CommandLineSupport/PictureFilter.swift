import ContinuousCNN
import Foundation
import Parallelism
import Reports

/// The convolutions that a request asks for, on the grid of a picture.
struct PictureFilter {
    private let convolutions: [Convolution<Float>]
    private let request: FilterRequest

    /// - Throws: `CommandFailure` where the kernel's file is unusable or the machine has no room, `ConvolutionError` where the convolution is
    ///   not defined.
    init(_ request: FilterRequest, grid: Grid) throws {
        self.request = request
        convolutions = try Self.kernels(request).map { kernel in
            try Self.checkMemory(for: kernel, on: grid, request)
            return try Convolution(
                kernel, on: grid, boundary: request.boundary, extent: request.extent, dilation: request.dilation,
                method: request.method)
        }
    }

    /// Refuses what has no room even for its result and for the lines that a border continues.
    private static func checkMemory(
        for kernel: ConvolutionKernel<Float>, on grid: Grid, _ request: FilterRequest
    ) throws(CommandFailure) {
        let (width, height) = (Double(grid.width), Double(grid.height))
        let across = width + Double(kernel.width - 1) * Double(request.dilation)
        let down = height + Double(kernel.height - 1) * Double(request.dilation)
        let samples = request.extent == .full ? across * down : width * height
        // A sample has 4 bytes, and so has the number of the one that stands at each place of a line.
        let (needed, there) = (4 * (samples + 2 * across + down), Double(MachineShare.current.memory))
        guard needed <= there else {
            throw CommandFailure(
                "a kernel that spans \(Format.count(Int(across - width) + 1)) × \(Format.count(Int(down - height) + 1)) pixels takes at least "
                    + "\(Format.count(Int((needed / 1e9).rounded(.up)))) GB here, but \(Int(there / 1e9)) GB are there"
            )
        }
    }

    var outputGrid: Grid { convolutions[0].outputGrid }

    var description: String { "\(Self.name(of: request.filter)), method \(convolutions[0].method.rawValue)" }

    static func name(of filter: FilterRequest.Filter) -> String {
        switch filter {
        case .gaussian(let sigma, 0, 0): "Gaussian of σ = \(sigma)"
        case .gaussian(let sigma, let x, let y):
            "derivative \(JetTerm(dx: x, dy: y).name) of the Gaussian of σ = \(sigma)"
        case .laplacian(let sigma): "Laplacian of the Gaussian of σ = \(sigma)"
        case .gradientMagnitude(let sigma): "length of the gradient at σ = \(sigma)"
        case .taps(let file): "taps of \(file.lastPathComponent)"
        }
    }

    func apply(to f: SampledFunction<Float>) -> SampledFunction<Float> {
        guard convolutions.count == 2 else { return convolutions[0](f) }
        return convolutions[0](f).combined(with: convolutions[1](f)) { ($0 * $0 + $1 * $1).squareRoot() }
    }

    /// What of a plane that is not filtered belongs to the positions of the result; transparent beyond the picture.
    func aligned(_ plane: SampledFunction<Float>) -> SampledFunction<Float> {
        let first = plane.grid.position(of: outputGrid.origin)
        let (column, row) = (Int(first.x.rounded()), Int(first.y.rounded()))
        return plane.extended(
            columns: column..<column + outputGrid.width, rows: row..<row + outputGrid.height, boundary: .zero)
    }

    /// The kernels that a picture is convolved with: one, or the two of a gradient.
    static func kernels(_ request: FilterRequest) throws -> [ConvolutionKernel<Float>] {
        func gaussian(_ sigma: Double, _ x: Int, _ y: Int) -> ConvolutionKernel<Float> {
            func factor(_ order: Int) -> GaussianFactors.Factor {
                .init(
                    order: order, sigma: sigma,
                    discretization: request.discretization ?? .automatic(order: order, sigma: sigma))
            }
            return ConvolutionKernel(GaussianFactors(x: factor(x), y: factor(y)))
        }
        switch request.filter {
        case .gaussian(let sigma, let x, let y): return [gaussian(sigma, x, y)]
        case .laplacian(let sigma):
            return [
                .laplacian(sigma: sigma, discretization: request.discretization ?? .automatic(order: 2, sigma: sigma))
            ]
        case .gradientMagnitude(let sigma): return [gaussian(sigma, 1, 0), gaussian(sigma, 0, 1)]
        case .taps(let file): return [try taps(file)]
        }
    }

    /// The taps of a file of one tensor with two axes, rows first.
    private static func taps(_ file: URL) throws -> ConvolutionKernel<Float> {
        let archive = try TensorArchive(contentsOf: file)
        guard archive.entries.count == 1, let entry = archive.entries.first, entry.shape.rank == 2,
            entry.shape.count > 0
        else {
            let found = archive.entries.map { "\($0.shape.extents)" }.joined(separator: ", ")
            throw CommandFailure(
                "\(file.relativePath): a kernel is one tensor of two axes, but the file holds \(found)")
        }
        let values = try archive.tensor(named: entry.name).doubles.map { Float($0) }
        guard values.allSatisfy(\.isFinite) else {
            throw CommandFailure("\(file.relativePath): a kernel's taps are finite numbers, but the file holds others")
        }
        return ConvolutionKernel(
            PlaneTaps(width: entry.shape.extents[1], height: entry.shape.extents[0], values: values))
    }
}
