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

    /// What is set to zero together. Whatever is more than single weights leaves the classifier alone, and layers that are one such unit.
    public enum Unit: String, Hashable, Sendable, Codable, CaseIterable {
        /// Single weights.
        case weights
        /// Two weights that are neighbours in memory: one tap to two neighbouring output channels.
        case pairs
        /// A tap with all its channels; of a jet, a derivative with all its channels.
        case taps
        /// An output channel with all its taps. Classes are none.
        case channels

        /// What one unit is called, such as `one tap`.
        public var name: String {
            switch self {
            case .weights: "weight"
            case .pairs: "pair"
            case .taps: "tap"
            case .channels: "channel"
            }
        }
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
    /// Whether the layer that scores the classes is pruned too; where nil, it is if single weights are zeroed, and not if more go together.
    public var prunesClassifier: Bool?
    /// The step after which weights are first pruned; after 0 steps, which is before the first, those that the run begins with.
    public var begin: Int
    /// The step after which the choice of weights is final.
    public var end: Int
    /// How many steps lie between two choices.
    public var interval: Int

    /// Settings with the given parts.
    public init(
        sparsity: Double, growth: Growth = .constant, unit: Unit = .weights, scope: Scope = .layer,
        prunesClassifier: Bool? = nil, begin: Int = 0, end: Int, interval: Int = 20
    ) {
        precondition(sparsity >= 0 && sparsity < 1, "some weights are kept")
        precondition(begin >= 0 && end >= begin && interval >= 1, "steps are counted upwards")
        self.sparsity = sparsity
        self.growth = growth
        self.unit = unit
        self.scope = scope
        self.prunesClassifier = prunesClassifier
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

    /// Chooses the weights to keep: of each tensor, the share `share` of units with the least mean magnitude goes, rounded to the nearest number of
    /// them; of all tensors together, units go until they have that share of the weights, as nearly as units do. Of equal ones the first goes.
    ///
    /// Among all tensors, a unit of more than a single weight is weak or strong beside the others of its tensor: deep layers begin with smaller weights,
    /// because they add up more of them, and would otherwise be the first to go as a whole. Source: Molchanov et al., 2017, arXiv:1611.06440. The
    /// strongest unit of a tensor is always kept, so that none is emptied, and tensors that `PruningSettings.leftAlone` names keep all.
    /// - Complexity: O(weights · log weights).
    public mutating func choose(
        _ share: Double, of weights: NetworkWeights, in graph: NetworkGraph, _ settings: PruningSettings
    ) {
        var units: [Unit] = []
        let division = PruningDivision(of: graph, by: settings)
        for place in division.places {
            let parts = division.parts(of: place)
            var sums = [Float](repeating: 0, count: parts.count)
            var sizes = [Int](repeating: 0, count: parts.count)
            for (i, weight) in weights.tensors[place].elements.enumerated() {
                sums[parts.of[i]] += abs(weight)
                sizes[parts.of[i]] += 1
            }
            var own = sums.indices.map {
                Unit(magnitude: sums[$0] / Float(sizes[$0]), place: place, number: $0, size: sizes[$0])
            }.sorted()
            if settings.scope == .global, settings.unit != .weights {
                let mean = own.reduce(0) { $0 + $1.magnitude } / Float(own.count)
                if mean > 0 { for i in own.indices { own[i].magnitude /= mean } }
            }
            own.removeLast()
            if settings.scope == .layer {
                apply(own.prefix(Self.number(share, of: parts.count)), division, in: graph, to: [place])
            } else {
                units += own
            }
        }
        guard settings.scope == .global else { return }
        units.sort()
        let wanted = Self.number(share, of: division.weightCount)
        var (taken, zeroed) = (0, 0)
        while taken < units.count, abs(zeroed + units[taken].size - wanted) <= abs(zeroed - wanted) {
            zeroed += units[taken].size
            taken += 1
        }
        apply(units.prefix(taken), division, in: graph, to: division.places)
    }

    private struct Unit: Comparable {
        var magnitude: Float
        let place: Int
        let number: Int
        /// The number of weights.
        let size: Int

        static func < (a: Unit, b: Unit) -> Bool {
            (a.magnitude, a.place, a.number) < (b.magnitude, b.place, b.number)
        }
    }

    static func number(_ share: Double, of count: Int) -> Int { Int((share * Double(count)).rounded()) }

    private mutating func apply(
        _ zeroed: ArraySlice<Unit>, _ division: PruningDivision, in graph: NetworkGraph, to places: [Int]
    ) {
        let sets = Dictionary(grouping: zeroed, by: \.place).mapValues { Set($0.map(\.number)) }
        for place in places {
            let gone = sets[place] ?? []
            masks[place] = Tensor(
                graph.parameters[place].shape, division.parts(of: place).of.map { gone.contains($0) ? 0 : 1 })
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

    /// How many weights may be other than zero, how many are zeroed, and how many could have been: those of kernels, dense matrices and coefficients
    /// of jets, without what pruning with `settings` leaves alone.
    public func count(
        in graph: NetworkGraph, _ settings: PruningSettings? = nil
    ) -> (kept: Int, zeroed: Int, prunable: Int) {
        var zeroed = 0
        var prunable = 0
        let places = settings.map { PruningDivision(of: graph, by: $0).places } ?? PruningDivision.tensors(of: graph)
        for place in places {
            prunable += graph.parameters[place].shape.count
            zeroed += masks[place]?.elements.count { $0 == 0 } ?? 0
        }
        return (graph.trainableCount - zeroed, zeroed, prunable)
    }
}
