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

    /// Trains the detector, tests it, writes its state and pictures, and returns what goes to standard output.
    ///
    /// - Parameters:
    ///   - shouldStop: Asked after every step whether to save and stop.
    ///   - progress: Told after every step what is being done, how many steps are done, and of how many.
    ///   - notice: Told what digits there are, and the loss from time to time.
    /// - Throws: `CommandFailure` where files cannot be read or written, or the loss is no longer a number; the last state is then in the folder.
    public func run(
        shouldStop: () -> Bool = { false }, progress: (String, Int, Int) -> Void = { _, _, _ in },
        notice: (String) -> Void = { _ in }
    ) throws(CommandFailure) -> String {
        if let threads = request.threads { WorkerPool.shared.threadCount = threads }
        var place = try RunFolder(request.out, resumes: request.resumes, overwrites: request.overwrites)
        let last = place.last
        let sheet = request.out.appendingPathComponent("detections.png")
        var outputs = Outputs(overwrites: request.overwrites)
        if !request.resumes { for file in [last, sheet] { outputs.write(file, "--out") } }
        try outputs.check()
        let (training, test) = try pictures(notice)
        try place.make()
        defer { withExtendedLifetime(place.lock) {} }
        let layout = DetectionLayout()
        do {
            let trainer = try DetectionTrainer(
                request.network.description(), on: training, layout: layout, settings: request.settings,
                from: place.isBegun ? Checkpoint(contentsOf: last) : nil)
            trainer.options.dataFolder = request.namedDataFolder
            trainer.options.tests = request.tests
            if let line = request.lengthNotice { notice(line) }
            try FileManager.default.checkWritable(for: last)
            try train(trainer, last, outputs, shouldStop, progress, notice)
            guard trainer.steps == request.settings.steps else {
                return "stopped after step \(trainer.steps); --resume goes on from there\n"
            }
            let running = trainer.averagePrecision(in: test, at: 0..<request.tests)
            let (found, objects) = trainer.withReestimatedStatistics {
                trainer.detections(in: test, at: 0..<request.tests)
            }
            let precision = AveragePrecision(found, objects: objects, sides: layout.sides)
            try DetectionSheet.picture(of: test, found).write(to: sheet)
            return table(precision, running, objects, trainer).text(in: style)
                + "wrote \(last.relativePath) and \(sheet.relativePath)\n"
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure(error)
        }
    }

    /// Makes the steps that are left, keeping the state in `last` from time to time, and when it is asked to stop.
    private func train(
        _ trainer: DetectionTrainer, _ last: URL, _ outputs: Outputs, _ shouldStop: () -> Bool,
        _ progress: (String, Int, Int) -> Void, _ notice: (String) -> Void
    ) throws {
        let steps = request.settings.steps
        let interval = max(steps / 10, 1)
        var losses: [Double] = []
        var isFirst = true
        func save() throws {
            if isFirst { try outputs.check() }
            isFirst = false
            try trainer.save(to: last)
        }
        do {
            while trainer.steps < steps, !shouldStop() {
                losses.append(try trainer.step())
                progress("training", trainer.steps, steps)
                if trainer.steps % 100 == 0 { try save() }
                guard trainer.steps % interval == 0 else { continue }
                let loss = losses.reduce(0, +) / Double(losses.count)
                notice("step \(trainer.steps) of \(steps): loss \(Format.fixed(loss, decimals: 3))")
                losses = []
            }
            try save()
        } catch TrainingError.diverged(let step, _) {
            let isKept = FileManager.default.fileExists(atPath: last.path)
            throw TrainingError.diverged(step: step, checkpoint: isKept ? last.relativePath : nil)
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
            let training = DigitGlyphs.cut(from: data.training)
            // M2NIST composes its pictures of MNIST's digits, and some come again in other pictures.
            let known = Set(training)
            glyphs = (training, DigitGlyphs.cut(from: data.test).filter { !known.contains($0) })
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
        _ precision: AveragePrecision, _ running: AveragePrecision, _ objects: [[PictureObject]],
        _ trainer: DetectionTrainer
    ) -> Table {
        let graph = trainer.network.graph
        func cell(_ value: Double?) -> Table.Cell { "\(value.map { Format.fixed($0, decimals: 4) } ?? "–")" }
        let all = objects.joined()
        let names = ["small, ×0.5", "medium, ×1", "large, ×2"]
        let rows = names.indices.map { size -> [Table.Cell] in
            [
                "\(names[size])", "\(Format.count(all.count { $0.size == size }))", cell(precision.bySize[size]),
                cell(running.bySize[size]),
            ]
        }
        return Table(
            "\(graph.network.name), \(Format.count(graph.trainableCount)) parameters, \(Format.count(trainer.steps, "step")): average precision "
                + "at intersection over union 0.5",
            columns: [
                .init("digits"), .init("in tests", .right), .init("precision", .decimal), .init("running", .decimal),
            ],
            rows: rows + [["all", "\(Format.count(all.count))", cell(precision.mean), cell(running.mean)]],
            footer:
                "Precision: with normalisation statistics re-estimated on \(DetectionTrainer.reestimationBatches) batches of training pictures; running: with "
                + "running averages, which of short runs are none.")
    }
}
