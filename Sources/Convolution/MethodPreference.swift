/// What a convolution's algorithm is chosen for, where it is not said.
public enum MethodPreference: String, Sendable, Hashable, CaseIterable, Codable {
    /// The least time.
    case speed
    /// Sums over taps, wherever they do not take many times as long: outputs then depend on the samples within the kernel's reach alone, by rounding
    /// too, and weights that are not negative make no negative output of samples that are not.
    ///
    /// A transform rounds in proportion to the largest sample anywhere; a recursion rounds along the whole line. A product of weights that are
    /// not negative, such as a Gaussian, is summed at any width.
    case locality
}

extension Convolution {
    /// Whether an output depends on the samples within the kernel's reach alone, its rounding included: whether the method sums over taps.
    public var isLocal: Bool { method == .direct || method == .separable }

    /// Whether samples that are not negative give outputs that are not: weights that are not negative, summed.
    public var keepsSigns: Bool { isLocal && kernel.isNonNegative }
}

extension ConvolutionKernel {
    /// Whether no weight is negative.
    /// - Complexity: O(weights), for a product those of its factors.
    public var isNonNegative: Bool {
        switch form {
        case .plane(let taps): taps.values.allSatisfy { $0 >= 0 }
        case .product(let x, let y): x.values.allSatisfy { $0 >= 0 } && y.values.allSatisfy { $0 >= 0 }
        }
    }
}

extension CostModel {
    /// How many times as long as the fastest algorithm a sum over taps may take.
    private static let patience = 32.0

    /// The algorithm that keeps outputs local, where it is not too dear, else the fastest.
    func local<Scalar: ConvolutionScalar>(for core: Core<Scalar>) -> ConvolutionMethod {
        if case .product(let x, let y) = core.weights {
            if x.allSatisfy({ $0 >= 0 }), y.allSatisfy({ $0 >= 0 }) { return .separable }
            let fastest = cost(of: fastest(for: core), core)
            return separable(core) <= Self.patience * fastest ? .separable : self.fastest(for: core)
        }
        let fastest = fastest(for: core)
        return direct(core) <= Self.patience * cost(of: fastest, core) ? .direct : fastest
    }

    private func cost<Scalar: ConvolutionScalar>(of method: ConvolutionMethod, _ core: Core<Scalar>) -> Double {
        switch method {
        case .direct: direct(core)
        case .separable: separable(core)
        case .recursive: recursive(core)
        case .spectral: spectral(core)
        case .tiled: tileSize(for: core).cost
        }
    }
}
