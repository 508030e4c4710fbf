import ContinuousCNN
import Experiments

/// The network of `description`, trained and with normalisation statistics of its last weights.
func trained(_ description: NetworkDescription, on data: Dataset, _ settings: TrainingSettings) throws -> LearnedNetwork
{
    let trainer = try Trainer(description, on: data, settings: settings)
    for _ in 0..<settings.steps { try trainer.step() }
    return LearnedNetwork(
        graph: trainer.network.graph, weights: trainer.network.weights, settings: settings, history: trainer.history,
        dataset: data.name
    ).reestimated(on: data.training)
}

/// The scores of a network for the pictures of a set, whose number is a multiple of 50; a picture's after another's.
func scores(of network: LearnedNetwork, on pictures: LabelledPictures) -> [Float] {
    let compiled = network.compiled(batch: 50)
    var batch = Batch(of: pictures, count: 50)
    return stride(from: 0, to: pictures.count, by: 50).flatMap { first in
        pictures.fill(&batch, from: first)
        compiled.forward(batch.pictures, isTraining: false)
        return compiled.output.elements
    }
}

/// ‖a − b‖/‖b − mean of b‖, in the root mean square over all scores.
func relativeDistance(_ a: [Float], from b: [Float]) -> Double {
    let mean = b.reduce(0) { $0 + Double($1) } / Double(b.count)
    let distance = zip(a, b).reduce(0) { $0 + (Double($1.0) - Double($1.1)) * (Double($1.0) - Double($1.1)) }
    let size = b.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
    return (distance / size).squareRoot()
}

/// The middle row of one kernel of a network's first layer of jets, on a grid `magnification` times as fine.
///
/// - Returns: The places in pixels of the network's own grid, and the taps times the taps for each of its pixels.
func middleRow(of network: LearnedNetwork, output: Int, magnification: Double) -> (places: [Double], values: [Double]) {
    guard case .gaussianJet(let layer)? = network.graph.network.layers.first else { return ([], []) }
    let coefficients = network.weights.tensors[0]
    let sigma = Double(network.weights.tensors[1][0]) * magnification
    let radius = Int((Double(layer.radius) * magnification).rounded(.up))
    let values = layer.discretization.derivatives(
        through: layer.order, sigma: sigma, first: -Double(radius), count: 2 * radius + 1)
    func factor(_ order: Int) -> Double { (0..<order).reduce(1) { product, _ in -product * sigma } }
    let row = (0...2 * radius).map { x in
        GaussianJet(order: layer.order).terms.enumerated().reduce(0.0) { sum, entry in
            let (place, term) = entry
            let basis = factor(term.order) * values[term.dx][x] * values[term.dy][radius]
            return sum + Double(coefficients[place, 0, output]) * basis
        }
    }
    let places = (0...2 * radius).map { (Double($0) - Double(radius)) / magnification }
    return (places, row.map { $0 * magnification * magnification })
}
