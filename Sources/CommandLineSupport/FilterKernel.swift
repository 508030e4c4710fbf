import ContinuousCNN
import Foundation

/// The kernels that a request asks for, in double precision: those of a file are read once.
struct FilterKernel {
    private let request: FilterRequest
    /// The taps of a file.
    let taps: PlaneTaps<Double>?

    /// - Throws: `CommandFailure` or `TensorFileError` where the file of taps is unusable.
    init(_ request: FilterRequest) throws {
        self.request = request
        if case .taps(let file) = request.filter { taps = try Self.taps(file) } else { taps = nil }
    }

    /// Whether results have both signs as a rule: those of derivatives, and of taps whose sum is not clearly positive beside their magnitudes. A
    /// sharpening kernel, whose sum is 1, makes pictures of pictures.
    var isSigned: Bool {
        guard let taps else { return request.filter.isSigned }
        let sum = taps.values.reduce(0, +)
        let magnitude = taps.values.reduce(0) { $0 + abs($1) }
        return taps.values.contains { $0 < 0 } && sum <= 1e-3 * magnitude
    }

    /// Whether the result is stretched to the scale of a picture.
    var isStretched: Bool {
        if case .gradientMagnitude = request.filter { return true }
        return isSigned
    }

    var sigma: SIMD2<Double> {
        switch request.filter {
        case .gaussian(let sigma, _, _), .laplacian(let sigma), .gradientMagnitude(let sigma):
            [sigma, request.sigmaY ?? sigma]
        case .taps: [0, 0]
        }
    }

    /// The derivatives that are added, or whose squares are.
    var terms: [JetTerm] {
        switch request.filter {
        case .gaussian(_, let x, let y): [JetTerm(dx: x, dy: y)]
        case .laplacian: [JetTerm(dx: 2, dy: 0), JetTerm(dx: 0, dy: 2)]
        case .gradientMagnitude: [JetTerm(dx: 1, dy: 0), JetTerm(dx: 0, dy: 1)]
        case .taps: []
        }
    }

    /// The derivative of the Gaussian, σ in pixels and the result per pixel, on taps that are a dilation apart: in units of that the Gaussian is
    /// narrower, and its derivative by pixels smaller. With `reach` it has taps as far as those of the orders up to that have any, along each axis.
    func gaussian(_ term: JetTerm, reach: JetTerm? = nil) -> GaussianFactors {
        let dilation = Double(request.dilation)
        let sigma = sigma / dilation
        func discretization(_ order: Int, _ sigma: Double) -> Discretization {
            if let discretization = request.discretization { return discretization }
            if case .laplacian = request.filter { return .automatic(order: 2, sigma: sigma) }
            return .automatic(order: order, sigma: sigma)
        }
        // The two parts of a Laplacian have their reach in common, so that their results have their size.
        var reach = reach
        if case .laplacian = request.filter { reach = JetTerm(dx: 2, dy: 2) }
        func factor(_ order: Int, _ sigma: Double, _ highest: Int?) -> GaussianFactors.Factor {
            let radius = highest.flatMap { highest in
                (0...highest).map {
                    GaussianKernel1D.defaultRadius(
                        order: $0, sigma: sigma, discretization: discretization($0, sigma))
                }.max()
            }
            return .init(order: order, sigma: sigma, discretization: discretization(order, sigma), radius: radius)
        }
        return GaussianFactors(
            x: factor(term.dx, sigma.x, reach?.dx), y: factor(term.dy, sigma.y, reach?.dy),
            scale: pow(dilation, -Double(term.order)))
    }

    /// The kernels whose results are added, or whose squares are.
    func kernels<Scalar: ConvolutionScalar>(isWeighted: Bool = false) -> [ConvolutionKernel<Scalar>] {
        if let taps {
            return [
                ConvolutionKernel(
                    PlaneTaps(width: taps.width, height: taps.height, values: taps.values.map { Scalar($0) }))
            ]
        }
        return terms.map { ConvolutionKernel(gaussian($0, reach: isWeighted ? $0 : nil)) }
    }

    /// What should be known about the kernel beside the result: that it rings, or that its taps are no derivative.
    var remark: String? {
        guard taps == nil, !request.isFourier else { return nil }
        let factors = terms.map { gaussian($0) }.flatMap { [$0.x, $0.y] }
        if let ringing = factors.first(where: { $0.discretization.rings(order: $0.order, sigma: $0.sigma) }) {
            return
                "at σ = \(Float(ringing.sigma)) the spectral kernel is cut off at the grid's limit and rings, and its taps end before its ripples do; --discretization fourier is exact there, and others do not ring"
        }
        for factor in factors where factor.order > 0 {
            let kernel = GaussianKernel1D(
                order: factor.order, sigma: factor.sigma, discretization: factor.discretization, radius: factor.radius)
            let wanted = (1...factor.order).reduce(1.0) { $0 * -Double($1) }
            let found = kernel.moment(factor.order) / wanted
            guard abs(found - 1) > 0.01 else { continue }
            return
                "at σ = \(Float(factor.sigma)) the \(factor.discretization.rawValue) kernel takes a derivative that is 1 for \(Float(found)); --discretization automatic takes it for 1"
        }
        return nil
    }

    /// The taps of a file of one tensor with two axes, rows first.
    private static func taps(_ file: URL) throws -> PlaneTaps<Double> {
        let archive = try TensorArchive(contentsOf: file)
        guard archive.entries.count == 1, let entry = archive.entries.first, entry.shape.rank == 2,
            entry.shape.count > 0
        else {
            let found = archive.entries.map { "\($0.shape.extents)" }.joined(separator: ", ")
            throw CommandFailure(
                "\(file.relativePath): a kernel is one tensor of two axes, but the file holds \(found)")
        }
        let values = try archive.tensor(named: entry.name).doubles
        guard values.allSatisfy(\.isFinite) else {
            throw CommandFailure("\(file.relativePath): a kernel's taps are finite numbers, but the file holds others")
        }
        if let large = values.first(where: { !Float($0).isFinite }) {
            throw CommandFailure(
                "\(file.relativePath): a tap is \(large), but taps are of at most 3.4e38")
        }
        return PlaneTaps(width: entry.shape.extents[1], height: entry.shape.extents[0], values: values)
    }
}
