import Datasets
import KernelFitting
import NeuralNetworks
import Randomness

/// What becomes of the accuracy of one network when its kernels are replaced by projections onto jets.
struct SubstitutionStudy: Codable {
    /// The orders of the jets.
    static let orders = 0...4

    /// The network's name, with its seed where it has one.
    let name: String
    /// The accuracy with the kernels it has.
    let whole: Double
    /// All kernels projected onto jets of each order.
    private(set) var byOrder: [Double] = []
    /// All kernels projected onto random spaces of the same dimensions.
    private(set) var random: [Double] = []
    /// Order 2 in one layer alone.
    private(set) var byLayer: [Double] = []
    /// After further training of all taps, and of the coefficients of order 2 alone.
    private(set) var tuned = Tuned()

    /// Accuracies after further training.
    struct Tuned: Codable {
        var free = 0.0
        var inSpan = 0.0
    }

    /// The space to project the kernels of a layer onto, for an order.
    typealias Span = @Sendable (_ layer: KernelLayer, _ order: Int) throws -> KernelSpan

    /// Jets with the σ that explains most of the layer.
    static let jets: Span = { try KernelSpan(jetOf: $0, order: $1) }

    /// Replaces the kernels of `network` and trains it further for `steps` steps.
    init(
        of network: LearnedNetwork, _ name: String, seed: UInt64, steps: Int, test: LabelledPictures, onto span: Span,
        _ context: ExperimentContext
    ) throws {
        func accuracy(_ network: LearnedNetwork) -> Double {
            network.reestimated(on: context.data.pictures.training, batches: 20).evaluated(on: test).accuracy
        }
        self.name = name
        whole = accuracy(network)
        var generator = SeededGenerator(seed: seed)
        for order in Self.orders {
            try context.progress(0.1 * Double(order), "\(name): order \(order)")
            let spans = try network.kernelPlaces.map { try span(network.kernelLayer(at: $0), order) }
            byOrder.append(accuracy(network.projected(onto: spans)))
            let arbitrary = zip(network.kernelPlaces, spans).map { place, span in
                KernelSpan(
                    random: &generator, dimension: span.dimension, taps: network.kernelLayer(at: place).tapCount)
            }
            random.append(accuracy(network.projected(onto: arbitrary)))
        }
        let two = try network.kernelPlaces.map { try span(network.kernelLayer(at: $0), 2) }
        for layer in two.indices {
            try context.progress(0.5 + 0.1 * Double(layer) / Double(two.count), "\(name): layer \(layer + 1) alone")
            byLayer.append(accuracy(network.projected(onto: two.indices.map { $0 == layer ? two[$0] : nil })))
        }
        func further(_ context: ExperimentContext, _ constrain: (inout NetworkWeights) -> Void) throws -> Double {
            accuracy(
                try ConstrainedFineTuning.run(
                    network, on: context.data.pictures, steps: steps, seed: seed, context, constrain: constrain))
        }
        tuned.inSpan = try further(context.part(from: 0.6, to: 0.8)) { weights in
            var moved = network
            moved.weights = weights
            weights = moved.projected(onto: two).weights
        }
        tuned.free = try further(context.part(from: 0.8, to: 1)) { _ in }
    }
}

extension LearnedNetwork {
    /// The network with the kernels of each layer projected onto a space; layers without one keep theirs.
    func projected(onto spans: [KernelSpan?]) -> LearnedNetwork {
        var result = self
        for (place, span) in zip(kernelPlaces, spans) {
            guard let span else { continue }
            let layer = kernelLayer(at: place)
            result.setTaps(span.projected(layer.taps, tapCount: layer.tapCount), at: place)
        }
        return result
    }
}
