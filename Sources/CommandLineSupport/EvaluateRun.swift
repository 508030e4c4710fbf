import Datasets
import Foundation
import NeuralNetworks
import Pictures
import Reports
import Training

/// `ccnn evaluate` between its arguments and its output.
public struct EvaluateRun {
    private let name: String
    private let dataFolder: URL
    private let style: TerminalStyle

    /// An evaluation of a checkpoint, or of a trained network that the library brings along, on the test pictures of the data set that it was
    /// trained on.
    /// - Parameters:
    ///   - dataFolder: The folder with the data set's files; the default one where nil.
    ///   - style: The terminal that shows the text.
    ///   - checkpoint: A file, or the name of a network where there is no such file.
    public init(checkpoint: String, dataFolder: String?, style: TerminalStyle) {
        name = checkpoint
        self.dataFolder = dataFolder.map { URL(fileURLWithPath: $0) } ?? DatasetSource.defaultFolder
        self.style = style
    }

    /// Evaluates, and returns what goes to standard output.
    /// - Parameter sheet: Where a picture of pictures, truths and predictions goes, if one is wanted; for classes of pixels only.
    /// - Throws: `CommandFailure` where the checkpoint or the data set cannot be read, or do not fit, or the picture cannot be written.
    public func run(sheet: String? = nil) throws(CommandFailure) -> String {
        do {
            let model = try EvaluatedModel(name)
            let pictures = try DatasetSource.named(model.data).read(from: dataFolder).test
            let graph = try NetworkGraph(
                model.network.description(
                    classes: pictures.classNames.count, height: pictures.height, width: pictures.width,
                    channels: pictures.channels))
            let network = CompiledNetwork(
                graph, weights: try model.weights(graph), batch: model.batch, computesGradients: false,
                algorithms: model.algorithms)
            if let sheet {
                guard pictures.labelling == .perPixel else {
                    throw CommandFailure.usage(
                        "--predictions is for classes of pixels, but \(model.data) has one for each picture")
                }
                try SegmentationSheet.picture(of: pictures, by: [network]).write(to: URL(fileURLWithPath: sheet))
            }
            return text(Evaluation(network, on: pictures), pictures, model.title)
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure(error)
        }
    }

    private func text(_ evaluation: Evaluation, _ pictures: LabelledPictures, _ title: String) -> String {
        let interval = evaluation.interval
        func percent(_ share: Double) -> String { Format.percent(share, decimals: 2) }
        // Pixels of a picture are not independent, so that an interval for them would claim too much.
        let spread =
            pictures.labelling == .perPixel
            ? "" : " (95 % interval \(percent(interval.lowerBound)) to \(percent(interval.upperBound)))"
        var lines = [
            "\(title): accuracy \(percent(evaluation.accuracy))\(spread), loss "
                + "\(Format.fixed(evaluation.loss, decimals: 4)), \(Format.count(evaluation.count)) labels"
        ]
        if pictures.labelling == .perPixel { lines.append(segmentationFigures(evaluation, pictures)) }
        lines.append(perClass(evaluation, pictures).text(in: style))
        if evaluation.classes <= 16 { lines.append(Self.confusion(evaluation, pictures.labelling).text(in: style)) }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The background is nearly everything, so what counts is said of the digits alone: all classes but the last.
    private func segmentationFigures(_ evaluation: Evaluation, _ pictures: LabelledPictures) -> String {
        let digits = 0..<pictures.classNames.count - 1
        let unions = digits.compactMap { evaluation.intersectionOverUnion(of: $0) }
        let classes = evaluation.classes
        let pixels = digits.reduce(0) { $0 + evaluation.confusion[($1 * classes)..<(($1 + 1) * classes)].reduce(0, +) }
        let correct = digits.reduce(0) { $0 + evaluation.confusion[$1 * classes + $1] }
        return "digit pixels: accuracy \(Format.percent(Double(correct) / Double(max(pixels, 1)), decimals: 2)), "
            + "mean intersection over union "
            + "\(Format.fixed(unions.reduce(0, +) / Double(max(unions.count, 1)), decimals: 4))"
    }

    private func perClass(_ evaluation: Evaluation, _ pictures: LabelledPictures) -> Table {
        Table(
            columns: [.init("", .right), .init("class"), .init("accuracy", .decimal), .init("over union", .decimal)],
            rows: pictures.classNames.indices.map { label in
                func cell(_ value: Double?) -> Table.Cell { "\(value.map { Format.fixed($0, decimals: 4) } ?? "–")" }
                return [
                    "\(label)", "\(pictures.classNames[label])", cell(evaluation.accuracy(of: label)),
                    cell(evaluation.intersectionOverUnion(of: label)),
                ]
            }, footer: "Over union: labels of a class found, divided by labels of it and labels taken for it.")
    }

    /// Pictures are counted. Pixels are given as shares of their class: millions of background beside thousands of
    /// digits are neither legible nor do they fit eighty columns.
    static func confusion(_ evaluation: Evaluation, _ labelling: LabelledPictures.Labelling) -> Table {
        let classes = evaluation.classes
        let isPerPixel = labelling == .perPixel
        return Table(
            "True classes in rows, what they are taken for in columns"
                + (isPerPixel ? ", in per cent of the class" : ""),
            columns: [.init("", .right)] + (0..<classes).map { .init("\($0)", .right) },
            rows: (0..<classes).map { row in
                let counts = evaluation.confusion[row * classes..<(row + 1) * classes]
                let whole = Double(max(counts.reduce(0, +), 1))
                return ["\(row)"]
                    + counts.map { isPerPixel ? "\(Format.fixed(100 * Double($0) / whole, decimals: 1))" : "\($0)" }
            })
    }
}
