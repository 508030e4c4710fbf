import ContinuousCNN
import Foundation
import Parallelism
import Reports

/// The operators that a request asks for, on the grid of a picture.
struct PictureFilter<Scalar: ConvolutionScalar> {
    private let operators: [any LinearOperator<Scalar>]
    private let kernel: FilterKernel
    private let request: FilterRequest
    private let method: String
    let outputGrid: Grid
    /// Σ |weight|.
    let gain: Double

    /// - Parameters:
    ///   - request: What is asked for.
    ///   - kernel: Its kernels.
    ///   - grid: Where the picture lies.
    ///   - planes: How many planes are held at once, those of the result not counted.
    ///   - isWeighted: Whether pixels have weights, so that sums over taps are wanted.
    /// - Throws: `CommandFailure` where the machine has no room, `ConvolutionError` where the convolution is not defined.
    init(_ request: FilterRequest, _ kernel: FilterKernel, grid: Grid, planes: Int, isWeighted: Bool) throws {
        (self.request, self.kernel) = (request, kernel)
        if request.isFourier {
            try Self.checkMemory(grid.count * (2 * planes + 8), "the transforms of a picture", grid)
            operators = try kernel.terms.map {
                try FourierGaussian(kernel.gaussian($0), on: grid, boundary: request.boundary)
            }
            (outputGrid, gain, method) = (grid, 1, "fourier")
            return
        }
        if isWeighted { try Self.checkWeighted(request) }
        var operators: [any LinearOperator<Scalar>] = []
        var names: [ConvolutionMethod] = []
        var gain = 0.0
        for kernel in kernel.kernels(isWeighted: isWeighted) as [ConvolutionKernel<Scalar>] {
            try Self.checkMemory(for: kernel, on: grid, planes, request)
            let convolution: Convolution<Scalar>
            if request.isOdd {
                let extending = OddExtension(on: grid, for: kernel, dilation: request.dilation)
                convolution = try Convolution(
                    kernel, on: extending.outputGrid, extent: .valid, dilation: request.dilation,
                    method: request.method, preference: .locality)
                operators.append(OddConvolution(before: extending, after: convolution))
            } else {
                convolution = try Convolution(
                    kernel, on: grid, boundary: request.boundary, extent: request.extent, dilation: request.dilation,
                    method: isWeighted ? Self.summing(request, kernel) : request.method, preference: .locality)
                operators.append(convolution)
            }
            try Self.checkWork(convolution, grid, planes)
            names.append(convolution.method)
            gain += kernel.l1Norm
        }
        self.operators = operators
        self.gain = gain
        (outputGrid, method) = (operators[0].outputGrid, names[0].rawValue)
    }

    private static func checkWeighted(_ request: FilterRequest) throws(CommandFailure) {
        if let method = request.method, method != .direct, method != .separable {
            throw CommandFailure(
                "--method is \(method.rawValue), but a picture with alpha or gaps is summed over taps, by direct or separable"
            )
        }
        guard !request.isOdd else {
            throw CommandFailure(
                "--boundary is odd, but a picture with alpha or gaps may have no value at its border to reflect about; the others serve"
            )
        }
    }

    private static func summing(_ request: FilterRequest, _ kernel: ConvolutionKernel<Scalar>) -> ConvolutionMethod {
        request.method ?? (kernel.gaussian == nil ? .direct : .separable)
    }

    /// Refuses what has no room even for its result and for the lines that a border continues.
    private static func checkMemory(
        for kernel: ConvolutionKernel<Scalar>, on grid: Grid, _ planes: Int, _ request: FilterRequest
    ) throws(CommandFailure) {
        let (width, height) = (Double(grid.width), Double(grid.height))
        let across = width + Double(kernel.width - 1) * Double(request.dilation)
        let down = height + Double(kernel.height - 1) * Double(request.dilation)
        let size = Double(MemoryLayout<Scalar>.size)
        let isWhole = request.extent == .full || request.isOdd
        let samples = Double(planes) * (width * height + (isWhole ? across * down : width * height))
        // A place of a line has the number of the sample that stands there, of 4 bytes, twice over.
        let needed = size * samples + 8 * (across + down)
        try check(
            needed,
            "a kernel that spans \(Format.count(Int(across - width) + 1)) × \(Format.count(Int(down - height) + 1)) pixels"
        )
    }

    /// Refuses an algorithm that has no room for what it works in: a rectangle of taps, or the transform of the whole picture.
    private static func checkWork(_ convolution: Convolution<Scalar>, _ grid: Grid, _ planes: Int)
        throws(CommandFailure)
    {
        let (kernel, dilation) = (convolution.kernel, Double(convolution.dilation))
        let size = Double(MemoryLayout<Scalar>.size)
        let (width, height) = (Double(kernel.width), Double(kernel.height))
        let across = Double(grid.width) + (width - 1) * dilation
        let down = Double(grid.height) + (height - 1) * dilation
        let work: Double =
            switch convolution.method {
            case .direct: width * height
            case .spectral: 3 * across * down + width * height
            case .tiled: 2 * width * height + ((width - 1) * dilation + 1) * ((height - 1) * dilation + 1)
            case .separable, .recursive: 64 * (across + down)
            }
        let held = 2 * Double(planes) * Double(grid.count)
        try check(
            size * (held + work),
            "the method \(convolution.method.rawValue) with \(Format.count(kernel.width)) × \(Format.count(kernel.height)) taps"
        )
    }

    private static func checkMemory(_ scalars: Int, _ what: String, _ grid: Grid) throws(CommandFailure) {
        try check(Double(scalars) * Double(MemoryLayout<Scalar>.size), what)
    }

    private static func check(_ needed: Double, _ what: String) throws(CommandFailure) {
        let there = Double(MachineShare.current.memory)
        guard needed <= there else {
            let gigabytes = needed < 1e18 ? Format.count(Int((needed / 1e9).rounded(.up))) : "\(needed / 1e9)"
            throw CommandFailure("\(what) takes at least \(gigabytes) GB here, but \(Int(there / 1e9)) GB are there")
        }
    }

    var description: String { "\(FilterName.of(request)), method \(method)" }

    func apply(to f: SampledFunction<Scalar>) -> SampledFunction<Scalar> { combined(operators.map { $0(f) }) }

    /// The result for `f` whose samples count by `weights`: NaN where nothing within reach has any.
    ///
    /// For derivatives it is the derivative of the weighted mean S = g*(wf) / g*w: as g*(wf) = S · (g*w), Leibniz' rule gives each derivative of S
    /// from lower ones. For taps k it is Σ k w (f − m) · Σ|k| / Σ|k|w + m Σ k with m = Σ|k|wf / Σ|k|w, the mean where no tap is negative. Both are what is
    /// computed without weights where all are 1, and exact on constants whatever the weights.
    func apply(
        to f: SampledFunction<Scalar>, weights: SampledFunction<Scalar>
    ) throws -> SampledFunction<Scalar> {
        let known = f.combined(with: weights) { $1 > 0 ? $0 * $1 : 0 }
        if kernel.taps != nil { return try weightedTaps(known, weights) }
        return combined(
            try kernel.terms.map { highest in
                var parts = WeightedDerivatives(known, weights) { [request, kernel] term in
                    let kernel = ConvolutionKernel<Scalar>(kernel.gaussian(term, reach: highest))
                    return try Convolution(
                        kernel, on: f.grid, boundary: request.boundary, extent: request.extent,
                        dilation: request.dilation, method: Self.summing(request, kernel))
                }
                return try parts.derivative(highest)
            })
    }

    private func combined(_ parts: [SampledFunction<Scalar>]) -> SampledFunction<Scalar> {
        guard parts.count == 2 else { return parts[0] }
        guard case .gradientMagnitude = request.filter else { return parts[0] + parts[1] }
        // The squares of large or small parts have no place where their root has one.
        return parts[0].combined(with: parts[1]) { Scalar.hypot($0, $1) }
    }

    private func weightedTaps(
        _ known: SampledFunction<Scalar>, _ weights: SampledFunction<Scalar>
    ) throws -> SampledFunction<Scalar> {
        guard let taps = kernel.taps else { preconditionFailure("the kernel is one of taps") }
        func convolution(_ change: (Double) -> Double) throws -> Convolution<Scalar> {
            let values = taps.values.map { Scalar(change($0)) }
            return try Convolution(
                ConvolutionKernel(PlaneTaps(width: taps.width, height: taps.height, values: values)), on: known.grid,
                boundary: request.boundary, extent: request.extent, dilation: request.dilation, method: .direct)
        }
        let magnitudes = try convolution(abs)
        let certainty = magnitudes(weights)
        let mean = magnitudes(known).combined(with: certainty) { $1 > 0 ? $0 / $1 : .nan }
        let sum = Scalar(taps.values.reduce(0, +))
        guard taps.values.contains(where: { $0 < 0 }) else { return mean.map { $0 * sum } }
        let plain = try convolution { $0 }
        let total = Scalar(taps.values.reduce(0) { $0 + abs($1) })
        let differences = plain(known) - mean * plain(weights)
        return (differences * certainty.map { total / $0 }) + mean.map { $0 * sum }
    }

    /// What of a plane that is not filtered belongs to the positions of the result; transparent beyond the picture.
    func aligned(_ plane: SampledFunction<Scalar>) -> SampledFunction<Scalar> {
        let first = plane.grid.position(of: outputGrid.origin)
        let (column, row) = (Int(first.x.rounded()), Int(first.y.rounded()))
        return plane.extended(
            columns: column..<column + outputGrid.width, rows: row..<row + outputGrid.height, boundary: .zero)
    }
}

/// What a filter is called.
enum FilterName {
    static func of(_ request: FilterRequest) -> String {
        func gaussian(_ sigma: Double) -> String {
            guard let sigmaY = request.sigmaY, sigmaY != sigma else { return "σ = \(sigma)" }
            return "σ = \(sigma) × \(sigmaY)"
        }
        let taps = request.dilation == 1 ? "" : ", taps \(request.dilation) pixels apart"
        return switch request.filter {
        case .gaussian(let sigma, 0, 0): "Gaussian of \(gaussian(sigma))\(taps)"
        case .gaussian(let sigma, let x, let y):
            "derivative \(JetTerm(dx: x, dy: y).name) of the Gaussian of \(gaussian(sigma))\(taps)"
        case .laplacian(let sigma): "Laplacian of the Gaussian of \(gaussian(sigma))\(taps)"
        case .gradientMagnitude(let sigma): "length of the gradient at \(gaussian(sigma))\(taps)"
        case .taps(let file): "taps of \(file.lastPathComponent)\(taps)"
        }
    }
}

/// A convolution of what goes on beyond the border by point reflection, on the picture's own grid.
private struct OddConvolution<Scalar: ConvolutionScalar>: LinearOperator {
    let before: OddExtension<Scalar>
    let after: Convolution<Scalar>

    var inputGrid: Grid { before.inputGrid }
    var outputGrid: Grid { before.inputGrid }

    func callAsFunction(_ f: SampledFunction<Scalar>) -> SampledFunction<Scalar> { after(before(f)).onGrid(inputGrid) }

    func adjoint(_ g: SampledFunction<Scalar>) -> SampledFunction<Scalar> {
        before.adjoint(after.adjoint(g.onGrid(after.outputGrid)))
    }
}

/// The derivatives of a weighted mean S = N / W, N = g*(wf) and W = g*w: ∂N = Σ binomial · ∂S ∂W, solved for the highest derivative of S.
private struct WeightedDerivatives<Scalar: ConvolutionScalar> {
    private let known: SampledFunction<Scalar>
    private let weights: SampledFunction<Scalar>
    private let convolution: (JetTerm) throws -> Convolution<Scalar>
    private var sums: [JetTerm: (known: SampledFunction<Scalar>, weights: SampledFunction<Scalar>)] = [:]
    private var derivatives: [JetTerm: SampledFunction<Scalar>] = [:]

    init(
        _ known: SampledFunction<Scalar>, _ weights: SampledFunction<Scalar>,
        _ convolution: @escaping (JetTerm) throws -> Convolution<Scalar>
    ) {
        (self.known, self.weights, self.convolution) = (known, weights, convolution)
    }

    private mutating func sum(
        _ term: JetTerm
    ) throws -> (known: SampledFunction<Scalar>, weights: SampledFunction<Scalar>) {
        if let sum = sums[term] { return sum }
        let convolution = try convolution(term)
        let sum = (convolution(known), convolution(weights))
        sums[term] = sum
        return sum
    }

    mutating func derivative(_ term: JetTerm) throws -> SampledFunction<Scalar> {
        if let derivative = derivatives[term] { return derivative }
        var rest = try sum(term).known
        for a in 0...term.dx {
            for b in 0...term.dy where a + b < term.order {
                let lower = try derivative(JetTerm(dx: a, dy: b))
                let weight = try sum(JetTerm(dx: term.dx - a, dy: term.dy - b)).weights
                let factor = Scalar(Self.binomial(term.dx, a) * Self.binomial(term.dy, b))
                rest = rest - factor * (lower * weight)
            }
        }
        let derivative = rest.combined(with: try sum(JetTerm(dx: 0, dy: 0)).weights) { $1 > 0 ? $0 / $1 : .nan }
        derivatives[term] = derivative
        return derivative
    }

    private static func binomial(_ n: Int, _ k: Int) -> Int { (0..<k).reduce(1) { $0 * (n - $1) / ($1 + 1) } }
}
