import Foundation
import NeuralNetworks
import Tensors

/// Which weights are set to zero during training, by their magnitude, and kept there.
///
/// Kernels of convolutions, coefficients of Gaussian jets and the matrices of dense layers are pruned, no bias and no normalisation. Source of the
/// schedules: Zhu and Gupta, "To prune, or not to prune", 2017, arXiv:1710.01878.
public struct PruningSettings: Hashable, Sendable, Codable {
    /// How the share of zeros grows.
    public enum Growth: String, Hashable, Sendable, Codable, CaseIterable {
        /// It is the final one from the beginning.
        case constant
        /// It grows from 0 to the final one as 1 − (1 − t)³, t from 0 at the first step to 1 at the last.
        case polynomial
    }

    /// What is set to zero together.
    public enum Unit: String, Hashable, Sendable, Codable, CaseIterable {
        /// Single weights.
        case weights
        /// Two weights that are neighbours in memory: one tap to two neighbouring output channels.
        case pairs
        /// A tap with all its channels; of a jet, a derivative with all its channels.
        case taps
        /// An output channel with all its taps.
        case channels
    }

    /// Among what the smallest magnitudes are sought.
    public enum Scope: String, Hashable, Sendable, Codable, CaseIterable {
        /// Each tensor by itself.
        case layer
        /// All tensors together.
        case global
    }

    /// The final share of zeros, from 0 to 1.
    public var sparsity: Double
    /// How the share of zeros grows.
    public var growth: Growth
    /// What is set to zero together.
    public var unit: Unit
    /// Among what the smallest magnitudes are sought.
    public var scope: Scope
    /// The step after which weights are first pruned.
    public var begin: Int
    /// The step after which the choice of weights is final.
    public var end: Int
    /// How many steps lie between two choices.
    public var interval: Int

    /// Settings with the given parts.
    public init(
        sparsity: Double, growth: Growth = .constant, unit: Unit = .weights, scope: Scope = .layer, begin: Int = 0,
        end: Int, interval: Int = 20
    ) {
        precondition(sparsity >= 0 && sparsity < 1, "some weights are kept")
        precondition(begin >= 0 && end >= begin && interval >= 1, "steps are counted upwards")
        self.sparsity = sparsity
        self.growth = growth
        self.unit = unit
        self.scope = scope
        self.begin = begin
        self.end = end
        self.interval = interval
    }

    /// The share of zeros to choose after `step` steps, every `interval` of them and at the end, or nil where nothing is to be chosen then.
    public func share(afterStep step: Int) -> Double? {
        guard step == end || step >= begin && step < end && (step - begin) % interval == 0 else { return nil }
        switch growth {
        case .constant: return sparsity
        case .polynomial:
            let t = end > begin ? Double(step - begin) / Double(end - begin) : 1
            return sparsity * (1 - pow(1 - t, 3))
        }
    }
}

/// Which weights of a network are kept: 1 for those, 0 for the others, and no tensor where all are.
public struct PruningMasks: Sendable, Equatable {
    /// One entry for each of the network's parameters.
    public internal(set) var masks: [Tensor?]

    /// Everything is kept.
    public init(for graph: NetworkGraph) {
        masks = graph.parameters.map { _ in nil }
    }

    /// Whether a tensor of this role is pruned.
    static func isPruned(_ role: ParameterSpecification.Role) -> Bool {
        role == .kernel || role == .dense || role == .jetCoefficients
    }

    /// Chooses the weights to keep: of each tensor, or of all together, the share `share` of units with the least mean magnitude goes, rounded to
    /// the nearest number of them; of equal ones the first.
    /// - Complexity: O(weights · log weights).
    public mutating func choose(
        _ share: Double, of weights: NetworkWeights, in graph: NetworkGraph, _ settings: PruningSettings
    ) {
        var units: [(magnitude: Float, place: Int, unit: Int)] = []
        var groups: [[Int]] = graph.parameters.map { _ in [] }
        for place in graph.parameters.indices where Self.isPruned(graph.parameters[place].role) {
            let (unitOf, count) = Self.units(of: graph.parameters[place].shape, settings.unit)
            var sums = [Float](repeating: 0, count: count)
            var sizes = sums
            for (i, weight) in weights.tensors[place].elements.enumerated() {
                sums[unitOf[i]] += abs(weight)
                sizes[unitOf[i]] += 1
            }
            let own = (0..<count).map { (magnitude: sums[$0] / sizes[$0], place: place, unit: $0) }
            groups[place] = unitOf
            if settings.scope == .layer {
                apply(Self.smallest(own, share), groups, in: graph, isOnly: place)
            } else {
                units += own
            }
        }
        if settings.scope == .global { apply(Self.smallest(units, share), groups, in: graph, isOnly: nil) }
    }

    private static func smallest(
        _ units: [(magnitude: Float, place: Int, unit: Int)], _ share: Double
    ) -> ArraySlice<(magnitude: Float, place: Int, unit: Int)> {
        let sorted = units.sorted { ($0.magnitude, $0.place, $0.unit) < ($1.magnitude, $1.place, $1.unit) }
        return sorted.prefix(Int((share * Double(units.count)).rounded()))
    }

    private mutating func apply(
        _ zeroed: ArraySlice<(magnitude: Float, place: Int, unit: Int)>, _ groups: [[Int]], in graph: NetworkGraph,
        isOnly only: Int?
    ) {
        let sets = Dictionary(grouping: zeroed, by: \.place).mapValues { Set($0.map(\.unit)) }
        for place in graph.parameters.indices where only == nil ? !groups[place].isEmpty : place == only {
            let gone = sets[place] ?? []
            masks[place] = Tensor(graph.parameters[place].shape, groups[place].map { gone.contains($0) ? 0 : 1 })
        }
    }

    /// The unit that each element of a kernel `[height, width, inputs, outputs]` or of coefficients `[term, inputs, outputs]` belongs to, and the
    /// number of units.
    private static func units(of shape: TensorShape, _ unit: PruningSettings.Unit) -> (of: [Int], count: Int) {
        let (inputs, outputs) = (shape[shape.rank - 2], shape[shape.rank - 1])
        let taps = shape.count / (inputs * outputs)
        switch unit {
        case .weights: return (Array(0..<shape.count), shape.count)
        case .pairs:
            let perRow = (outputs + 1) / 2
            let places = (0..<shape.count).map { $0 / outputs * perRow + $0 % outputs / 2 }
            return (places, taps * inputs * perRow)
        case .taps: return ((0..<shape.count).map { $0 / (inputs * outputs) }, taps)
        case .channels: return ((0..<shape.count).map { $0 % outputs }, outputs)
        }
    }

    /// Sets the weights that are not kept to zero.
    public func apply(to network: CompiledNetwork) {
        network.update { place, weights, _ in
            guard let mask = masks[place] else { return }
            weights.withUnsafeMutableBufferPointer { w in
                mask.withUnsafeBufferPointer { m in for i in w.indices { w[i] *= m[i] } }
            }
        }
    }

    /// How many weights may be other than zero, how many are zeroed, and how many could have been.
    public func count(in graph: NetworkGraph) -> (kept: Int, zeroed: Int, prunable: Int) {
        var zeroed = 0
        var prunable = 0
        for (place, parameter) in graph.parameters.enumerated() where Self.isPruned(parameter.role) {
            prunable += parameter.shape.count
            zeroed += masks[place]?.elements.count { $0 == 0 } ?? 0
        }
        return (graph.trainableCount - zeroed, zeroed, prunable)
    }
}
