import ArgumentParser
import ContinuousCNN
import Experiments
import Foundation
import NotebookSupport
import Reports

struct Options: ParsableCommand {
    static var configuration: CommandConfiguration { NotebookArguments.configuration }
    @OptionGroup var notebook: NotebookArguments
    @Option(help: "A folder with CIFAR-10 in its binary format, to learn from instead of generated shapes.")
    var cifar: String?
}

let options = Options.parseOrExit()
let quick = options.notebook.quick
let notebook = Notebook("08-across-resolutions", "Gaussian-jet layers across resolutions", options.notebook)
notebook.say(
    """
    A kernel given by its taps belongs to one grid: on a finer one its nine taps cover less of the picture. A combination of Gaussian derivatives is a function, and its σ is a length. On a finer grid \
    the same function is sampled more often, and the network should compute what it computed before. This notebook trains two networks at 32 pixels a side and evaluates them at other sizes.
    """)

// MARK: - The networks

notebook.section("Two networks of one shape")
let data: Dataset
if let folder = options.cifar {
    data = try CIFARFiles.cifar10(in: URL(fileURLWithPath: folder))
} else {
    data = OrientedShapes.dataset(training: quick ? 320 : 8_000, test: quick ? 50 : 1_000, seed: 1)
}
let test = data.test[0..<min(data.test.count, quick ? 50 : 2_000)]
let classes = data.test.classNames.count
let channels = [12, 16, 24]
let jetLayers: [Layer] = zip([0.8, 1.4, 2.0], channels).flatMap { sigma, channels -> [Layer] in
    let jet = GaussianJetLayer(
        order: 2, sigma: sigma, radius: Int((5 * sigma).rounded(.up)), channels: channels)
    return [.gaussianJet(jet), .normalization, .activation(.relu)]
}
let plainLayers: [Layer] = zip([3, 5, 7], channels).flatMap { [Layer].block($0, channels: $1) }
let descriptions = [("Gaussian jets", jetLayers), ("plain kernels", plainLayers)].map { name, layers in
    NetworkDescription(
        name: name, height: 32, width: 32, channels: 3, layers: layers + .classifier(classes: classes))
}
notebook.say(
    """
    Both have three layers of \(channels.map(String.init).joined(separator: ", ")) channels, a mean over space and a dense layer. The plain one has kernels of 3, 5 and 7 taps a side. The other has jets of order 2, \
    six functions a kernel, whose σ begins at 0.8, 1.4 and 2 pixels and is learned; its taps reach five times that far, so that cutting them off changes little even where σ grows.
    """)
var settings = TrainingSettings()
settings.epochs = 1
settings.stepsPerEpoch = quick ? 20 : 1_500
let networks = try descriptions.map { try trained($0, on: data, settings) }
let home = networks.map { scores(of: $0, on: test) }
let homeAccuracies = networks.map { $0.evaluated(on: test).accuracy }
notebook.say(
    """
    After \(settings.steps) steps of Adam with \(settings.batch) pictures of \(data.name == "shapes" ? "generated shapes" : data.name) the jets tell \(Format.percent(homeAccuracies[0])) of \
    \(test.count) test pictures apart with \(Format.count(networks[0].graph.trainableCount)) parameters, the plain kernels \(Format.percent(homeAccuracies[1])) with \
    \(Format.count(networks[1].graph.trainableCount)); by chance it would be \(Format.percent(1 / Double(classes))).
    """)
let sigmas = zip(networks[0].graph.parameters, networks[0].weights.tensors).filter { $0.0.role == .sigma }.map {
    "\(Format.fixed(Double($0.0.initialValues[0]), decimals: 1)) became \(Format.fixed(Double($0.1[0]), decimals: 2))"
}
notebook.say("σ in pixels, by layer: \(sigmas.joined(separator: ", ")).")

// MARK: - One function on several grids

notebook.section("One kernel on three grids")
notebook.say(
    """
    Evaluated at s times the size, a jet's σ and the reach of its taps are multiplied by s. Zero padding grows along, since it is half a kernel wide. The taps become s² times as many and, because a Gaussian \
    integrates to 1, s² times as small: the sum over pixels stands for the same integral.
    """)
notebook.show(
    (
        "kernel",
        Figure(
            "Middle row of one first-layer kernel", x: .init("place", unit: "pixels of the 32-pixel grid"),
            y: .init("tap × (size/32)²"),
            [24, 32, 64].map { size in
                let row = middleRow(of: networks[0], output: 0, magnification: Double(size) / 32)
                return .line(.init("\(size) pixels", x: row.places, y: row.values))
            }, caption: "The points lie on one curve: the kernel as a function of place.")
    ))

// MARK: - Other sizes

notebook.section("Other sizes")
notebook.say(
    """
    The test pictures are resampled by cubic interpolation; on coarser grids they are smoothed first, so that nothing is aliased. Nothing is trained again. The plain network is taken along in two ways: with the taps that \
    it has, and with its kernels resampled as piecewise linear functions.
    """)
let sizes = quick ? [24, 32, 40] : [24, 28, 32, 40, 48, 56, 64]
let ways: [ContinuousNetwork.Transfer] = [.jets, .taps, .resampled]
let moved = try sizes.map { size in
    let pictures = test.resampled(side: size)
    return try ways.map { way in
        let own = way == .jets ? 0 : 1
        let network = try ContinuousNetwork.moved(networks[own], way, to: size)
        return (
            accuracy: network.evaluated(on: pictures).accuracy,
            distance: relativeDistance(scores(of: network, on: pictures), from: home[own])
        )
    }
}
let accuracies = ways.indices.map { row in moved.map { $0[row].accuracy } }
let distances = ways.indices.map { row in moved.map { $0[row].distance } }
let x = sizes.map(Double.init)
notebook.show(
    (
        "accuracy",
        Figure(
            "Accuracy by resolution, trained at 32 pixels", x: .init("side of the picture", unit: "pixels"),
            y: .init("test accuracy", range: 0...1),
            ways.indices.map { .line(.init(ways[$0].rawValue, x: x, y: accuracies[$0])) }
                + [.horizontal(1 / Double(classes), "chance")],
            caption: "One network of each kind, \(test.count) test pictures.")
    ),
    (
        "scores",
        Figure(
            "How far scores move", x: .init("side of the picture", unit: "pixels"),
            y: .init("relative distance"),
            ways.indices.map { .line(.init(ways[$0].rawValue, x: x, y: distances[$0])) },
            caption:
                "Distance of the scores from those at 32 pixels: root mean square of the difference, divided by the scores' standard deviation. 0: the same functional; 1: as far as their own spread."
        )
    ))
notebook.show(
    Table(
        columns: [.init("pixels", .right)]
            + ["jets", "taps kept", "taps resampled"].flatMap { [.init($0, .decimal), .init("distance", .decimal)] },
        rows: sizes.indices.map { size in
            [.init("\(sizes[size])")]
                + ways.indices.flatMap { row -> [Table.Cell] in
                    [
                        .init(Format.percent(accuracies[row][size])),
                        .init(Format.fixed(distances[row][size], decimals: 2)),
                    ]
                }
        }, footer: "Accuracy, and the distance of the scores from those at 32 pixels."))
let away = sizes.indices.filter { sizes[$0] != 32 }
/// The points that a network loses on the way to a size, from its own accuracy at 32 pixels.
func loss(_ row: Int, _ size: Int) -> Double { homeAccuracies[row == 0 ? 0 : 1] - accuracies[row][size] }
func worst(_ row: Int) -> Double { away.map { loss(row, $0) }.max() ?? 0 }
let error = (2 * 0.25 / Double(test.count)).squareRoot()
notebook.say(
    """
    At the size that costs most, the jets lose \(Format.fixed(100 * worst(0), decimals: 1)) points of accuracy, the plain network loses \(Format.fixed(100 * worst(1), decimals: 1)) with its taps kept and \
    \(Format.fixed(100 * worst(2), decimals: 1)) with its taps resampled. With \(test.count) pictures, differences of less than \(Format.fixed(200 * error, decimals: 0)) points say nothing. \
    \(worst(0) < min(worst(1), worst(2)) - 2 * error ? "Here the jets travel best" : worst(0) < worst(1) - 2 * error ? "Here the jets travel better than kept taps; resampled taps, which treat a kernel as a function too, are not clearly worse" : "Here the jets do not travel clearly better").
    """)
notebook.say(
    """
    What is left of the jets' distance has four causes: small-σ Gaussians on the coarser grid, kernels cut off between other taps, interpolation of the pictures, and ReLUs, which do not commute with \
    resampling. With taps that reach three times the first σ instead of five the same run loses 5 points at 24 pixels, because σ grows and the cut becomes a step. One run of one \
    seed proves nothing; \(code: "ccnn validate continuous-network") repeats it over seeds, with intervals and criteria that were fixed beforehand.
    """)
notebook.finish()
