import NeuralNetworks
import Tensors

/// A layer that pruning keeps whole.
public struct UnprunedLayer: Hashable, Sendable, Codable, CustomStringConvertible {
    /// Why a layer is kept whole.
    public enum Reason: String, Hashable, Sendable, Codable {
        /// Its outputs are the scores of the classes.
        case scoresClasses
        /// It is one unit, without which nothing of it would be left.
        case oneUnit
    }

    /// The layer's name, such as `dense1`.
    public let layer: String
    /// Why it is kept whole.
    public let reason: Reason
    /// What would be set to zero together.
    public let unit: PruningSettings.Unit

    /// The layer and the reason, such as `dense1 (it scores the classes)`.
    public var description: String {
        switch reason {
        case .scoresClasses: "\(layer) (it scores the classes)"
        case .oneUnit: "\(layer) (it is one \(unit.name))"
        }
    }
}

/// What pruning comes to.
public struct PruningOutcome: Hashable, Sendable, Codable {
    /// The share of zeros that was asked for.
    public let asked: Double
    /// The weights that may be other than zero, of all that are trained.
    public let kept: Int
    /// The weights that are zeroed.
    public let zeroed: Int
    /// The weights that could have been: all of the layers that are not left alone.
    public let prunable: Int
    /// The layers that are kept whole.
    public let leftAlone: [UnprunedLayer]

    /// The share of zeros that was reached.
    public var reached: Double { prunable > 0 ? Double(zeroed) / Double(prunable) : 0 }
}

/// Which tensors of a network are pruned, and how they divide into what is set to zero together.
struct PruningDivision {
    /// The pruned tensors' places among the network's parameters.
    let places: [Int]
    /// The layers that are kept whole.
    let leftAlone: [UnprunedLayer]

    private let graph: NetworkGraph
    private let unit: PruningSettings.Unit

    init(of graph: NetworkGraph, by settings: PruningSettings) {
        self.graph = graph
        unit = settings.unit
        let scoring = settings.prunesClassifier ?? (settings.unit == .weights) ? [] : graph.scoringParameters
        var places: [Int] = []
        var leftAlone: [UnprunedLayer] = []
        for place in Self.tensors(of: graph) {
            let name = graph.parameters[place].name
            func leave(_ reason: UnprunedLayer.Reason) {
                let layer = String(name.prefix { $0 != "." })
                leftAlone.append(UnprunedLayer(layer: layer, reason: reason, unit: settings.unit))
            }
            if scoring.contains(place) {
                leave(.scoresClasses)
            } else if Self.count(of: place, in: graph, settings.unit) < 2 {
                leave(.oneUnit)
            } else {
                places.append(place)
            }
        }
        (self.places, self.leftAlone) = (places, leftAlone)
    }

    /// The places of kernels, dense matrices and coefficients of jets.
    static func tensors(of graph: NetworkGraph) -> [Int] {
        graph.parameters.indices.filter {
            switch graph.parameters[$0].role {
            case .kernel, .dense, .jetCoefficients: true
            case .bias, .scale, .shift, .sigma, .runningMean, .runningVariance: false
            }
        }
    }

    private static func sizes(of place: Int, in graph: NetworkGraph) -> (taps: Int, inputs: Int, outputs: Int) {
        let shape = graph.parameters[place].shape
        let (third, last) = (shape[shape.rank - 2], shape[shape.rank - 1])
        let taps = shape.count / (third * last)
        return graph.isTransposed(place) ? (taps, last, third) : (taps, third, last)
    }

    private static func count(of place: Int, in graph: NetworkGraph, _ unit: PruningSettings.Unit) -> Int {
        let (taps, inputs, outputs) = sizes(of: place, in: graph)
        switch unit {
        case .weights: return taps * inputs * outputs
        case .pairs: return taps * inputs * ((outputs + 1) / 2)
        case .taps: return taps
        case .channels: return outputs
        }
    }

    /// The number of weights of all pruned tensors.
    var weightCount: Int { places.reduce(0) { $0 + graph.parameters[$1].shape.count } }

    /// The number of units of a pruned tensor.
    func count(of place: Int) -> Int { Self.count(of: place, in: graph, unit) }

    /// The unit that each element of a kernel `[height, width, inputs, outputs]`, of one of a transposed convolution
    /// `[height, width, outputs, inputs]` or of coefficients `[term, inputs, outputs]` belongs to, and the number of units.
    func parts(of place: Int) -> (of: [Int], count: Int) {
        let (taps, inputs, outputs) = Self.sizes(of: place, in: graph)
        let isTransposed = graph.isTransposed(place)
        let parts = (0..<taps * inputs * outputs).map { element -> Int in
            let (tap, rest) = element.quotientAndRemainder(dividingBy: inputs * outputs)
            let (input, output) =
                isTransposed ? (rest % inputs, rest / inputs) : (rest / outputs, rest % outputs)
            switch unit {
            case .weights: return element
            case .pairs: return (tap * inputs + input) * ((outputs + 1) / 2) + output / 2
            case .taps: return tap
            case .channels: return output
            }
        }
        return (parts, count(of: place))
    }
}

extension PruningSettings {
    /// The layers of a network that are kept whole: the one that scores the classes, where more than single weights go together and
    /// `prunesClassifier` does not ask for it, and those that are one unit.
    public func leftAlone(in graph: NetworkGraph) -> [UnprunedLayer] { PruningDivision(of: graph, by: self).leftAlone }

    /// Why a run of `steps` steps of a network does not come to the share of zeros, as a sentence; nil where it does.
    ///
    /// A layer keeps its strongest unit, so that shares near to 1 may be reached but for that.
    public func fault(in graph: NetworkGraph, steps: Int) -> String? {
        let name = graph.network.name
        if unit == .channels, prunesClassifier == true {
            return "the channels of the layer that scores are the classes of \(name), which are not to be pruned"
        }
        guard end <= steps else {
            return "pruning ends after step \(end), but the run has \(steps) \(steps == 1 ? "step" : "steps")"
        }
        let division = PruningDivision(of: graph, by: self)
        guard !division.places.isEmpty else {
            return "nothing of \(name) can be pruned by \(unit.rawValue): "
                + division.leftAlone.map(\.description).joined(separator: ", ")
        }
        let counts = division.places.map { division.count(of: $0) }
        let least = division.places.map { graph.parameters[$0].shape.count / division.count(of: $0) }.min() ?? 1
        let isNone =
            scope == .layer
            ? counts.allSatisfy { PruningMasks.number(sparsity, of: $0) == 0 }
            : 2 * PruningMasks.number(sparsity, of: division.weightCount) < least
        guard sparsity > 0, isNone else { return nil }
        return "the share \(sparsity) is less than half of one \(unit.name) "
            + (scope == .layer ? "in each layer of \(name)" : "in all layers of \(name) together")
            + ", so that nothing would be zeroed"
    }
}
