import ArgumentParser
import ContinuousCNN
import Foundation
import NotebookSupport
import Reports

struct Options: ParsableCommand {
    static var configuration: CommandConfiguration { NotebookArguments.configuration }
    @OptionGroup var notebook: NotebookArguments
    @Option(
        help:
            "A file of kernels to fit in place of the classical operators: safetensors, .npz, .pt; axes as PyTorch has them."
    )
    var kernels: String?
}

let options = Options.parseOrExit()
let notebook = Notebook("04-fitting-kernels", "Fitting kernels with Gaussian derivatives", options.notebook)
let layers = kernelLayers(in: options.kernels, most: options.notebook.quick ? 3 : 10)
let order = 4
notebook.say(
    """
    A kernel of taps is read as samples of a function, k(−u) = Σ aᵢⱼ σⁱ⁺ʲ ∂xⁱ∂yʲ g(u; σ) over all i + j ≤ N. For a given σ the coefficients follow by \
    least squares; σ is searched. Then the kernel has a size in samples, a meaning as a differential operator, and values between its taps. \
    Here: \(options.kernels.map { "the first layers of \($0)" } ?? "the classical operators of image processing, whose meaning is known beforehand").
    """)

// MARK: - How much is explained

notebook.section("How much of a kernel is Gaussian derivatives")
let fits = try layers.map { try LayerFit($0, options: FitOptions(order: order, scale: .shared, sigmaRange: 0.3...4)) }
notebook.say(
    """
    R² is the explained part of the energy, 1 − Σ‖k − fit‖²/Σ‖k‖². It means little by itself: r functions explain r/taps of noise, and small \
    kernels have few taps. So each stands beside what white noise of the same shape reaches with the same search for σ, here for N = \(order).
    """)
let noise = try layers.map {
    try NoiseEnergy.ofEveryOrder(like: $0, options: FitOptions(order: order, scale: .shared, sigmaRange: 0.3...4))
}
notebook.show(
    Table(
        columns: [
            .init("layer"), .init("kernels", .right), .init("taps", .right), .init("functions", .right),
            .init("σ", .decimal), .init("R²", .decimal),
            .init("noise", .decimal),
        ],
        rows: fits.indices.map { index in
            let fit = fits[index]
            return [
                .init(fit.layer.name), .init("\(fit.layer.count)"), .init("\(fit.layer.tapCount)"),
                .init("\(fit.rank)"),
                .init(Format.fixed(fit.sigma, decimals: 2)), .init(Format.fixed(fit.explainedEnergy, decimals: 3)),
                .init(Format.fixed(noise[index][order].mean, decimals: 3)),
            ]
        },
        footer: "Functions: how many of the jet's \(GaussianJet(order: order).count) are independent on these taps."))
let full = fits.filter { $0.rank == $0.layer.tapCount }.map(\.layer.name)
if !full.isEmpty {
    notebook.say(
        """
        The fit of \(full.joined(separator: ", ")) has as many functions as taps and explains anything, noise too: there R² = 1 says nothing. \
        Everything below looks at the others, or at lower orders.
        """)
}

for (isUpper, meaning) in [
    (
        true,
        "such kernels do not fall off towards their border as a Gaussian does, and what fits them is a polynomial under a wide one"
    ),
    (false, "such kernels have a spike that is narrower than any Gaussian a grid can hold"),
] {
    let names = fits.filter { $0.kernels[0].scaleStatus == .atEdge && ($0.sigma > 1) == isUpper }.map(\.layer.name)
    guard !names.isEmpty else { continue }
    notebook.say(
        """
        The best σ of \(names.joined(separator: ", ")) is the \(isUpper ? "upper" : "lower") end of the range that was searched: \(meaning).
        """)
}

// MARK: - Which order

notebook.section("Which order a kernel needs")
let judged = fits.indices.filter { fits[$0].layer.tapCount >= 25 }.suffix(4)
let sweeps = try judged.map {
    try OrderSummary.sweep(layers[$0], options: FitOptions(order: order, sigmaRange: 0.3...4), noise: noise[$0])
}
if judged.isEmpty {
    notebook.say("No layer has kernels of 5×5 taps or more, so orders cannot be told apart from chance.")
} else {
    notebook.say(
        """
        σ is searched anew for each order. \
        \(zip(judged, sweeps).map { index, sweep in "\(layers[index].name) reaches R² = 0.99 \(sweep.first { $0.explainedEnergy > 0.99 }.map { "at order \($0.order)" } ?? "at no order up to \(order)")" }.joined(separator: "; ")).
        """)
    notebook.show(
        (
            "explained-by-order",
            Figure(
                "Explained energy by order", x: .init("order of the jet"), y: .init("R²", range: 0...1),
                zip(judged, sweeps).map { index, sweep in
                    .line(.init(layers[index].name, x: sweep.map { Double($0.order) }, y: sweep.map(\.explainedEnergy)))
                } + [
                    .line(
                        .init(
                            "noise, as the first", x: sweeps[0].map { Double($0.order) }, y: sweeps[0].map(\.noise.mean)
                        ))
                ], caption: "One σ for each layer and order. Noise: white-noise layers of the first layer's shape.")
        ))
}

// MARK: - What it means

notebook.section("What the coefficients say")
notebook.say(
    """
    With its sign convention the coefficient of σ ∂x is positive where a kernel, applied by correlation, takes the derivative to the right. The \
    largest coefficients of the first kernel of each layer, at the lowest order that explains nine tenths:
    """)
notebook.show(
    Table(
        columns: [
            .init("kernel"), .init("order", .right), .init("σ", .decimal), .init("R²", .decimal), .init("operator"),
        ],
        rows: try layers.map { layer in
            let fit = try lowestFit(of: layer, explaining: 0.9, upTo: order)
            let kernel = fit.kernels[0]
            let operators = zip(fit.terms, kernel.coefficients).sorted { abs($0.1) > abs($1.1) }.prefix(3)
            let text = operators.filter { abs($0.1) > 0.02 * abs(operators.first?.1 ?? 0) }
                .map { "\(Format.significant($0.1, digits: 2)) \($0.0.name)" }.joined(separator: ", ")
            return [
                .init(layer.kernelName(0)), .init("\(fit.options.order)"),
                .init(Format.fixed(kernel.sigma, decimals: 2)),
                .init(Format.fixed(kernel.explainedEnergy, decimals: 3)), .init(text),
            ]
        },
        footer: "In units of σⁱ⁺ʲ ∂xⁱ∂yʲ; at most three, those below a fiftieth of the largest left out."))

// MARK: - The fits

notebook.section("Kernel, fit, residual")
let shown = fits.filter { $0.rank < $0.layer.tapCount }.sorted { $0.explainedEnergy > $1.explainedEnergy }
let extremes = shown.count > 4 ? Array(shown.prefix(2) + shown.suffix(2)) : shown
notebook.show(
    KernelGallery(
        "The best and the worst fitted, N = \(order)",
        rows: extremes.map { fit in
            let (kernel, taps) = (fit.kernels[0], Array(fit.layer.kernel(0)))
            let images = [taps, kernel.fitted, zip(taps, kernel.fitted).map { $0 - $1 }].map {
                KernelImage(width: fit.layer.width, height: fit.layer.height, values: $0)
            }
            return KernelRow(
                fit.layer.kernelName(0), note: "R² \(Format.fixed(kernel.explainedEnergy, decimals: 3))",
                panels: Array(zip(["kernel", "fit", "residual"], images)).map { ($0.0, $0.1) })
        }, caption: "The three share one scale, symmetric around zero."))

// MARK: - Off centre

let free = fits.indices.filter { fits[$0].layer.tapCount >= 25 }.prefix(6)
if !free.isEmpty {
    notebook.section("A kernel need not sit in the middle")
    notebook.say(
        """
        A kernel may be a derivative of a Gaussian beside the middle of its taps, on top of a constant. Both can be fitted for each kernel: centre and \
        constant are three parameters more, so what noise gains by them stands beside. For N = 2:
        """)
    notebook.show(try centreTable(of: free.map { layers[$0] }))
    notebook.say(
        """
        Where R² rises by less than noise does, the taps do not tell a centre beside the middle from chance. \
        The same from the command line: ccnn fit FILE --order 2 --sigma per-kernel --center free --constant.
        """)
}

// MARK: - Between the taps

notebook.section("The same kernel on a finer grid")
if let fit = shown.first {
    let (finer, factor) = (FinerKernel(of: fit, factor: 3), 3)
    notebook.say(
        """
        A fit is a function. Sampled \(factor) times as finely it passes through the fitted taps (within \(Format.significant(finer.difference, digits: 1))) \
        and says what lies between them; multiplied by the area of a cell, \(Format.significant(finer.cellArea)), these are the taps of the same operator \
        on the finer grid. A network whose kernels are such functions can be evaluated at another sampling rate.
        """)
    let images = [
        KernelImage(width: fit.layer.width, height: fit.layer.height, values: fit.kernels[0].fitted), finer.image,
    ]
    notebook.show(
        KernelGallery(
            "\(fit.layer.kernelName(0)), on its grid and \(factor) times as finely",
            rows: [KernelRow("fit", panels: images.map { ("\($0.height)×\($0.width)", $0) })]))
}
notebook.finish()
