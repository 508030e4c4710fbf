import ContinuousCNN
import Foundation
import Reports

/// `ccnn detect` between its arguments and its output.
public struct DetectRun {
    private let request: DetectRequest
    private let style: TerminalStyle

    /// A run of a checked request, whose text is made for `style`.
    public init(_ request: DetectRequest, style: TerminalStyle) {
        self.request = request
        self.style = style
    }

    /// Trains the detector, tests it, writes weights and pictures, and returns what goes to standard output.
    ///
    /// - Parameters:
    ///   - shouldStop: Asked after every step whether to test what there is.
    ///   - progress: Told after every step what is being done, how many steps are done, and of how many.
    ///   - notice: Told what digits there are, and the loss from time to time.
    /// - Throws: `CommandFailure` where files cannot be read or written, or the loss is no longer a number.
    public func run(
        shouldStop: () -> Bool = { false }, progress: (String, Int, Int) -> Void = { _, _, _ in },
        notice: (String) -> Void = { _ in }
    ) throws(CommandFailure) -> String {
        if let threads = request.threads { WorkerPool.shared.threadCount = threads }
        let (training, test) = try pictures(notice)
        let settings = request.settings
        do {
            try FileManager.default.createDirectory(at: request.out, withIntermediateDirectories: true)
            let layout = DetectionLayout()
            let trainer = try DetectionTrainer(
                request.network.description(), on: training, layout: layout, settings: settings)
            var sum = 0.0
            let interval = max(settings.steps / 10, 1)
            while trainer.steps < settings.steps, !shouldStop() {
                sum += try trainer.step()
                progress("training", trainer.steps, settings.steps)
                guard trainer.steps % interval == 0 else { continue }
                notice(
                    "step \(trainer.steps) of \(settings.steps): loss "
                        + Format.fixed(sum / Double(interval), decimals: 3))
                sum = 0
            }
            let (found, objects) = trainer.detections(in: test, at: 0..<request.tests)
            let precision = AveragePrecision(found, objects: objects, sides: layout.sides)
            let graph = trainer.network.graph
            let tensors = zip(graph.parameters, trainer.network.weights.tensors).map { StoredTensor(name: $0.name, $1) }
            let weights = request.out.appendingPathComponent("weights.safetensors")
            try SafetensorsFile.write(tensors, metadata: ["network": request.network.name], to: weights)
            let sheet = request.out.appendingPathComponent("detections.png")
            try DetectionSheet.picture(of: test, found).write(to: sheet)
            return table(precision, objects, graph, trainer.steps).text(in: style)
                + "wrote \(weights.relativePath) and \(sheet.relativePath)\n"
        } catch {
            throw CommandFailure(error)
        }
    }

    /// Pictures of the digits of M2NIST's training and test pictures, or of drawn digits where its files are not there.
    private func pictures(
        _ notice: (String) -> Void
    ) throws(CommandFailure) -> (training: ComposedDigits, test: ComposedDigits) {
        let seed = request.settings.seed
        let glyphs: (training: [Glyph], test: [Glyph])
        if DatasetSource.m2nist.location(in: request.dataFolder) != nil {
            let data = try DatasetSource.m2nist.read(from: request.dataFolder)
            glyphs = (DigitGlyphs.cut(from: data.training), DigitGlyphs.cut(from: data.test))
            guard !glyphs.training.isEmpty, !glyphs.test.isEmpty else {
                throw CommandFailure("\(request.dataFolder.path): found no digits to cut out of m2nist, wanted some")
            }
        } else {
            glyphs = (DigitGlyphs.drawn(0..<1_000, seed: 1), DigitGlyphs.drawn(1_000..<1_300, seed: 1))
            notice("there is no m2nist in \(request.dataFolder.path), so digits are drawn")
        }
        notice("\(Format.count(glyphs.training.count)) digits to learn, \(Format.count(glyphs.test.count)) to test")
        return (ComposedDigits(glyphs.training, seed: seed), ComposedDigits(glyphs.test, seed: ~seed))
    }

    private func table(
        _ precision: AveragePrecision, _ objects: [[PictureObject]], _ graph: NetworkGraph, _ steps: Int
    ) -> Table {
        func cell(_ value: Double?) -> Table.Cell { "\(value.map { Format.fixed($0, decimals: 4) } ?? "–")" }
        let all = objects.joined()
        let rows = zip(["small, ×0.5", "medium, ×1", "large, ×2"], precision.bySize).enumerated().map {
            size, row -> [Table.Cell] in
            ["\(row.0)", "\(Format.count(all.count { $0.size == size }))", cell(row.1)]
        }
        return Table(
            "\(graph.network.name), \(Format.count(graph.trainableCount)) parameters, \(Format.count(steps)) steps: average precision "
                + "at intersection over union 0.5",
            columns: [.init("digits"), .init("in tests", .right), .init("precision", .decimal)],
            rows: rows + [["all", "\(Format.count(all.count))", cell(precision.mean)]])
    }
}
