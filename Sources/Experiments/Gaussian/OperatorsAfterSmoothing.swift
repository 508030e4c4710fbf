import Datasets
import GaussianKernels
import KernelFitting
import Randomness
import SampledSpaces

/// *operators-after-smoothing*: a k×k kernel acts like a differential operator after Gaussian averaging, the larger k the smoother.
public struct OperatorsAfterSmoothing: Claim {
    /// What is claimed, what is done, and what decides.
    public let text = ClaimText(
        id: "operators-after-smoothing", group: .gaussianKernels,
        statement: """
            A k×k kernel acts like a differential operator applied after Gaussian averaging, and the larger k is, the smoother.
            """,
        source: "Zheng Ankun 2019, “Gaussian kernels”",
        method: """
            Kernels are fitted by Σ a_ij σ^{i+j} ∂x^i ∂y^j g(σ) up to order 4, one σ for a kernel; then kernel and fit are both applied to pictures, and the part \
            of the kernel's response that the fit gives is 1 − ‖difference‖²/‖response‖², borders left out. Kernels: the classical operators of image processing from \
            3×3 to 11×11, and those of trained networks that are at hand; white-noise kernels of the same sizes are the control.
            """,
        criteria: [
            "over the kernels of 5×5 and larger, the fits give at least 90 % of the mean response on pictures",
            "they give more of it than fits of white-noise kernels give of theirs, by at least 5 points",
            "the σ of fits of order 2 rises with the size: within families of one operator in several sizes it rises at every step",
        ])

    private let layers: [KernelLayer]?
    private static let sigmaRange = 0.3...3.0

    /// The claim about the kernels of `layers`; where nil, the classical operators and what trained networks are at hand.
    public init(layers: [KernelLayer]? = nil) {
        self.layers = layers
    }

    private struct Row {
        let name: String
        let size: Int
        let sigma: Double
        let ofTaps: Double
        let onPictures: Double
        let isNoise: Bool
    }

    /// Runs the experiment.
    /// - Throws: What a fit throws, and `ExperimentError.stopped` where somebody asked to stop.
    public func evidence(_ context: ExperimentContext) throws -> Evidence {
        let known: [KernelLayer] = context.data.kernels.flatMap { $0.layers }
        let own: [KernelLayer] = layers ?? (ClassicalOperators.layers + known)
        let tested = own.filter { (3...11).contains($0.width) && $0.width == $0.height }
        let pictures = Self.greyPictures(context.data.pictures.test, count: context.effort.choose(12, 40, 200))
        var random = SeededGenerator(seed: context.seed)
        let sizes = Set(tested.map(\.width)).sorted()
        let noise = sizes.map { size -> KernelLayer in
            let taps = (0..<24 * size * size).map { _ in random.normal() }
            return KernelLayer(
                name: "white noise \(size)×\(size)", outputs: 24, inputs: 1, height: size, width: size, taps: taps)
        }
        var rows: [Row] = []
        for (place, layer) in (tested + noise).enumerated() {
            try context.progress(Double(place) / Double(tested.count + noise.count), layer.name)
            rows.append(try row(layer, pictures, isNoise: place >= tested.count))
        }
        return evidence(rows, context)
    }

    private func evidence(_ rows: [Row], _ context: ExperimentContext) -> Evidence {
        func mean(_ rows: [Row]) -> Double {
            rows.isEmpty ? 0 : rows.reduce(0) { $0 + $1.onPictures } / Double(rows.count)
        }
        let large = rows.filter { $0.size >= 5 }
        let (kernels, noise) = (mean(large.filter { !$0.isNoise }), mean(large.filter { $0.isNoise }))
        let families = Self.families(rows.filter { !$0.isNoise })
        let rises = families.map { family in zip(family, family.dropFirst()).allSatisfy { $0.sigma < $1.sigma } }
        let isSmoother: Outcome = rises.isEmpty ? .undecided : Outcome(rises.allSatisfy { $0 })
        var evidence = Evidence(
            [
                (Outcome(kernels >= 0.9), "they give \(percent(kernels))"),
                (Outcome(kernels >= noise + 0.05), "\(percent(kernels)) against \(percent(noise))"),
                (isSmoother, "in \(rises.count { $0 }) of \(rises.count) families"),
            ],
            summary: """
                Differential operators of order 4 after Gaussian averaging give \(percent(kernels)) of what kernels of 5×5 and more do to pictures, and \
                \(percent(noise)) of what white noise of the same sizes does; σ rises with the size in \(rises.count { $0 }) of \(rises.count) families.
                """)
        evidence.measured = [
            Quantity("response given by the fit, 5×5 and larger", kernels, unit: "%"),
            Quantity("the same of white noise", noise, unit: "%"),
            Quantity("families in which σ rises", Double(rises.count { $0 })),
        ]
        func points(_ label: String, _ rows: [Row], _ y: KeyPath<Row, Double>) -> ClaimFigure.Series {
            .init(label, x: rows.map { Double($0.size) }, y: rows.map { $0[keyPath: y] }, isLine: false)
        }
        evidence.figures = [
            ClaimFigure(
                "Response on pictures that the fit gives", x: .init("taps a side"), y: .init("share"),
                [
                    points("kernels", rows.filter { !$0.isNoise }, \.onPictures),
                    points("white noise", rows.filter(\.isNoise), \.onPictures),
                ],
                caption: "Pictures have little energy at high frequencies, so that even of noise much is given."),
            ClaimFigure(
                "Fitted σ", x: .init("taps a side"), y: .init("σ (samples)"),
                [points("kernels", rows.filter { !$0.isNoise }, \.sigma)]),
        ]
        evidence.tables = [
            ClaimTable(
                "Kernels", columns: ["layer", "taps a side", "σ", "R² of taps", "share of the response"],
                rows: rows.map {
                    [$0.name, "\($0.size)", words($0.sigma), words($0.ofTaps), percent($0.onPictures)]
                })
        ]
        let atLimit = families.flatMap { $0 }.filter { $0.sigma > 0.999 * Self.sigmaRange.upperBound }
        if !atLimit.isEmpty {
            evidence.remarks = [
                "Flat kernels are fitted best by the widest Gaussian that is tried, σ = \(words(Self.sigmaRange.upperBound)), whatever their size, so that theirs cannot rise: "
                    + atLimit.map(\.name).joined(separator: ", ") + "."
            ]
        }
        evidence.seeds = [context.seed]
        evidence.data = context.data.pictures.name
        return evidence
    }

    /// The layers of one operator in several sizes, by rising size: those called NAME-KxK.
    private static func families(_ rows: [Row]) -> [[Row]] {
        let named = Dictionary(grouping: rows) { row in
            row.name.hasSuffix("-\(row.size)x\(row.size)")
                ? String(row.name.dropLast("-\(row.size)x\(row.size)".count)) : ""
        }
        let sorted = named.filter { !$0.key.isEmpty }.values.map { family in family.sorted { $0.size < $1.size } }
        return sorted.filter { $0.count > 1 }
    }

    private func row(_ layer: KernelLayer, _ pictures: [SampledFunction<Double>], isNoise: Bool) throws -> Row {
        // A few kernels of a layer speak for it.
        let count = min(layer.count, 48)
        let some = KernelLayer(
            name: layer.name, outputs: count, inputs: 1, height: layer.height, width: layer.width,
            taps: Array(layer.taps.prefix(count * layer.tapCount)))
        let fit = try LayerFit(some, options: FitOptions(order: 4, scale: .perKernel, sigmaRange: Self.sigmaRange))
        // Where order 4 fits the taps of a small kernel exactly, it does so at any σ; order 2 leaves σ no choice.
        let scale = try LayerFit(some, options: FitOptions(order: 2, scale: .perKernel, sigmaRange: Self.sigmaRange))
            .sigma
        var (difference, response) = (0.0, 0.0)
        for index in 0..<count {
            let kernel = Array(some.kernel(index))
            let energy = kernel.reduce(0) { $0 + $1 * $1 }
            guard energy > 0 else { continue }
            for picture in pictures {
                let (d, r) = Self.energies(picture, kernel, fit.kernels[index].fitted, side: layer.width)
                difference += d / energy
                response += r / energy
            }
        }
        return Row(
            name: layer.name, size: layer.width, sigma: scale, ofTaps: fit.explainedEnergy,
            onPictures: response > 0 ? 1 - difference / response : 0, isNoise: isNoise)
    }

    /// The energies of the difference of two kernels' responses and of the first one's, where the kernels lie inside the picture.
    private static func energies(
        _ picture: SampledFunction<Double>, _ kernel: [Double], _ fitted: [Double], side: Int
    ) -> (difference: Double, response: Double) {
        let (width, height) = (picture.grid.width, picture.grid.height)
        let values = picture.values
        var (difference, response) = (0.0, 0.0)
        for y in stride(from: 0, through: height - side, by: 2) {
            for x in stride(from: 0, through: width - side, by: 2) {
                var (a, b) = (0.0, 0.0)
                for row in 0..<side {
                    for column in 0..<side {
                        let value = values[(y + row) * width + x + column]
                        a += value * kernel[row * side + column]
                        b += value * fitted[row * side + column]
                    }
                }
                difference += (a - b) * (a - b)
                response += a * a
            }
        }
        return (difference, response)
    }

    /// The first pictures in grey, from 0 to 1, less their mean.
    static func greyPictures(_ set: LabelledPictures, count: Int) -> [SampledFunction<Double>] {
        (0..<min(count, set.count)).map { place in
            let start = place * set.bytesPerPicture
            let values = (0..<set.height * set.width).map { pixel in
                (0..<set.channels).reduce(0.0) {
                    $0 + Double(set.pixels[start + pixel * set.channels + $1]) / 255 / Double(set.channels)
                }
            }
            let mean = values.reduce(0, +) / Double(values.count)
            return SampledFunction(
                grid: Grid(width: set.width, height: set.height), values: values.map { $0 - mean })
        }
    }
}
