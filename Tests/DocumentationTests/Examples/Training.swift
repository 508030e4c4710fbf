import ContinuousCNN

func network() throws -> CompiledNetwork {
    // begin
    let network = NetworkDescription(
        name: "mine", height: 32, width: 32, channels: 3,
        layers: .block(3, channels: 16) + .block(3, dilation: 2, channels: 24) + .classifier(classes: 10))
    let graph = try NetworkGraph(network)  // shapes, parameters, receptive field; no memory yet
    let compiled = CompiledNetwork(graph, weights: NetworkWeights(graph, seed: 1), batch: 32)
    // end
    return compiled
}
