import GaussianKernels
import Reports

/// The notebook's figures: errors against σ, both logarithmic.
extension Measurements {
    /// One number of the reports of an order, a line for each way.
    func figure(
        _ title: String, _ order: Int, _ number: (DiscretizationError) -> Double, from least: Double = 1e-9,
        _ caption: Prose
    ) -> Figure {
        againstSigma(
            title, "error", least...1,
            Self.ways.indices.map { way in
                let known = sigmas.indices.filter { reports[order][way][$0] != nil }
                let values = known.map { abs(reports[order][way][$0].map(number) ?? 0) }
                return .line(
                    .init(Self.ways[way], x: known.map { sigmas[$0] }, y: values.map { min(max($0, least), 1) }))
            }, caption)
    }

    /// The error of the recursion against the documented one.
    func recursive(_ orders: ClosedRange<Int>) -> Figure {
        againstSigma(
            "Largest error of the recursion, n = \(orders.lowerBound) to \(orders.upperBound)",
            "error over the largest value", 1e-9...1e-6,
            orders.map { order in
                let known = sigmas.indices.filter { recursiveErrors[order][$0] != nil }
                return .line(
                    .init(
                        "n = \(order)", x: known.map { sigmas[$0] }, y: known.map { recursiveErrors[order][$0] ?? 0 }))
            } + [.horizontal(5e-7, "documented")], "Against the sampled kernel as it is without a radius.")
    }

    /// The error of the spectral kernel, cut off at its radius, against the documented one.
    func spectral(_ orders: [Int]) -> Figure {
        let least = 1e-12
        let places = sigmas.indices.filter { $0.isMultiple(of: 5) }
        let documented = orders.flatMap { order in places.map { (sigmas[$0], Self.ringing(order, sigmas[$0])) } }
            .filter { $0.1 > least }
        let spectral = Discretization.allCases.firstIndex(of: .spectral) ?? 0
        return againstSigma(
            "Spectral kernel cut off, n = \(orders.map(String.init).joined(separator: ", "))", "spectral distance",
            least...1,
            orders.map { order in
                let values = reports[order][spectral].map { max($0?.spectrum ?? 0, least) }
                return .line(.init("n = \(order)", x: sigmas, y: values))
            } + [
                .points(.init("documented", x: documented.map(\.0), y: documented.map(\.1))),
                .horizontal(1.3e-6, "truncation"),
            ], "At the default radius. Markers: the documented ringing; dashed: the documented truncation.")
    }

    private func againstSigma(
        _ title: String, _ label: String, _ range: ClosedRange<Double>, _ layers: [Figure.Layer], _ caption: Prose
    ) -> Figure {
        let sigma = Figure.Axis(
            "σ", unit: "samples", scale: .logarithmic, range: sigmas[0]...sigmas[sigmas.count - 1])
        return Figure(title, x: sigma, y: .init(label, scale: .logarithmic, range: range), layers, caption: caption)
    }
}
