import ContinuousCNN
import Foundation
import Parallelism
import Reports

/// `ccnn filter` between its arguments and its output.
public struct FilterRun {
    private let request: FilterRequest

    /// A run of a checked request.
    public init(_ request: FilterRequest) { self.request = request }

    /// Filters the picture, writes the result, and returns the line for standard output.
    ///
    /// - Parameters:
    ///   - progress: Told what is being done, and how many of how many steps of that are.
    ///   - notice: Told what the person should know beside the result, a line at a time.
    /// - Throws: `CommandFailure`; a file that was there before is then untouched.
    public func run(
        progress: (_ label: String, _ done: Int, _ total: Int) -> Void = { _, _, _ in },
        notice: (String) -> Void = { _ in }
    ) throws(CommandFailure) -> String {
        try request.outputs.check()
        let threadsBefore = WorkerPool.shared.threadCount
        if let threads = request.threads { WorkerPool.shared.threadCount = threads }
        defer { if request.threads != nil { WorkerPool.shared.threadCount = threadsBefore } }
        do {
            let rows = try PictureRows(request.picture)
            switch request.precision ?? rows.precision {
            case .single: return try run(rows, Float.self, progress, notice)
            case .double: return try run(rows, Double.self, progress, notice)
            }
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure(Self.sentence("\(error)"))
        }
    }

    private func run<Scalar: ConvolutionScalar>(
        _ rows: PictureRows, _: Scalar.Type, _ progress: (String, Int, Int) -> Void, _ notice: (String) -> Void
    ) throws -> String {
        let kernel = try FilterKernel(request)
        // What has no room is refused before anything is read.
        let planes = rows.colors + (rows.hasAlpha ? 1 : 0)
        _ = try PictureFilter<Scalar>(
            request, kernel, grid: rows.grid, planes: planes, isWeighted: rows.hasAlpha || request.mask != nil)
        var input = try FilterInput<Scalar>(rows, mask: request.mask, progress: progress, notice: notice)
        if kernel.isSigned, !request.isArray, input.colors.count > 1 {
            notice(
                "a signed result is drawn in the colours of its sign, so the picture's channels were averaged; .npy keeps them"
            )
            input.averageColors()
        }
        let filter = try PictureFilter<Scalar>(
            request, kernel, grid: rows.grid, planes: planes, isWeighted: input.isWeighted)
        if let remark = kernel.remark { notice(remark) }
        try request.outputs.prepare()
        var colors: [SampledFunction<Scalar>] = []
        for plane in input.colors.indices {
            progress("filtering", plane, input.colors.count)
            if let weights = input.weights(of: plane) {
                colors.append(try filter.apply(to: input.colors[plane], weights: weights))
            } else {
                colors.append(filter.apply(to: input.colors[plane]))
            }
        }
        progress("filtering", input.colors.count, input.colors.count)
        let alpha = input.alpha.map { filter.aligned($0) }
        if let alpha {
            // What is transparent in all of the kernel's reach is not seen, and has no colour.
            colors = colors.map { $0.combined(with: alpha) { $0.isNaN && $1 == 0 ? 0 : $0 } }
        }
        if let line = rounding(input, colors, filter.gain) { notice(line) }
        let output = FilterOutput(
            request: request, kernel: kernel, colors: colors, alpha: alpha, source: rows, hasGaps: input.hasGaps)
        try request.outputs.check()
        let scale = try output.write(progress: progress, notice: notice)
        let grid = filter.outputGrid
        return "\(request.output.relativePath): \(grid.width) × \(grid.height), \(filter.description)"
            + (scale.map { ", \($0)" } ?? "") + "\n"
    }

    /// Says that numbers are too large for what is left of them in single precision: where the rounding of sums may be a hundredth of the result.
    private func rounding<Scalar: ConvolutionScalar>(
        _ input: FilterInput<Scalar>, _ results: [SampledFunction<Scalar>], _ gain: Double
    ) -> String? {
        guard Scalar.self == Float.self else { return nil }
        func largest(_ planes: [SampledFunction<Scalar>]) -> Double {
            planes.map { Double($0.values.reduce(0) { $1.isFinite ? max($0, $1.magnitude) : $0 }) }.max() ?? 0
        }
        let (size, result) = (largest(input.colors), largest(results))
        let error = size * gain * Double(Scalar.ulpOfOne)
        guard result > 0, error > 0.01 * result else { return nil }
        let remedy = request.isArray ? "--precision double" : "a .npy with --precision double"
        return
            "the largest magnitude of the result, \(Format.significant(result)), is little beside what single precision rounds, some \(Format.significant(error)); \(remedy) is finer"
    }

    static func sentence(_ text: String) -> String { text.hasSuffix(".") ? String(text.dropLast()) : text }
}
