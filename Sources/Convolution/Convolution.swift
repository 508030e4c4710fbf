import FourierTransforms
import Parallelism
import SampledSpaces

/// Why a convolution is not defined.
public enum ConvolutionError: Error, Hashable, CustomStringConvertible {
    /// The kernel does not fit into the picture, so that no output depends on samples only.
    case noValidOutput(kernel: [Int], picture: [Int])
    /// The algorithm asked for cannot do it.
    case methodDoesNotApply(ConvolutionMethod, why: String)

    /// One sentence that says what was found and what was wanted.
    public var description: String {
        switch self {
        case .noValidOutput(let kernel, let picture):
            "A kernel that spans \(kernel[0]) × \(kernel[1]) samples does not fit into a picture of \(picture[0]) × \(picture[1]), "
                + "so the valid extent is empty."
        case .methodDoesNotApply(let method, let why): "The method \(method.rawValue) cannot be used here: \(why)."
        }
    }
}

/// Convolution with a kernel as an operator on functions on a grid, with an exact adjoint.
///
/// (Kf)[i] = Σ_j weight[j] f[i − dilation·j] over the kernel's offsets j, for every `stride`-th position i of the extent, f continued by the
/// boundary. This is mathematical convolution; a network's cross-correlation is convolution with the mirrored kernel. All algorithms give the same function within
/// their documented tolerances; on any number of threads each gives the same bits.
public struct Convolution<Scalar: ConvolutionScalar>: LinearOperator {
    /// What is convolved with.
    public let kernel: ConvolutionKernel<Scalar>
    /// How functions continue beyond the grid.
    public let boundary: Boundary
    /// Which positions are kept.
    public let extent: ConvolutionExtent
    /// The distance of neighbouring outputs, in samples.
    public let stride: Int
    /// The distance of neighbouring weights, in samples.
    public let dilation: Int
    /// The algorithm, as asked for or as chosen.
    public let method: ConvolutionMethod

    /// Where functions lie.
    public let inputGrid: Grid
    /// Where results lie: at the positions of the outputs, `stride` times the spacing apart.
    public let outputGrid: Grid

    /// By how much an output may differ from the sum over taps beside rounding, in units of the largest magnitude of the function: zero but for
    /// the recursive method, which approximates the kernel.
    public let approximationError: Double

    private let forward: LazyPath<Scalar>
    private let backward: LazyPath<Scalar>
    private let positions: (x: Range<Int>, y: Range<Int>)

    /// Convolution with `kernel` of functions on `grid`.
    ///
    /// - Parameters:
    ///   - kernel: the weights.
    ///   - grid: where the functions lie.
    ///   - boundary: how they continue.
    ///   - extent: which positions are kept.
    ///   - stride: every how-manieth of them.
    ///   - dilation: how far apart the weights are.
    ///   - method: the algorithm; nil for the one that `preference` asks for. The fastest for wide Gaussians is the recursion, within 1e-4 of the
    ///     sum over taps as `approximationError` says.
    ///   - preference: what the algorithm is chosen for, where it is not said.
    /// - Throws: `ConvolutionError` where the valid extent is empty or the method does not apply.
    /// - Complexity: O(taps); spectra and plans are made when the operator is first applied, and kept.
    public init(
        _ kernel: ConvolutionKernel<Scalar>, on grid: Grid, boundary: Boundary = .zero,
        extent: ConvolutionExtent = .same,
        stride: Int = 1, dilation: Int = 1, method: ConvolutionMethod? = nil, preference: MethodPreference = .speed
    ) throws(ConvolutionError) {
        precondition(stride >= 1 && dilation >= 1, "stride and dilation are at least 1, not \(stride) and \(dilation)")
        let geometry = Geometry(
            kernel: (kernel.width, kernel.height), origin: (kernel.originColumn, kernel.originRow),
            grid: grid, extent: extent, stride: stride, dilation: dilation)
        guard !geometry.x.isEmpty, !geometry.y.isEmpty else {
            throw .noValidOutput(
                kernel: [(kernel.width - 1) * dilation + 1, (kernel.height - 1) * dilation + 1],
                picture: [grid.width, grid.height])
        }
        let core = geometry.core(of: kernel, boundary: boundary)
        if let method { try method.check(core, dilation: dilation) }
        let chosen =
            method
            ?? (preference == .speed ? CostModel.standard.fastest(for: core) : CostModel.standard.local(for: core))
        (self.kernel, self.boundary, self.extent) = (kernel, boundary, extent)
        (self.stride, self.dilation, self.method) = (stride, dilation, chosen)
        approximationError = chosen == .recursive ? core.recursionError : 0
        inputGrid = grid
        outputGrid = Grid(
            width: core.x.count, height: core.y.count, spacing: grid.spacing * Double(stride),
            origin: grid.point(column: geometry.x.lowerBound, row: geometry.y.lowerBound))
        positions = geometry.positions(boundary: boundary)
        forward = LazyPath(core, chosen)
        backward = LazyPath(geometry.transposedCore(of: kernel, to: positions), chosen)
    }

    /// The convolution of `f`, a function on `inputGrid`.
    ///
    /// A number that is not finite reaches the outputs within the kernel's reach of it and no others, whatever the method.
    public func callAsFunction(_ f: SampledFunction<Scalar>) -> SampledFunction<Scalar> {
        precondition(f.grid == inputGrid, "the function lies on another grid than the operator's")
        return SampledFunction(grid: outputGrid, values: forward.run(f.values))
    }

    /// The adjoint's result for `g`, a function on `outputGrid`: stride² times correlation, folded back over the border.
    public func adjoint(_ g: SampledFunction<Scalar>) -> SampledFunction<Scalar> {
        precondition(g.grid == outputGrid, "the function lies on another grid than the operator's results")
        let scale = Scalar(stride * stride)
        var values = backward.run(stride == 1 ? g.values : g.values.map { scale * $0 })
        if positions.x != 0..<inputGrid.width || positions.y != 0..<inputGrid.height { values = folded(values) }
        return SampledFunction(grid: inputGrid, values: values)
    }

    /// The one convolution that equals this one after `first`, where both are Gaussian derivatives and there is one.
    func merged(after first: Convolution) -> Convolution? {
        guard let a = first.kernel.gaussian, let b = kernel.gaussian, let one = a.merged(with: b) else { return nil }
        let isPlain = [self, first].allSatisfy { $0.extent == .same && $0.stride == 1 && $0.dilation == 1 }
        guard isPlain, boundary == first.boundary else { return nil }
        switch boundary {
        case .periodic: break
        case .mirrorHalfSample, .mirrorWholeSample: guard a.x.order % 2 == 0, a.y.order % 2 == 0 else { return nil }
        case .zero, .replicate: return nil
        }
        let merged = try? Convolution(ConvolutionKernel(one), on: first.inputGrid, boundary: boundary)
        // Merging must not bring in an approximation that neither of the two makes.
        guard merged?.method == .recursive, method != .recursive, first.method != .recursive else { return merged }
        return try? Convolution(ConvolutionKernel(one), on: first.inputGrid, boundary: boundary, method: .separable)
    }

    /// The transpose of continuing a function: every place's value is added to the sample that stands there.
    private func folded(_ values: [Scalar]) -> [Scalar] {
        let (width, height) = (inputGrid.width, inputGrid.height)
        let targets = positions.x.map { Int32(boundary.source(of: $0, count: width) ?? -1) }
        // Places inside the picture stand for themselves, and are added as one run.
        let inside = positions.x.clamped(to: 0..<width)
        let before = inside.isEmpty ? targets.count : inside.lowerBound - positions.x.lowerBound
        let after = inside.isEmpty ? 0 : positions.x.upperBound - inside.upperBound
        let loops = Scalar.tapLoops
        var result = [Scalar](repeating: 0, count: width * height)
        result.withUnsafeMutableBufferPointer { result in
            values.withUnsafeBufferPointer { values in
                targets.withUnsafeBufferPointer { targets in
                    guard let to = result.baseAddress, let from = values.baseAddress, let map = targets.baseAddress
                    else { return }
                    for (line, row) in positions.y.enumerated() {
                        guard let y = boundary.source(of: row, count: height) else { continue }
                        let (source, target) = (from + line * targets.count, to + y * width)
                        loops.scatter(source, map, before, target)
                        loops.add(source + before, inside.count, target + inside.lowerBound)
                        loops.scatter(source + targets.count - after, map + targets.count - after, after, target)
                    }
                }
            }
        }
        return result
    }
}

/// The positions that a convolution reads and writes.
struct Geometry {
    let kernel: (width: Int, height: Int)
    let origin: (column: Int, row: Int)
    let grid: Grid
    let stride: Int
    let dilation: Int
    /// The outputs with stride 1, in samples of the input.
    let x: Range<Int>
    let y: Range<Int>

    init(
        kernel: (width: Int, height: Int), origin: (column: Int, row: Int), grid: Grid, extent: ConvolutionExtent,
        stride: Int, dilation: Int
    ) {
        (self.kernel, self.origin, self.grid) = (kernel, origin, grid)
        (self.stride, self.dilation) = (stride, dilation)
        x = AxisPlan.outputs(
            count: grid.width, taps: kernel.width, origin: origin.column, dilation: dilation, extent: extent)
        y = AxisPlan.outputs(
            count: grid.height, taps: kernel.height, origin: origin.row, dilation: dilation, extent: extent)
    }

    func core<Scalar: ConvolutionScalar>(of kernel: ConvolutionKernel<Scalar>, boundary: Boundary) -> Core<Scalar> {
        let xPlan = AxisPlan.convolution(
            count: grid.width, taps: kernel.width, origin: origin.column, dilation: dilation, stride: stride,
            outputs: x, boundary: boundary)
        let yPlan = AxisPlan.convolution(
            count: grid.height, taps: kernel.height, origin: origin.row, dilation: dilation, stride: stride,
            outputs: y, boundary: boundary)
        let weights: Core<Scalar>.Weights =
            switch kernel.form {
            case .plane(let taps): .plane(taps.values.reversed())
            case .product(let x, let y): .product(x: x.values.reversed(), y: y.values.reversed())
            }
        return Core(
            x: xPlan, y: yPlan, weights: weights, gaussian: dilation == 1 ? kernel.gaussian : nil, isTransposed: false)
    }

    /// The places of the extended lines that the adjoint fills: beyond a zero boundary none is needed.
    func positions(boundary: Boundary) -> (x: Range<Int>, y: Range<Int>) {
        let columns = AxisPlan.positionsRead(
            outputs: x, taps: kernel.width, origin: origin.column, dilation: dilation, stride: stride)
        let rows = AxisPlan.positionsRead(
            outputs: y, taps: kernel.height, origin: origin.row, dilation: dilation, stride: stride)
        guard boundary == .zero else { return (columns, rows) }
        // A kernel that lies wholly to one side of its origin may read nothing; its adjoint's zeros go anywhere.
        func inside(_ places: Range<Int>, _ n: Int) -> Range<Int> {
            let kept = places.clamped(to: 0..<n)
            return kept.isEmpty ? 0..<n : kept
        }
        return (inside(columns, grid.width), inside(rows, grid.height))
    }

    func transposedCore<Scalar: ConvolutionScalar>(
        of kernel: ConvolutionKernel<Scalar>, to positions: (x: Range<Int>, y: Range<Int>)
    ) -> Core<Scalar> {
        let xPlan = AxisPlan.transpose(
            of: x, taps: kernel.width, origin: origin.column, dilation: dilation, stride: stride, to: positions.x)
        let yPlan = AxisPlan.transpose(
            of: y, taps: kernel.height, origin: origin.row, dilation: dilation, stride: stride, to: positions.y)
        let weights: Core<Scalar>.Weights =
            switch kernel.form {
            case .plane(let taps): .plane(taps.values)
            case .product(let x, let y): .product(x: x.values, y: y.values)
            }
        return Core(
            x: xPlan, y: yPlan, weights: weights, gaussian: dilation == 1 ? kernel.gaussian : nil, isTransposed: true)
    }
}
