import ArgumentParser
import CommandLineSupport
import ContinuousCNN
import Foundation
import NotebookSupport
import Reports

struct Options: ParsableCommand {
    static var configuration: CommandConfiguration { NotebookArguments.configuration }
    @OptionGroup var notebook: NotebookArguments
    @Option(help: "A folder with M2NIST's combined.npy and segmented.npy, to learn from instead of generated scenes.")
    var m2nist: String?
}

let options = Options.parseOrExit()
let quick = options.notebook.quick
let notebook = Notebook("09-segmentation", "Segmentation without a decoder", options.notebook)
notebook.say(
    """
    Networks that say for every pixel what it belongs to usually shrink the picture to see far, and enlarge it again to say where. A network that never leaves the picture's grid has nothing to enlarge: its \
    last features have a value at every pixel, and a 1×1 convolution turns them into scores. This notebook trains one of each kind on the same scenes.
    """)

// MARK: - The networks

notebook.section("Two networks of one size")
let data: Dataset
if let folder = options.m2nist {
    data = try M2NIST.read(in: URL(fileURLWithPath: folder))
} else {
    data = ScatteredShapes.dataset(training: quick ? 64 : 2_000, test: quick ? 16 : 300, seed: 1)
}
let test = data.test[0..<min(data.test.count, quick ? 16 : 300)]
let background = data.test.classNames.count - 1
let descriptions = ["segmentation", "encoder-decoder"].compactMap { name in
    StandardNetwork.named(name)?.description(
        classes: background + 1, height: data.test.height, width: data.test.width, channels: data.test.channels)
}
let graphs = try descriptions.map { try NetworkGraph($0) }
let names = ["no downsampling", "encoder-decoder"]
notebook.show(
    Table(
        columns: [
            .init("network"), .init("parameters", .right), .init("field", .right), .init("coarsest grid", .right),
            .init("10⁶ multiplications", .decimal),
        ],
        rows: zip(names, graphs).map { name, graph in
            let coarsest = graph.summary.map(\.output).min { $0.height < $1.height } ?? graph.output
            return [
                .init(name), .init(Format.count(graph.trainableCount)), .init("\(graph.receptiveField)"),
                .init("\(coarsest.height)×\(coarsest.width)"),
                .init(
                    Format.fixed(Double(graph.summary.reduce(0) { $0 + $1.multiplications }) / 1e6, decimals: 1)),
            ]
        }, footer: "For pictures of \(data.test.height)×\(data.test.width); field in pixels along an axis."))
notebook.say(
    """
    The first is dilated 1-2-4-8-4-2-1. The second halves the grid twice and doubles it twice, with transposed convolutions and no connections around them. They have about as many parameters, not the same \
    receptive field, and the first computes several times as much: what follows compares two designs, not sampling alone.
    """)

// MARK: - Training

notebook.section("Learning")
var settings = TrainingSettings()
settings.batch = 16
settings.stepsPerEpoch = quick ? 5 : 100
settings.epochs = quick ? 2 : 15
var trainers: [Trainer] = []
var unions: [[Double]] = []
for description in descriptions {
    let trainer = try Trainer(description, on: data, settings: settings)
    var byEpoch: [Double] = []
    for _ in 0..<settings.epochs {
        for _ in 0..<settings.stepsPerEpoch { try trainer.step() }
        byEpoch.append(SegmentationScore(Evaluation(trainer.network, on: test)).meanUnion)
    }
    trainer.network.reestimateNormalization(on: data.training, batches: 40)
    trainers.append(trainer)
    unions.append(byEpoch)
}
let networks = trainers.map(\.network)
let scores = networks.map { SegmentationScore(Evaluation($0, on: test)) }
let ground = Double(test.labels.filter { Int($0) == background }.count) / Double(test.labels.count)
notebook.say(
    """
    \(settings.steps) steps of Adam with \(settings.batch) pictures each. Background is \(Format.percent(ground)) of the test pixels, so that the share of right pixels says little. What counts is the mean, over the other classes, of \
    the pixels that truth and network agree on divided by those that either names (intersection over union).
    """)
notebook.show(
    (
        "learning",
        Figure(
            "Learning to segment", x: .init("step"), y: .init("mean intersection over union", range: 0...1),
            zip(names, unions).map { name, values in
                .line(
                    .init(name, x: values.indices.map { Double(($0 + 1) * settings.stepsPerEpoch) }, y: values))
            }, caption: "On \(test.count) test pictures, with running averages of the normalisations.")
    ))

// MARK: - Results

notebook.section("What they reach")
notebook.show(
    Table(
        columns: [
            .init("network"), .init("pixels", .decimal), .init("pixels of shapes", .decimal),
            .init("mean over union", .decimal),
        ],
        rows: zip(names, scores).map {
            [
                .init($0), .init(Format.percent($1.accuracy, decimals: 2)),
                .init(Format.percent($1.shapeAccuracy, decimals: 2)),
                .init(Format.fixed($1.meanUnion, decimals: 3)),
            ]
        },
        footer: "Share of pixels with the right class; normalisation statistics re-estimated on training pictures."))
let difference = scores[0].meanUnion - scores[1].meanUnion
notebook.say(
    """
    The mean intersection over union is \(Format.fixed(scores[0].meanUnion, decimals: 3)) without downsampling and \(Format.fixed(scores[1].meanUnion, decimals: 3)) with it: \
    \(abs(difference) < 0.01 ? "within a hundredth of each other" : difference > 0 ? "the network that stays on the grid is ahead by \(Format.fixed(difference, decimals: 3))" : "the encoder-decoder is ahead by \(Format.fixed(-difference, decimals: 3))"). One seed each; \
    \(code: "ccnn validate segmentation") repeats it, with a criterion fixed beforehand.
    """)
notebook.show(
    Table(
        "Intersection over union by class",
        columns: [.init("class")] + names.map { .init($0, .decimal) },
        rows: (0..<background).map { label in
            [.init(data.test.classNames[label])]
                + scores.map { .init($0.unions[label].map { Format.fixed($0, decimals: 3) } ?? "–") }
        }))

// MARK: - Borders

notebook.section("Where they are wrong")
let most = 4
let errors = networks.map { errorsByDistance(of: $0, on: test, most: most) }
notebook.say(
    "Wrong pixels by their distance to the nearest pixel of another class, along rows, columns and diagonals alike:")
notebook.show(
    Table(
        columns: [.init("distance in pixels", .right)] + names.map { .init($0, .decimal) },
        rows: (0..<most).map { distance in
            [.init("\(distance + 1)\(distance + 1 == most ? " and more" : "")")]
                + errors.map { .init(Format.percent($0[distance], decimals: 2)) }
        }, footer: "Share of the pixels at that distance that are wrong."))
notebook.say(
    """
    Beside a border \(Format.percent(errors[0][0])) of the pixels are wrong without downsampling and \(Format.percent(errors[1][0])) with it. \
    \(errors[1][0] > 1.2 * errors[0][0] ? "There the coarse grid costs most pixels, as one expects of a place that was known to four pixels only" : "The coarse grid does not show there").
    """)
notebook.show(
    "predictions", title: "Pictures, truths, predictions and errors",
    caption:
        "Rows: picture; true classes; no downsampling and, in white, its wrong pixels; encoder-decoder and its wrong pixels. Colours are classes, black is background."
) { try SegmentationSheet.picture(of: test, by: networks).write(to: $0) }

// MARK: - Other sizes

notebook.section("Pictures of another size")
let (height, width) = (data.test.height - 1, data.test.width - 3)
let outputs = try descriptions.map { try NetworkGraph($0, height: height, width: width).output }
notebook.say(
    """
    For a picture of \(height)×\(width) the first network has \(outputs[0].height)×\(outputs[0].width) places with scores, the second \(outputs[1].height)×\(outputs[1].width)\
    \(outputs[1].height == height && outputs[1].width == width ? "" : ": an encoder-decoder wants sizes that its strides divide, or crops and pads"). A network without changes of resolution takes any size as it is.
    """)
notebook.finish()
