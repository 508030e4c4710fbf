import Foundation
import KernelFitting
import Reports

/// The page that `ccnn fit --report` writes.
struct FitPage {
    private let request: FitRequest
    private let source: KernelSource
    private let fitted: [FittedLayer]
    private let version: String

    init(_ request: FitRequest, _ source: KernelSource, _ fitted: [FittedLayer], version: String) {
        self.request = request
        self.source = source
        self.fitted = fitted
        self.version = version
    }

    func page() -> Page {
        let name = source.hasSeveralInputs ? Format.count(source.inputs.count, "file") : source.inputs[0].label
        var page = Page("How much of \(name) is Gaussian derivatives", kind: "kernel fit")
        page.lead = [
            """
            Each kernel was projected by least squares onto the Gaussian and its derivatives up to order \(request.options.order), \
            sampled at the kernel's taps. R² is the part of the kernels' energy that the projection explains, \
            1 − Σ‖k − fit‖² / Σ‖k‖². A basis of r functions explains r in n taps of white noise by chance; the line called noise is \
            what the same search for σ finds in white-noise layers of the same shape.
            """
        ]
        page.keyNumbers = fitted.count > 6 ? [] : fitted.map(keyNumber)
        page.sections = [Page.Section("All layers", overview)] + fitted.map(section)
        page.command = request.command
        page.version = version
        return page
    }

    private func keyNumber(_ layer: FittedLayer) -> Page.KeyNumber {
        let noise = layer.byOrder[request.options.order].noise.mean
        return Page.KeyNumber(
            Format.fixed(layer.fit.explainedEnergy, decimals: 3), "R² of \(layer.fit.layer.name)",
            note: "white noise \(Format.fixed(noise, decimals: 3))")
    }

    private var overview: [Page.Block] {
        let tables = FitTables.summaries(fitted, of: source, order: request.options.order).map { Page.Block.table($0) }
        guard fitted.count > 1 else { return tables }
        let (best, worst) = FitTables.bestAndWorst(fitted.map(\.fit), top: request.top)
        return tables + [.figures([FitFigures.explainedByLayer(fitted), FitFigures.sigmaByLayer(fitted)])]
            + galleries(best, worst)
    }

    private func galleries(_ best: [KernelRow], _ worst: [KernelRow]) -> [Page.Block] {
        [("Best fitted", best), ("Worst fitted", worst)].filter { !$0.1.isEmpty }
            .map { .gallery(KernelGallery($0.0, rows: $0.1)) }
    }

    private func section(_ layer: FittedLayer) -> Page.Section {
        let (best, worst) = FitTables.bestAndWorst([layer.fit], top: request.top)
        var blocks: [Page.Block] = [.figures(FitFigures.ofLayer(layer)), .table(FitTables.byOrder(layer))]
        blocks += galleries(best, worst)
        blocks.append(.folded("Coefficients", [.table(FitTables.coefficients(layer.fit))]))
        return Page.Section(
            layer.fit.layer.name, note: "R² \(Format.fixed(layer.fit.explainedEnergy, decimals: 3))",
            isFolded: fitted.count > 3, blocks)
    }
}
