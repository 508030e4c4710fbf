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
    private let namedFolder: String?
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
        namedFolder = dataFolder
        self.style = style
    }

    /// Evaluates, and returns what goes to standard output.
    /// - Parameters:
    ///   - sheet: Where a picture of pictures, truths and predictions goes, if one is wanted; for classes of pixels only.
    ///   - overwrites: Whether that may replace a file that is there.
    /// - Throws: `CommandFailure` where the checkpoint or the data set cannot be read, or do not fit, or the picture cannot be written.
    public func run(sheet: String? = nil, overwrites: Bool = false) throws(CommandFailure) -> String {
        if let sheet, !sheet.lowercased().hasSuffix(".png") {
            throw .usage("--predictions is '\(sheet)', but its name ends in .png")
        }
        var outputs = Outputs(overwrites: overwrites)
        outputs.read(URL(fileURLWithPath: name), "the checkpoint")
        outputs.write(sheet.map { URL(fileURLWithPath: $0) }, "--predictions")
        try outputs.check()
        do {
            let model = try EvaluatedModel(name)
            let source = try DatasetSource.named(model.data)
            try source.refuseFolder(namedFolder)
            let data = try source.read(from: dataFolder)
            let pictures = data.test
            let graph = try NetworkGraph(model.network.description(for: pictures), for: pictures)
            if let known = model.classNames, known != pictures.classNames {
                throw CommandFailure(
                    "\(dataFolder.relativePath): found the classes \(Self.few(pictures.classNames)), wanted those that the network was "
                        + "trained on, \(Self.few(known))")
            }
            let weights = try model.weights(graph)
            guard weights.tensors.allSatisfy({ $0.elements.allSatisfy(\.isFinite) }) else {
                throw CommandFailure("\(name): found weights that are no numbers, wanted a network that can score")
            }
            try graph.checkMemory(batch: model.batch, computesGradients: false)
            let network = CompiledNetwork(
                graph, weights: weights, batch: model.batch, computesGradients: false, algorithms: model.algorithms)
            let stored = Evaluation(network, on: pictures)
            var reestimated: Evaluation?
            if model.mayHaveUnsettledStatistics, graph.normalizes {
                let learned = data.training.split(last: model.validationSplit).training
                network.reestimateNormalization(on: learned, batches: 100)
                reestimated = Evaluation(network, on: pictures)
            }
            if let sheet {
                guard pictures.labelling == .perPixel else {
                    throw CommandFailure.usage(
                        "--predictions is for classes of pixels, but \(model.data) has one for each picture")
                }
                try outputs.prepare()
                let picture = SegmentationSheet.picture(of: pictures, by: [network])
                try outputs.check()
                try picture.write(to: URL(fileURLWithPath: sheet))
            }
            return text(reestimated ?? stored, pictures, model.title, stored: reestimated == nil ? nil : stored)
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure(error)
        }
    }

    /// - Parameter stored: The evaluation with the running averages that are stored, where the first one is with others.
    private func text(
        _ evaluation: Evaluation, _ pictures: LabelledPictures, _ title: String, stored: Evaluation?
    ) -> String {
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
        if let stored {
            lines.append(
                "normalisation statistics are re-estimated on 100 batches of training pictures; with the running averages that are stored: accuracy "
                    + "\(percent(stored.accuracy)), loss \(Format.fixed(stored.loss, decimals: 4))")
        }
        if pictures.labelling == .perPixel { lines.append(Self.segmentationFigures(evaluation, pictures.classNames)) }
        lines.append(perClass(evaluation, pictures).text(in: style))
        // More columns fit no terminal.
        let table =
            evaluation.classes <= 16
            ? Self.confusion(evaluation, pictures.labelling)
            : Self.mostConfused(evaluation, pictures.classNames, count: 20)
        lines.append(table.text(in: style))
        return lines.joined(separator: "\n") + "\n"
    }

    /// The first few names of a list.
    private static func few(_ names: [String]) -> String {
        names.prefix(5).joined(separator: ", ") + (names.count > 5 ? " and \(names.count - 5) more" : "")
    }

    /// The background is nearly everything, so what counts is said of the objects alone: all classes but the last.
    static func segmentationFigures(_ evaluation: Evaluation, _ classNames: [String]) -> String {
        let objects = 0..<classNames.count - 1
        let accuracy = evaluation.accuracy(of: objects).map { Format.percent($0, decimals: 2) }
        let overUnion = evaluation.meanIntersectionOverUnion(of: objects).map { Format.fixed($0, decimals: 4) }
        return
            "without \(classNames.last ?? "the last class"): accuracy of pixels \(accuracy ?? Format.missing), "
            + "mean intersection over union \(overUnion ?? Format.missing)"
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

    /// The pairs of classes of which the one is most often taken for the other.
    static func mostConfused(_ evaluation: Evaluation, _ names: [String], count: Int) -> Table {
        let classes = evaluation.classes
        let pairs = evaluation.confusion.indices.filter { $0 / classes != $0 % classes && evaluation.confusion[$0] > 0 }
            .sorted { (evaluation.confusion[$1], $0) < (evaluation.confusion[$0], $1) }
        return Table(
            "What is most often taken for what",
            columns: [.init("class"), .init("taken for"), .init("labels", .right), .init("of", .right)],
            rows: pairs.prefix(count).map { place in
                let row = evaluation.confusion[place / classes * classes..<(place / classes + 1) * classes]
                func name(_ label: Int) -> String { label < names.count ? names[label] : "\(label)" }
                return [
                    "\(name(place / classes))", "\(name(place % classes))", "\(evaluation.confusion[place])",
                    "\(row.reduce(0, +))",
                ]
            })
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
