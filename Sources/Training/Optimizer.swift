import CInnerLoops
import NeuralNetworks
import Tensors

/// How gradients change weights.
public enum OptimizerKind: Hashable, Sendable, Codable {
    /// v = momentum·v + g, w −= rate·v.
    case descent(momentum: Double)
    /// Adam with β₁ = 0.9 and β₂ = 0.999 in the form that Keras computes: m and v are averages of g and g², and
    /// w −= rate·√(1 − β₂ᵗ)/(1 − β₁ᵗ)·m/(√v + ε). Source: Kingma and Ba, 2015, arXiv:1412.6980, end of section 2.
    case adam(epsilon: Double)
    /// Adam, and in each step w −= rate·decay·w for all but biases, normalisations and σ. Source: Loshchilov and Hutter, 2019, arXiv:1711.05101.
    case adamW(epsilon: Double, decay: Double)

    /// How many numbers are kept for each weight.
    var momentCount: Int {
        switch self {
        case .descent: 1
        case .adam, .adamW: 2
        }
    }
}

/// Changes the weights of a network by its gradients, and keeps what it has to remember between steps.
public struct Optimizer: Sendable {
    /// How gradients change weights.
    public let kind: OptimizerKind
    /// The number of steps made.
    public internal(set) var steps = 0
    /// The averages that are kept, one tensor for each of the network's parameters; empty for those that are not trained.
    private var first: [Tensor]
    private var second: [Tensor]
    private let roles: [ParameterSpecification.Role]

    /// The kept averages, as many as the kind has.
    var moments: [[Tensor]] {
        get { kind.momentCount == 1 ? [first] : [first, second] }
        set {
            first = newValue[0]
            second = newValue.last ?? []
        }
    }

    static let beta1 = 0.9
    static let beta2 = 0.999

    /// An optimiser before its first step.
    public init(_ kind: OptimizerKind, for graph: NetworkGraph) {
        self.kind = kind
        roles = graph.parameters.map(\.role)
        first = graph.parameters.map { Tensor($0.role.isTrained ? $0.shape : [0]) }
        second = kind.momentCount == 1 ? [] : first
    }

    /// Makes one step with the gradients that the last backward pass left.
    ///
    /// - Parameters:
    ///   - network: The network whose weights are moved.
    ///   - rate: The learning rate.
    ///   - l2: λ of a term λ·Σw² that is added to the loss, over the kernels of convolutions and the coefficients of jets; its gradient is 2λw.
    /// - Complexity: O(weights), in one pass over memory; allocates nothing.
    public mutating func step(_ network: CompiledNetwork, rate: Double, l2: Double = 0) {
        steps += 1
        network.update { place, weights, gradient in
            let isPenalized = roles[place] == .kernel || roles[place] == .jetCoefficients
            let doubled = isPenalized ? Float(2 * l2) : 0
            switch kind {
            case .descent(let momentum):
                var settings = ccnn_descent(momentum: Float(momentum), rate: Float(rate), l2: doubled)
                Self.withMemory(&weights, &first[place], gradient) { w, v, g, count in
                    ccnn_descentStep(count, &settings, g, v, w)
                }
            case .adam(let epsilon):
                stepAdam(place, &weights, gradient, rate: rate, epsilon: epsilon, decay: 0, l2: doubled)
            case .adamW(let epsilon, let decay):
                let isMatrix = roles[place] == .kernel || roles[place] == .dense || roles[place] == .jetCoefficients
                stepAdam(
                    place, &weights, gradient, rate: rate, epsilon: epsilon, decay: isMatrix ? rate * decay : 0,
                    l2: doubled)
            }
        }
    }

    private mutating func stepAdam(
        _ place: Int, _ weights: inout Tensor, _ gradient: Tensor, rate: Double, epsilon: Double, decay: Double,
        l2: Float
    ) {
        let correction = (1 - Self.power(Self.beta2, steps)).squareRoot() / (1 - Self.power(Self.beta1, steps))
        var settings = ccnn_adam(
            beta1: Float(Self.beta1), beta2: Float(Self.beta2), rest1: Float(1 - Self.beta1),
            rest2: Float(1 - Self.beta2), rate: Float(rate * correction),
            epsilon: Float(epsilon), decay: Float(decay), l2: l2)
        second[place].withUnsafeMutableBufferPointer { v in
            Self.withMemory(&weights, &first[place], gradient) { w, m, g, count in
                guard let v = v.baseAddress else { return }
                ccnn_adamStep(count, &settings, g, m, v, w)
            }
        }
    }

    private static func power(_ base: Double, _ exponent: Int) -> Double {
        // By squaring: the same bits on every platform.
        var (result, factor, rest) = (1.0, base, exponent)
        while rest > 0 {
            if rest & 1 == 1 { result *= factor }
            factor *= factor
            rest >>= 1
        }
        return result
    }

    private static func withMemory(
        _ weights: inout Tensor, _ moment: inout Tensor, _ gradient: Tensor,
        _ body: (UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>, UnsafePointer<Float>, Int) -> Void
    ) {
        weights.withUnsafeMutableBufferPointer { w in
            moment.withUnsafeMutableBufferPointer { m in
                gradient.withUnsafeBufferPointer { g in
                    guard let weights = w.baseAddress, let moment = m.baseAddress, let gradient = g.baseAddress,
                        m.count == w.count, g.count == w.count
                    else { return }
                    body(weights, moment, gradient, w.count)
                }
            }
        }
    }
}
