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
        try outputs.check()
        let source = try source()
        try outputs.prepare()
        let threadsBefore = WorkerPool.shared.threadCount
        if let threads = request.threads { WorkerPool.shared.threadCount = threads }
        defer { if request.threads != nil { WorkerPool.shared.threadCount = threadsBefore } }
        for skipped in source.skipped { notice("skipped tensor '\(skipped.name)': \(skipped.reason)") }
        if source.skipped.count > 1 { notice("skipped \(source.skipped.count) tensors in all") }
        do {
            var fitter = LayerFitter(request)
            var fitted: [FittedLayer] = []
            for layer in source.layers {
                progress(fitted.count, source.layers.count)
                let result = try fitter.fit(layer)
                for index in result.fit.zeroKernels.prefix(20) {
                    notice("kernel \(layer.kernelName(index)) is zero everywhere: explained energy 0")
                }
                fitted.append(result)
            }
            progress(fitted.count, source.layers.count)
            try outputs.check()
            if let export = request.export {
                try FitExport.write(fitted, of: source, request, to: export)
                notice("wrote \(export.relativePath)")
            }
            if let report = request.report {
                let page = FitPage(request, fitted, version: version).page()
                notice("wrote \(try ReportFolder.write(page, to: report).relativePath)")
            }
            switch request.format {
            case .json: return try FitDocument(request, source, fitted, seconds: fitter.seconds).text()
            case .text: return text(fitted)
            }
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure(error)
        }
    }

    private var outputs: Outputs {
        var outputs = Outputs(overwrites: request.overwrites)
        outputs.read(request.file, "the file of kernels")
        outputs.write(request.export, "--export")
        outputs.write(request.report.map(ReportFolder.page), "--report", makesFolder: true)
        return outputs
    }

    private func source() throws(CommandFailure) -> KernelSource {
        guard let file = request.file else { return try KernelSource(builtIn: request) }
        return try KernelSource(file: file, request)
    }

    private func text(_ fitted: [FittedLayer]) -> String {
        var parts = fitted.map { FitTables.byOrder($0).text(in: style) }
        let (best, worst) = FitTables.bestAndWorst(fitted.map(\.fit), top: request.top)
        if !best.isEmpty {
            parts.append(TerminalPicture([.init("Best fitted", best), .init("Worst fitted", worst)]).text(in: style))
        }
        if fitted.count > 1 { parts.append(FitTables.summary(fitted, order: request.options.order).text(in: style)) }
        return parts.joined(separator: "\n")
    }
}
