import Foundation
import SampledSpaces

/// *derivative-kernels*: f * g⁽ⁿ⁾(σ) = ∂ⁿ(f * g(σ)), and → ∂ⁿ f as σ → 0.
public struct DerivativeKernels: Claim {
    /// What is claimed, what is done, and what decides.
    public let text = ClaimText(
        id: "derivative-kernels", group: .gaussianKernels,
        statement: """
            Convolution with the n-th derivative of a Gaussian is the n-th derivative of the smoothed function, and tends to that of the function itself as σ → 0.
            """,
        source: "Zheng Ankun 2019, “Gaussian kernels”",
        method: """
            Random band-limited functions of one variable, whose smoothed derivatives are known in closed form, for n = 0 … 8 and five discretisations. First σ is a fixed \
            length and the grid is refined from 2 to 16 samples to σ; then σ falls with four samples to σ. Errors are in the L² norm, relative to the \
            derivative.
            """,
        criteria: [
            "at 16 samples to σ every discretisation and order is within 1 % of ∂ⁿ(f * g)",
            "on refinement errors fall at an order of at least 1.8, or are below 10⁻⁴ from 4 samples to σ on",
            "as σ → 0 the error against ∂ⁿ f falls at an order between 1.8 and 2.2",
        ])

    private let kernels: KernelMaker
    private let orders: ClosedRange<Int>

    /// The claim about `kernels`, the library's unless others are given, for derivatives of `orders`.
    public init(orders: ClosedRange<Int> = 0...8, kernels: @escaping KernelMaker = libraryKernels) {
        self.orders = orders
        self.kernels = kernels
    }

    private struct Row {
        let method: KernelMethod
        let order: Int
        /// Errors at 2, 4, 8 and 16 samples to σ.
        let refined: [Double]
        /// The order at which they fall, infinite where they are below 10⁻⁴ from 4 samples on.
        let refinedOrder: Double
        /// Errors against the derivative itself as σ falls.
        let limit: [Double]
        let limitOrder: Double
    }

    private static let samplesPerSigma = [2.0, 4, 8, 16]
    private static let limitCounts = [96, 192, 384, 768]

    /// Runs the experiment.
    /// - Throws: What a convolution or a resampling throws, and `ExperimentError.stopped` where somebody asked to stop.
    public func evidence(_ context: ExperimentContext) throws -> Evidence {
        let trials = context.effort.choose(1, 4, 16)
        var rows: [Row] = []
        let total = Double(orders.count * KernelMethod.allCases.count)
        for order in orders {
            for method in KernelMethod.allCases {
                try context.progress(Double(rows.count) / total, "order \(order), \(method.rawValue)")
                rows.append(try row(method, order, seed: context.seed, trials: trials))
            }
        }
        let finest = rows.compactMap(\.refined.last).max() ?? .infinity
        let slowest = rows.map(\.refinedOrder).min() ?? 0
        let limits = rows.map(\.limitOrder)
        let (low, high) = (limits.min() ?? 0, limits.max() ?? 0)
        var evidence = Evidence(
            [
                (Outcome(finest < 0.01), "the largest error is \(percent(finest, decimals: 2))"),
                (Outcome(slowest >= 1.8), "the lowest order is \(words(slowest))"),
                (Outcome(low >= 1.8 && high <= 2.2), "orders from \(words(low)) to \(words(high))"),
            ],
            summary: """
                For n = \(orders.lowerBound) … \(orders.upperBound) and five discretisations the largest error at 16 samples to σ is \(percent(finest, decimals: 2)); \
                against the unsmoothed derivative the error falls at order \(words(low)) to \(words(high)) in σ.
                """)
        evidence.measured = KernelMethod.allCases.flatMap { method in
            let own = rows.filter { $0.method == method }
            return [
                Quantity(
                    "largest error at 16 samples to σ, \(method.rawValue)", own.compactMap(\.refined.last).max() ?? 0),
                Quantity("lowest order as σ → 0, \(method.rawValue)", own.map(\.limitOrder).min() ?? 0),
            ]
        }
        evidence.figures = figures(rows)
        evidence.tables = [
            ClaimTable(
                "Error at 4 samples to σ, against ∂ⁿ(f * g)",
                columns: ["n"] + KernelMethod.allCases.map(\.rawValue),
                rows: orders.map { n in
                    ["\(n)"]
                        + KernelMethod.allCases.map { method in
                            words(rows.first { $0.order == n && $0.method == method }?.refined[1] ?? .nan)
                        }
                })
        ]
        evidence.seeds = [context.seed]
        return evidence
    }

    private func row(_ method: KernelMethod, _ order: Int, seed: UInt64, trials: Int) throws -> Row {
        // σ·ω of the highest wave is 2, near the derivative's own passband.
        let sigma = 2 / (2 * Double.pi * 6)
        let refined = try Self.samplesPerSigma.map { perSigma in
            let count = Int((perSigma / sigma).rounded())
            return try error(method, order, sigma: sigma, count, seed, trials, cutoff: 6) { f, _ in
                f.filtered { ω, _ in exp(-sigma * sigma * ω * ω / 2) }.derivative(x: order, y: 0)
            }
        }
        let limit = try Self.limitCounts.map { count in
            try error(method, order, sigma: 4 / Double(count), count, seed, trials, cutoff: 3) { f, _ in
                f.derivative(x: order, y: 0)
            }
        }
        let isConverged = refined.dropFirst().allSatisfy { $0 < 1e-4 }
        return Row(
            method: method, order: order, refined: refined,
            refinedOrder: isConverged
                ? .infinity
                : ConvergenceOrder(lengths: Self.samplesPerSigma.map { 1 / $0 }, errors: refined).order,
            limit: limit,
            limitOrder: ConvergenceOrder(lengths: Self.limitCounts.map { 1 / Double($0) }, errors: limit).order)
    }

    private func error(
        _ method: KernelMethod, _ order: Int, sigma: Double, _ count: Int, _ seed: UInt64, _ trials: Int, cutoff: Int,
        _ wanted: (TrigonometricPolynomial, Int) -> TrigonometricPolynomial
    ) throws -> Double {
        // A recursion needs a few samples to σ; where there is none, the sampled kernel's taps are what the library uses.
        guard
            let taps = kernels(order, sigma * Double(count), method) ?? kernels(order, sigma * Double(count), .sampled)
        else { return .infinity }
        var error = 0.0
        for trial in 0..<trials {
            let (f, samples) = DiracLimit.function(seed: seed, trial: trial, count: count, cutoff: cutoff)
            let exact = SampledFunction<Double>(grid: samples.grid, sampling: wanted(f, count).callAsFunction)
            error += try samples.convolvedPeriodically(with: taps, order: order).relativeDistance(to: exact)
        }
        return error / Double(trials)
    }

    private func figures(_ rows: [Row]) -> [ClaimFigure] {
        let n = min(2, orders.upperBound)
        let ofMethods = KernelMethod.allCases.map { method in
            ClaimFigure.Series(
                method.rawValue, x: Self.samplesPerSigma,
                y: (rows.first { $0.order == n && $0.method == method }?.refined ?? []).map { max($0, 1e-16) })
        }
        let ofOrders = stride(from: orders.lowerBound, through: orders.upperBound, by: 2).map { order in
            ClaimFigure.Series(
                "n = \(order)", x: Self.limitCounts.map { 4 / Double($0) },
                y: rows.first { $0.order == order && $0.method == .sampled }?.limit ?? [])
        }
        return [
            ClaimFigure(
                "As σ → 0, against the derivative itself", x: .init("σ, in periods", isLogarithmic: true),
                y: .init("relative error", isLogarithmic: true), ofOrders,
                caption: "Sampled kernels, four samples to σ; the lines fall at order two."),
            ClaimFigure(
                "On refinement, n = \(n)", x: .init("samples to σ", isLogarithmic: true),
                y: .init("relative error", isLogarithmic: true), ofMethods,
                caption:
                    "Sampled and spectral kernels are at rounding; pixels and differences smooth by a fraction of a sample."
            ),
        ]
    }
}
