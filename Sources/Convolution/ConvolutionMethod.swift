import FourierTransforms

/// The algorithms that compute a convolution.
public enum ConvolutionMethod: String, Sendable, Hashable, CaseIterable, Codable {
    /// The sum over all taps.
    case direct
    /// A sum along rows, then one along columns; for kernels that are products.
    case separable
    /// Recursions whose cost does not depend on σ; for undilated Gaussian derivatives.
    case recursive
    /// One Fourier transform of the whole picture.
    case spectral
    /// Fourier transforms of tiles, overlap-save.
    case tiled

    /// Whether one number that is not finite spoils outputs that its taps do not reach.
    var spreadsEverywhere: Bool { self == .recursive || self == .spectral }

    /// Throws where the method cannot run on `core`.
    func check<Scalar: ConvolutionScalar>(_ core: Core<Scalar>, dilation: Int) throws(ConvolutionError) {
        switch self {
        case .separable:
            if case .plane = core.weights {
                throw .methodDoesNotApply(self, why: "the kernel is not given as a product")
            }
        case .recursive:
            if dilation > 1 {
                throw .methodDoesNotApply(self, why: "it knows no dilation, and \(dilation) was asked for")
            }
            guard core.gaussian != nil else {
                throw .methodDoesNotApply(self, why: "the kernel is not a derivative of a Gaussian")
            }
            guard core.recursiveFilters != nil else {
                throw .methodDoesNotApply(self, why: "the Gaussian has too few taps to fit a recursion to")
            }
        case .direct, .spectral, .tiled: break
        }
    }

    /// The algorithm, ready to run on `core`, for which it has been checked.
    func path<Scalar: ConvolutionScalar>(for core: Core<Scalar>) -> any ConvolutionPath<Scalar> {
        switch self {
        case .direct: return DirectPath(core)
        case .separable:
            guard case .product(let x, let y) = core.weights else {
                preconditionFailure("the weights are not a product")
            }
            return SeparablePath(core, x: x, y: y)
        case .recursive:
            guard let filters = core.recursiveFilters else { preconditionFailure("the weights have no recursion") }
            return RecursivePath(core, x: filters.x, y: filters.y)
        case .spectral: return SpectralPath(core)
        case .tiled: return TiledPath(core, size: CostModel.standard.tileSize(for: core).size)
        }
    }
}
