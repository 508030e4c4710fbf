import KernelFitting
import Reports

/// The figures of a fit's page.
enum FitFigures {
    /// Explained energy against order, σ over the kernels where each has its own, and the coefficients.
    static func ofLayer(_ fitted: FittedLayer) -> [Figure] {
        let distribution =
            fitted.fit.options.scale == .perKernel && fitted.fit.layer.count > 1 ? [sigmas(fitted.fit)] : []
        return [explainedByOrder(fitted)] + distribution + [coefficients(fitted.fit)]
    }

    /// The explained energy of each layer at the order asked for, beside that of noise.
    static func explainedByLayer(_ fitted: [FittedLayer]) -> Figure {
        byLayer(
            "Explained energy by layer", fitted, x: .init("R²", range: 0...1),
            [
                ("kernels", fitted.map(\.fit.explainedEnergy)),
                ("white noise", fitted.map { $0.byOrder[$0.fit.options.order].noise.mean }),
            ])
    }

    /// The σ of each layer: shared by its kernels, or their median.
    static func sigmaByLayer(_ fitted: [FittedLayer]) -> Figure {
        byLayer("σ by layer", fitted, x: .init("σ", unit: "samples"), [("", fitted.map(\.fit.sigma))])
    }

    /// Values of layers, whose names stand one below the other in the order of the file.
    private static func byLayer(
        _ title: String, _ fitted: [FittedLayer], x: Figure.Axis, _ series: [(name: String, values: [Double])]
    ) -> Figure {
        let places = fitted.indices.map { Double(fitted.count - 1 - $0) }
        return Figure(
            title, x: x, y: .init("", categories: fitted.reversed().map(\.fit.layer.name)),
            series.map { .points(.init($0.name, x: $0.values, y: places)) })
    }

    private static func explainedByOrder(_ fitted: FittedLayer) -> Figure {
        let orders = fitted.byOrder.map { Double($0.order) }
        return Figure(
            "Explained energy by order", x: .init("order of the jet"), y: .init("R²", range: 0...1),
            [
                .line(.init("kernels", x: orders, y: fitted.byOrder.map(\.explainedEnergy))),
                .line(
                    .init(
                        "white noise, σ searched", x: orders, y: fitted.byOrder.map(\.noise.mean),
                        errors: fitted.byOrder.map(\.noise.standardError))),
                .line(.init("chance", x: orders, y: fitted.byOrder.map(\.chanceEnergy))),
            ],
            caption: "σ is searched anew for each order.")
    }

    private static func sigmas(_ fit: LayerFit) -> Figure {
        Figure(
            "σ of the kernels", x: .init("σ", unit: "samples"), y: .init("kernels"),
            [.histogram(.init("", of: fit.kernels.map(\.sigma), bins: min(30, max(5, fit.layer.count / 4))))],
            caption: """
                The range searched ends at \(Format.significant(fit.options.sigmaRange.lowerBound)) and \
                \(Format.significant(fit.options.sigmaRange.upperBound)).
                """)
    }

    /// The magnitudes as a picture, the order of the derivative in x across and in y down.
    private static func coefficients(_ fit: LayerFit) -> Figure {
        let side = fit.options.order + 1
        var magnitudes = [Double](repeating: 0, count: side * side)
        for (index, term) in fit.terms.enumerated() {
            magnitudes[term.dy * side + term.dx] = fit.medianMagnitude(index)
        }
        return Figure(
            "Coefficients", x: .init("order i of ∂xⁱ"), y: .init("order j of ∂yʲ"),
            [.heatMap(KernelImage(width: side, height: side, values: magnitudes))],
            caption:
                "Median over the kernels of |a|, of σⁱ⁺ʲ ∂xⁱ∂yʲ g\(fit.options.scaleRatios.count > 1 ? ", of the smallest σ" : "")."
        )
    }
}
