import Foundation
import KernelFitting
import Parallelism
import Reports
import TensorFiles

/// `ccnn fit` between its arguments and its output.
public struct FitRun {
    private let request: FitRequest
    private let style: TerminalStyle
    private let version: String

    /// A run of a checked request, whose text is made for `style`.
    public init(_ request: FitRequest, style: TerminalStyle, version: String) {
        self.request = request
        self.style = style
        self.version = version
    }

    /// Fits, writes the files asked for, and returns what goes to standard output.
    ///
    /// - Parameters:
    ///   - progress: Told before each layer how many are done, of how many.
    ///   - notice: Told what the person should know beside the result, such as tensors that were skipped, a line at a time.
    /// - Throws: `CommandFailure`; files that were there before are then untouched.
    public func run(
        progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }, notice: (String) -> Void = { _ in }
    ) throws(CommandFailure) -> String {
        let inputs = try KernelInputs(request.inputs)
        if inputs.files.isEmpty, request.selection.axes != nil {
            throw .usage("--axes has no effect here: no file is named whose axes it would say (leave it out)")
        }
        let outputs = outputs(inputs)
        try outputs.check()
        let source = try KernelSource(request, inputs)
        if request.isList { return try list(source, notice: notice) }
        if source.hasSeveralInputs, request.export != nil {
            throw .usage("--export writes the layers of one file, and \(source.inputs.count) are named")
        }
        try outputs.prepare()
        let threadsBefore = WorkerPool.shared.threadCount
        if let threads = request.threads { WorkerPool.shared.threadCount = threads }
        defer { if request.threads != nil { WorkerPool.shared.threadCount = threadsBefore } }
        for line in source.notices { notice(line) }
        do {
            var fitter = LayerFitter(request)
            var fitted: [FittedLayer] = []
            for layer in source.layers {
                progress(fitted.count, source.layers.count)
                let result = try fitter.fit(layer.kernels)
                let zero = result.fit.zeroKernels
                for index in zero.prefix(20) {
                    notice("kernel \(layer.kernels.kernelName(index)) is zero everywhere: explained energy 0")
                }
                if zero.count > 20 { notice("and \(zero.count - 20) more kernels of \(layer.kernels.name) are zero") }
                fitted.append(result)
            }
            progress(fitted.count, source.layers.count)
            try outputs.check()
            if let export = request.export {
                try FitExport.write(fitted, of: source, request, to: export)
                notice("wrote \(export.relativePath)")
            }
            if let report = request.report {
                let page = FitPage(request, source, fitted, version: version).page()
                notice("wrote \(try ReportFolder.write(page, to: report).relativePath)")
            }
            switch request.format {
            case .json: return try FitDocument(request, source, fitted, seconds: fitter.seconds).text()
            case .text: return text(fitted, of: source)
            }
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure(error)
        }
    }

    private func outputs(_ inputs: KernelInputs) -> Outputs {
        var outputs = Outputs(overwrites: request.overwrites)
        for file in inputs.files { outputs.read(file.url, "the file of kernels") }
        outputs.write(request.export, "--export")
        outputs.write(request.report.map(ReportFolder.page), "--report", makesFolder: true)
        return outputs
    }

    private func list(_ source: KernelSource, notice: (String) -> Void) throws(CommandFailure) -> String {
        for line in source.notices.filter({ !$0.contains("skipped") && !$0.contains("--list") }) { notice(line) }
        let listing = KernelListing(source.listing)
        do {
            switch request.format {
            case .json: return try listing.json()
            case .text: return listing.tables().map { $0.text(in: style) }.joined(separator: "\n")
            }
        } catch {
            throw CommandFailure(error)
        }
    }

    private func text(_ fitted: [FittedLayer], of source: KernelSource) -> String {
        var parts = fitted.map { FitTables.byOrder($0).text(in: style) }
        let (best, worst) = FitTables.bestAndWorst(fitted.map(\.fit), top: request.top)
        if !best.isEmpty {
            parts.append(TerminalPicture([.init("Best fitted", best), .init("Worst fitted", worst)]).text(in: style))
        }
        if fitted.count > 1 {
            parts += FitTables.summaries(fitted, of: source, order: request.options.order).map { $0.text(in: style) }
        }
        return parts.joined(separator: "\n")
    }
}
