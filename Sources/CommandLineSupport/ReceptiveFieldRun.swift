import Datasets
import Experiments
import Foundation
import NeuralNetworks
import Reports
import TrainedNetworks
import Training

/// `ccnn receptive-field` between its arguments and its output.
public struct ReceptiveFieldRun {
    private let model: String
    private let dataFolder: URL
    private let namedFolder: String?
    private let report: URL?
    private let pictureCount: Int
    private let overwrites: Bool
    private let style: TerminalStyle
    private let version: String

    /// The field of `model`: a checkpoint of `ccnn train`, or the name of a network.
    ///
    /// - Throws: `CommandFailure` with exit code 2 where `pictures` is out of range.
    public init(
        model: String, dataFolder: String?, report: String?, pictures: Int, overwrites: Bool = false,
        style: TerminalStyle, version: String
    ) throws(CommandFailure) {
        guard (1...100_000).contains(pictures) else {
            throw .usage("--pictures is \(pictures), but it is from 1 to 100000")
        }
        self.model = model
        self.dataFolder = dataFolder.map { URL(fileURLWithPath: $0) } ?? DatasetSource.defaultFolder
        namedFolder = dataFolder
        self.report = report.map { URL(fileURLWithPath: $0) }
        pictureCount = pictures
        self.overwrites = overwrites
        self.style = style
        self.version = version
    }

    /// Measures, writes the page asked for, and returns what goes to standard output.
    ///
    /// - Throws: `CommandFailure` where the model or its pictures cannot be read, or the network has no field to measure.
    public func run(notice: (String) -> Void = { _ in }) throws(CommandFailure) -> String {
        var outputs = Outputs(overwrites: overwrites)
        outputs.read(URL(fileURLWithPath: model), "the checkpoint")
        outputs.write(report.map(ReportFolder.page), "--report", makesFolder: true)
        try outputs.check()
        do {
            let (network, pictures, weights) = try network()
            try outputs.prepare()
            let count = min(pictureCount, pictures.count)
            if count < pictureCount {
                notice(
                    "there are \(Format.count(count, "picture")), fewer than the \(Format.count(pictureCount)) asked for"
                )
            }
            let origin = "\(weights); gradients of \(Format.count(count, "picture"))"
            let field = try EffectiveReceptiveField(of: network, on: pictures, count: count)
            let untrained = try EffectiveReceptiveField(
                of: network.untrained.reestimated(on: pictures, batches: 4), on: pictures, count: count)
            try outputs.check()
            if let report {
                let page = page(network, field, untrained, origin)
                notice("wrote \(try ReportFolder.write(page, to: report).relativePath)")
            }
            return text(network, field, untrained, origin)
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure(error)
        }
    }

    /// The network, the pictures it is for, and where its weights come from.
    private func network() throws -> (LearnedNetwork, LabelledPictures, String) {
        if FileManager.default.fileExists(atPath: model) {
            let checkpoint = try Checkpoint(contentsOf: URL(fileURLWithPath: model))
            let dataset = checkpoint.dataName
            guard !dataset.isEmpty, let standard = StandardNetwork.named(checkpoint.networkName) else {
                throw CommandFailure(
                    "\(model): found a run of '\(checkpoint.subject)', wanted one of a network that ccnn models lists")
            }
            if standard.findsObjects { try DatasetSource.shapes.refuseFolder(namedFolder) }
            let pictures =
                standard.findsObjects ? Self.composedPictures : try self.pictures(of: DatasetSource.named(dataset))
            let graph = try NetworkGraph(standard.description(for: pictures))
            return (
                LearnedNetwork(
                    graph: graph, weights: try checkpoint.weights(of: graph), settings: checkpoint.settings,
                    history: checkpoint.history, dataset: dataset), pictures, "the checkpoint \(model)"
            )
        }
        let standard = try TrainRequest.network(named: model)
        // What comes along was trained on CIFAR-10, and is measured on the pictures that need no file.
        if let known = try? TrainedNetwork.named(model) {
            return (
                LearnedNetwork(
                    graph: try known.graph(), weights: try known.weights(), settings: TrainingSettings(),
                    history: TrainingHistory(), dataset: "cifar-10"),
                try pictures(of: .shapes), "the trained network that comes along"
            )
        }
        let source = DatasetSource.generated(for: standard)
        if standard.findsObjects { try source.refuseFolder(namedFolder) }
        let pictures = standard.findsObjects ? Self.composedPictures : try pictures(of: source)
        let graph = try NetworkGraph(standard.description(for: pictures))
        return (
            LearnedNetwork(
                graph: graph, weights: NetworkWeights(graph, seed: 1), settings: TrainingSettings(),
                history: TrainingHistory(), dataset: source.rawValue), pictures, "weights before training, seed 1"
        )
    }

    private func pictures(of source: DatasetSource) throws(CommandFailure) -> LabelledPictures {
        try source.refuseFolder(namedFolder)
        return try source.read(from: dataFolder).test
    }

    /// Pictures that detectors look at; what is in them is of no account here.
    private static var composedPictures: LabelledPictures {
        let composed = ComposedDigits(DigitGlyphs.drawn(0..<100, seed: 1), seed: 1)
        let count = 64
        return LabelledPictures(
            height: composed.side, width: composed.side, channels: 1, classNames: ["digits"],
            pixels: (0..<count).flatMap { composed.picture($0).pixels.map { UInt8(($0 * 255).rounded()) } },
            labels: [UInt8](repeating: 0, count: count))
    }

    private func text(
        _ network: LearnedNetwork, _ field: EffectiveReceptiveField, _ untrained: EffectiveReceptiveField,
        _ origin: String
    ) -> String {
        numbers(network, field, untrained, origin).text(in: style)
            + TerminalPicture([.init("Effective receptive field", [row("share of the gradient's energy", field)])])
            .text(
                in: style)
            + waveNet.text(in: style)
    }

    private func numbers(
        _ network: LearnedNetwork, _ field: EffectiveReceptiveField, _ untrained: EffectiveReceptiveField,
        _ origin: String
    ) -> Table {
        func number(_ value: Double?) -> Table.Cell { Table.Cell(value.map { Format.fixed($0, decimals: 2) } ?? "–") }
        func row(_ name: String, _ own: Double?, _ other: Double?) -> [Table.Cell] {
            [Table.Cell(name), number(own), number(other)]
        }
        return Table(
            "Receptive field of \(network.graph.network.name)",
            columns: [.init("pixels"), .init("as given", .decimal), .init("before training", .decimal)],
            rows: [
                row("theoretical field", Double(field.theoretical), Double(untrained.theoretical)),
                row("spread of the effective field (s.d.)", field.spread, untrained.spread),
                row("spread that random kernels predict", field.predictedSpread, untrained.predictedSpread),
                row(
                    "distance of its profile from a Gaussian", field.distanceFromGaussian,
                    untrained.distanceFromGaussian),
                row("longer than wide by a factor of", Self.ratio(field), Self.ratio(untrained)),
            ],
            footer:
                "\(origin.prefix(1).uppercased())\(origin.dropFirst()). "
                + "The distance is 0 for a Gaussian and 1 for nothing in common.")
    }

    private static func ratio(_ field: EffectiveReceptiveField) -> Double {
        let (along, across) = field.principalSpreads
        return along / max(across, 1e-9)
    }

    private func row(_ label: String, _ field: EffectiveReceptiveField) -> KernelRow {
        let image = KernelImage(
            width: field.width, height: field.height, values: field.energy.map { $0.squareRoot() })
        return KernelRow(label, panels: [(caption: "square root of the share", image: image)])
    }

    /// What one-dimensional stacks of two taps reach, dilated and plain: the comparison of the claim dilated-causal.
    private var waveNet: Table {
        Table(
            "WaveNet's comparison: causal layers of two taps",
            columns: [
                .init("layers", .right), .init("field, dilated 1, 2, 4, …", .right), .init("field, plain", .right),
                .init("taps of the stack", .right), .init("taps of one plain layer of the dilated field", .right),
            ],
            rows: [1, 2, 4, 6, 8, 10, 12].map { d in
                [d, 1 << d, d + 1, 2 * d, 1 << d].map { Table.Cell(Format.count($0)) }
            }, footer: "ccnn validate dilated-causal measures these.")
    }

    private func page(
        _ network: LearnedNetwork, _ field: EffectiveReceptiveField, _ untrained: EffectiveReceptiveField,
        _ origin: String
    ) -> Page {
        var page = Page("What a feature of \(network.graph.network.name) sees", kind: "receptive field")
        page.lead = [
            """
            The theoretical field is what a feature can depend on; the effective one is how much it does: the squared gradient of the features at the middle of the \
            picture, by pixel. Random kernels would spread it like a Gaussian whose variance is the sum of the layers' variances.
            """
        ]
        page.keyNumbers = [
            .init("\(field.theoretical)", "pixels, theoretical field"),
            .init(
                Format.fixed(field.spread, decimals: 2), "pixels, spread of the effective field",
                note: field.predictedSpread.map { "random kernels \(Format.fixed($0, decimals: 2))" } ?? ""),
        ]
        let x = (0..<field.width).map(Double.init)
        let profile = Figure(
            "Profile along x", x: .init("column", unit: "pixels"), y: .init("share of the energy"),
            [
                .line(.init("measured", x: x, y: field.profile)),
                .line(.init("Gaussian of the same spread", x: x, y: field.gaussianProfile)),
                .line(.init("before training", x: x, y: untrained.profile)),
            ])
        page.sections = [
            Page.Section("Numbers", [.table(numbers(network, field, untrained, origin))]),
            Page.Section(
                "Pictures",
                [
                    .gallery(KernelGallery("", rows: [row("as given", field), row("before training", untrained)])),
                    .figures([profile]),
                ]),
            Page.Section("One dimension", [.table(waveNet)]),
        ]
        page.command = Page.commandLine(["ccnn", "receptive-field", model])
        page.version = version
        return page
    }
}
