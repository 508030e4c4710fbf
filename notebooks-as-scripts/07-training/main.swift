import ContinuousCNN
import Foundation
import NotebookSupport
import Reports

let arguments = NotebookArguments.parseOrExit()
let notebook = Notebook("07-training", "Training a network of your own", arguments)
notebook.say(
    """
    A network is a value: a list of layers. Training is a run that a seed determines to the last bit. This notebook writes a small network, trains it on pictures of oriented shapes that need no files, \
    and looks at what its kernels have become.
    """)

// MARK: - The network

notebook.section("A network in ten lines")
let network = NetworkDescription(
    name: "seven-taps", height: 32, width: 32, channels: 3,
    layers: .block(7, channels: 8) + .block(3, dilation: 2, channels: 12) + .block(3, dilation: 4, channels: 16)
        + .classifier(classes: OrientedShapes.classNames.count))
let graph = try NetworkGraph(network)
notebook.show(
    Table(
        columns: [
            .init("layer"), .init("kind"), .init("output"), .init("parameters", .right), .init("field", .right),
        ],
        rows: graph.summary.map {
            [
                .init($0.name), .init($0.kind), .init($0.output.description), .init(Format.count($0.trainable)),
                .init("\($0.receptiveField)"),
            ]
        }, footer: "\(Format.count(graph.trainableCount)) parameters; field in pixels along an axis."))

// MARK: - The run

notebook.section("The run")
var settings = TrainingSettings()
settings.epochs = arguments.quick ? 2 : 12
settings.stepsPerEpoch = arguments.quick ? 10 : 120
let data = OrientedShapes.dataset(training: arguments.quick ? 320 : 4_000, test: arguments.quick ? 64 : 500, seed: 1)
let trainer = try Trainer(network, on: data, settings: settings)
let untrained = trainer.network.weights
while trainer.history.epochs.count < settings.epochs {
    while !trainer.isAtEpochEnd { try trainer.step() }
    try trainer.finishEpoch()
}
let epochs = trainer.history.epochs
notebook.say(
    """
    \(settings.steps) steps of Adam with \(settings.batch) pictures each. A picture shows one of \(data.test.classNames.count) shapes, in any colour, somewhere. After the last epoch \
    \(Format.percent(epochs[epochs.count - 1].testAccuracy)) of \(data.test.count) pictures that it has not seen are told apart; by chance it would be \
    \(Format.percent(1 / Double(data.test.classNames.count))).
    """)
notebook.show(
    (
        "learning",
        Figure(
            "Accuracy while learning", x: .init("epoch"), y: .init("accuracy", range: 0...1),
            [
                .line(
                    .init(
                        "training pictures, as they come", x: epochs.map { Double($0.epoch) },
                        y: epochs.map(\.trainingAccuracy))),
                .line(.init("test pictures", x: epochs.map { Double($0.epoch) }, y: epochs.map(\.testAccuracy))),
            ],
            caption:
                "Test accuracy of single epochs jumps, since evaluation uses running averages of the normalisations. So published figures here are means of ten epochs."
        )
    ))

// MARK: - Its kernels

notebook.section("What its kernels have become")
/// The first layer's kernels, as a fit takes them.
func firstLayer(_ weights: NetworkWeights) -> KernelLayer {
    let tensor = weights.tensors[0].permuted([3, 2, 0, 1])
    return KernelLayer(
        name: "first layer", outputs: tensor.shape[0], inputs: tensor.shape[1], height: tensor.shape[2],
        width: tensor.shape[3], taps: tensor.elements.map(Double.init))
}
let options = FitOptions(order: 4, scale: .shared, sigmaRange: 0.4...3)
let layers = [("trained", firstLayer(trainer.network.weights)), ("before training", firstLayer(untrained))]
let noise = try NoiseEnergy.ofEveryOrder(like: layers[0].1, options: options)
let sweeps = try layers.map { try OrderSummary.sweep($0.1, options: options, noise: noise) }
notebook.say(
    """
    Kernels begin as noise. If training made them smooth functions, a few Gaussian derivatives would explain more of them than of noise. Explained energy of the first layer's 7 × 7 kernels, one σ for \
    the layer, beside what noise of the same shape reaches:
    """)
notebook.show(
    (
        "explained",
        Figure(
            "Explained energy of the first layer", x: .init("order of the jet"), y: .init("R²", range: 0...1),
            zip(layers, sweeps).map { layer, sweep in
                .line(.init(layer.0, x: sweep.indices.map(Double.init), y: sweep.map(\.explainedEnergy)))
            } + [
                .line(
                    .init(
                        "white noise", x: noise.indices.map(Double.init), y: noise.map(\.mean),
                        errors: noise.map { 2 * $0.standardError }))
            ],
            caption:
                "A run of \(settings.steps) steps; \(code: "ccnn train") and \(code: "ccnn fit") do the same with longer ones."
        )
    ))
let (trained, before) = (sweeps[0][2].explainedEnergy, sweeps[1][2].explainedEnergy)
notebook.say(
    "At order 2 it is \(Format.fixed(trained, decimals: 3)) after training, \(Format.fixed(before, decimals: 3)) before, and \(Format.fixed(noise[2].mean, decimals: 3)) for noise."
)
notebook.finish()
