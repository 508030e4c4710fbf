import ContinuousCNN

extension LayerDescription {
    /// The layers that the engine is judged by: every convolution of the networks that are trained most, and large kernels beside them.
    static func judged() throws(CommandFailure) -> [LayerDescription] {
        try convolutions(of: NetworksBenchmark.judged) + [
            LayerDescription(size: 32, inputs: 64, outputs: 64, kernel: 3),
            LayerDescription(size: 32, inputs: 64, outputs: 64, kernel: 13),
            LayerDescription(size: 32, inputs: 48, outputs: 48, kernel: 3, groups: 48),
            LayerDescription(size: 32, inputs: 48, outputs: 48, kernel: 31, groups: 48),
            LayerDescription(batch: 1, size: 56, inputs: 64, outputs: 64, kernel: 31, groups: 64),
            LayerDescription(batch: 8, size: 512, inputs: 4, outputs: 4, kernel: 31),
            LayerDescription(batch: 8, size: 512, inputs: 4, outputs: 4, kernel: 31, groups: 4),
        ]
    }

    /// The different convolutions of networks on batches of 32.
    ///
    /// - Throws: `CommandFailure` where there is no network of a name.
    static func convolutions(of names: [String]) throws(CommandFailure) -> [LayerDescription] {
        var layers: [LayerDescription] = []
        for name in names {
            for layer in try convolutions(of: name) where !layers.contains(layer) { layers.append(layer) }
        }
        return layers
    }

    private static func convolutions(of name: String) throws(CommandFailure) -> [LayerDescription] {
        let network = try TrainRequest.network(named: name)
        do {
            let graph = try NetworkGraph(network.description())
            return try graph.convolutions(batch: 32).map { LayerDescription($0.shape) }
        } catch {
            throw CommandFailure("\(name): \(error)")
        }
    }
}
