#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif
import Randomness
import Tensors

/// The weights of a network: one tensor for each of the graph's parameters, running averages included.
public struct NetworkWeights: Sendable, Equatable {
    /// The tensors in the order of the graph's parameters.
    public var tensors: [Tensor]

    /// Weights as a network has them before training, drawn from `seed` as its description says.
    ///
    /// Each tensor has a generator of its own, so that its numbers depend on the seed, its place and its shape alone.
    public init(_ graph: NetworkGraph, seed: UInt64) {
        tensors = graph.parameters.enumerated().map { place, parameter in
            var random = SeededGenerator(seed: seed, index: place)
            guard parameter.fanIn > 0 else {
                let values = parameter.initialValues
                return values.count == 1
                    ? Tensor(parameter.shape, repeating: values[0]) : Tensor(parameter.shape, values)
            }
            let numbers = (0..<parameter.shape.count).map { _ in
                switch graph.network.initialization {
                case .glorotUniform:
                    let limit = (6 / Double(parameter.fanIn + parameter.fanOut)).squareRoot()
                    return Float((2 * random.uniform() - 1) * limit)
                case .heNormal: return Float(Self.truncatedNormal(&random) * (2 / Double(parameter.fanIn)).squareRoot())
                }
            }
            return Tensor(parameter.shape, numbers)
        }
    }

    /// Weights with the given tensors, or nil where their shapes are not those of the graph's parameters.
    public init?(_ graph: NetworkGraph, tensors: [Tensor]) {
        guard tensors.map(\.shape) == graph.parameters.map(\.shape) else { return nil }
        self.tensors = tensors
    }

    /// A normal number within two standard deviations, scaled to variance 1 again.
    private static func truncatedNormal(_ random: inout SeededGenerator) -> Double {
        // The standard deviation of a standard normal number cut off at ±2: √(1 − 2·2φ(2)/(2Φ(2) − 1)).
        let density = exp(-2.0) / (2 * Double.pi).squareRoot()
        let deviation = (1 - 4 * density / erf(2.0.squareRoot())).squareRoot()
        while true {
            let z = random.normal()
            if abs(z) <= 2 { return z / deviation }
        }
    }
}
