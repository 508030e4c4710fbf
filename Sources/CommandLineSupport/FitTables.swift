import GaussianKernels
import KernelFitting
import Reports

/// The tables and rows of kernels that the terminal and the page share.
enum FitTables {
    /// R² of each order beside what chance explains.
    static func byOrder(_ fitted: FittedLayer) -> Table {
        let layer = fitted.fit.layer
        let kernels = Format.count(layer.count, "kernel")
        return Table(
            "\(layer.name): \(kernels) of \(layer.height)×\(layer.width) taps, \(scaleInWords(fitted.fit.options.scale))",
            columns: [
                .init("order", .right), .init("functions", .right), .init("rank", .right), .init("σ", .decimal),
                .init("R²", .decimal), .init("chance", .decimal), .init("noise", .decimal), .init("± s.e.", .decimal),
            ],
            rows: fitted.byOrder.map { summary in
                [
                    "\(summary.order)", "\(summary.functions)", "\(summary.rank)",
                    "\(Format.fixed(summary.sigma, decimals: 3))",
                    "\(Format.fixed(summary.explainedEnergy, decimals: 4))",
                    "\(Format.fixed(summary.chanceEnergy, decimals: 4))",
                    "\(Format.fixed(summary.noise.mean, decimals: 4))",
                    "\(Format.fixed(summary.noise.standardError, decimals: 4))",
                ]
            },
            footer: remarks(fitted).joined(separator: " "))
    }

    /// For each input of `source` a table of its layers in `fitted`, which are those of the source in its order.
    static func summaries(_ fitted: [FittedLayer], of source: KernelSource, order: Int) -> [Table] {
        guard source.hasSeveralInputs else { return [summary(fitted, order: order)] }
        return source.inputs.indices.compactMap { input in
            let places = source.layers.indices.filter { source.layers[$0].input == input }
            guard !places.isEmpty else { return nil }
            return summary(
                places.map { fitted[$0] }, order: order, title: source.inputs[input].label,
                names: places.map { source.layers[$0].nameInFile })
        }
    }

    /// One row a layer: what the last few orders explain. Layers are called by `names`, or by their own.
    static func summary(
        _ fitted: [FittedLayer], order: Int, title: String = "All layers", names: [String]? = nil
    ) -> Table {
        let orders = Array((0...order).suffix(4))
        return Table(
            "\(title): R² of jets of order N",
            columns: [.init("layer"), .init("kernels", .right), .init("taps", .right)]
                + orders.map { .init("N=\($0)", .decimal) } + [.init("noise", .decimal), .init("σ", .decimal)],
            rows: zip(fitted, names ?? fitted.map(\.fit.layer.name)).map { layer, name in
                let kernels = layer.fit.layer
                let explained = orders.map { order -> Table.Cell in
                    let summary = layer.byOrder[order]
                    return summary.rank == kernels.tapCount && layer.fit.options.ridge == 0
                        ? "–" : "\(Format.fixed(summary.explainedEnergy, decimals: 3))"
                }
                return ["\(name)", "\(Format.count(kernels.count))", "\(kernels.height)×\(kernels.width)"]
                    + explained
                    + [
                        "\(Format.fixed(layer.byOrder[order].noise.mean, decimals: 3))",
                        "\(Format.fixed(layer.fit.sigma, decimals: 3))",
                    ]
            },
            footer:
                "R² is the energy explained, pooled over a layer. Noise and σ belong to N = \(order): noise is what the same "
                + "fit explains of white noise. –: as many independent functions as taps, which explain anything.")
    }

    /// Median and standard error of every coefficient of a layer.
    static func coefficients(_ fit: LayerFit) -> Table {
        Table(
            columns: [
                .init("derivative"), .init("median", .decimal), .init("standard error", .decimal),
                .init("median |a|", .decimal),
            ],
            rows: fit.functionNames.enumerated().map { index, name in
                let median = fit.medianCoefficient(index)
                return [
                    "\(name)", "\(Format.significant(median.value))",
                    "\(Format.significant(median.standardError))",
                    "\(Format.significant(fit.medianMagnitude(index)))",
                ]
            })
    }

    /// What a reader of the numbers has to know: the coefficients that count, and what limits the fit.
    static func remarks(_ fitted: FittedLayer) -> [String] {
        let fit = fitted.fit
        let names = fit.functionNames
        let coefficients = largest(fit, 4).map {
            "\(names[$0]) \(Format.significant(fit.medianMagnitude($0)))"
        }
        var remarks = [
            "Largest coefficients, median |a|: \(coefficients.joined(separator: ", ")).",
            "Condition number \(Format.significant(fit.conditionNumber)); noise from "
                + "\(fitted.byOrder[fit.options.order].noise.draws) white-noise layers.",
        ]
        if fitted.selection != nil {
            remarks.insert("Order \(fit.options.order) was chosen; what follows belongs to it.", at: 0)
        }
        remarks += shapeRemarks(fit)
        let atEdge = fit.kernels.count { $0.scaleStatus == .atEdge }
        if atEdge > 0 {
            let what = fit.options.center == .free || fit.options.sigmaModel == .affine ? "σ or another parameter" : "σ"
            let whose =
                fit.options.scale == .perKernel
                ? "For \(atEdge) of \(fit.kernels.count) kernels \(what)"
                : "The layer's \(what)"
            remarks.append("\(whose) is at the edge of the range searched: the best may lie beyond.")
        }
        let undetermined = fit.kernels.count { $0.scaleStatus == .undetermined && $0.energy > 0 }
        if undetermined > 0 {
            remarks.append("At order \(fit.options.order) every σ explains the same, so σ is the best-conditioned one.")
        }
        if !fit.zeroKernels.isEmpty {
            let names = fit.zeroKernels.prefix(5).map(fit.layer.kernelName).joined(separator: ", ")
            let more = fit.zeroKernels.count > 5 ? " and \(fit.zeroKernels.count - 5) more" : ""
            remarks.append("Zero everywhere, explained 0: \(names)\(more).")
        }
        return remarks
    }

    /// What was fitted beside σ, as medians over the kernels.
    private static func shapeRemarks(_ fit: LayerFit) -> [String] {
        let shape = FitDocument.Shape(fit)
        var parts: [String] = []
        if fit.options.discretization != .sampled {
            parts.append("discretisation \(fit.options.discretization.rawValue)")
        }
        if fit.options.center == .free {
            parts.append("centre \(Format.significant(shape.centerDistance)) samples from the middle")
        }
        if fit.options.sigmaModel == .affine { parts.append("aspect \(Format.significant(shape.aspect))") }
        if fit.options.hasConstant { parts.append("constant \(Format.significant(shape.constant))") }
        guard !parts.isEmpty else { return [] }
        let words = parts.joined(separator: ", ")
        return ["Medians: \(words)."]
    }

    /// A kernel beside its fit and the residual.
    static func row(_ fit: LayerFit, _ index: Int) -> KernelRow {
        let kernel = fit.kernels[index]
        let taps = Array(fit.layer.kernel(index))
        func image(_ values: [Double]) -> KernelImage {
            KernelImage(width: fit.layer.width, height: fit.layer.height, values: values)
        }
        return KernelRow(
            fit.layer.kernelName(index), note: "R² \(Format.fixed(kernel.explainedEnergy, decimals: 3))",
            panels: [
                ("kernel", image(taps)), ("fit", image(kernel.fitted)),
                ("residual", image(zip(taps, kernel.fitted).map { $0 - $1 })),
            ])
    }

    /// The best- and the worst-fitted kernels of some layers, `top` of each, none twice.
    ///
    /// Kernels of zeros are left out, and so are those whose basis spans all their taps, unless there are no others.
    static func bestAndWorst(_ fits: [LayerFit], top: Int) -> (best: [KernelRow], worst: [KernelRow]) {
        var places = fits.indices.flatMap { layer in fits[layer].kernels.indices.map { (layer: layer, kernel: $0) } }
        places.removeAll { fits[$0.layer].kernels[$0.kernel].energy == 0 }
        let telling = places.filter { fits[$0.layer].kernels[$0.kernel].degreesOfFreedom > 0 }
        if !telling.isEmpty { places = telling }
        let explained = places.map { fits[$0.layer].kernels[$0.kernel].explainedEnergy }
        let ranked = places.indices.sorted { explained[$0] > explained[$1] }.map { places[$0] }
        let best = ranked.prefix(top)
        let worst = ranked.dropFirst(best.count).suffix(top).reversed()
        return (best.map { row(fits[$0.layer], $0.kernel) }, worst.map { row(fits[$0.layer], $0.kernel) })
    }

    private static func largest(_ fit: LayerFit, _ count: Int) -> [Int] {
        let magnitudes = fit.functionNames.indices.map { fit.medianMagnitude($0) }
        let ordered = magnitudes.indices.sorted { magnitudes[$0] > magnitudes[$1] }
        let limit = 1e-9 * (magnitudes.max() ?? 0)
        return Array(ordered.filter { magnitudes[$0] > limit }.prefix(count))
    }

    private static func scaleInWords(_ scale: ScaleMode) -> String {
        switch scale {
        case .fixed(let sigma): "σ = \(sigma)"
        case .shared: "one σ for the layer"
        case .perKernel: "σ per kernel (median shown)"
        }
    }
}
