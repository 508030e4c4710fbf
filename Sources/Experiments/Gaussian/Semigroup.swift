import Foundation

/// *semigroup*: g(σ₁) * g(σ₂) = g(√(σ₁² + σ₂²)).
public struct Semigroup: Claim {
    /// What is claimed, what is done, and what decides.
    public let text = ClaimText(
        id: "semigroup", group: .gaussianKernels,
        statement: """
            Smoothing twice is smoothing once with the variances added; on a grid exactly so for the discrete analogue, approximately for other kernels.
            """,
        source: "Zheng Ankun 2019; Lindeberg 1990, doi:10.1109/34.49051",
        method: """
            The taps of g(σ) are convolved with themselves and compared with those of g(√2 σ), for σ from 0.3 to 6 samples and five discretisations. The \
            defect is Σ|difference|: by how much results can differ for functions of magnitude one.
            """,
        criteria: [
            "the discrete analogue's defect is below 10⁻¹² at every σ",
            "every other discretisation's defect is below 0.5 % at σ ≥ 4, and less there than at the smallest σ it has",
        ])

    private let kernels: KernelMaker
    private static let sigmas = [0.3, 0.5, 0.7, 1, 1.4, 2, 2.8, 4, 6]

    /// The claim about `kernels`, the library's unless others are given.
    public init(kernels: @escaping KernelMaker = libraryKernels) {
        self.kernels = kernels
    }

    /// Runs the experiment.
    /// - Throws: Nothing, as it is computed at once.
    public func evidence(_ context: ExperimentContext) throws -> Evidence {
        let rows = KernelMethod.allCases.map { method in
            (
                method: method,
                points: Self.sigmas.compactMap { sigma in
                    defect(method, sigma).map { (sigma: sigma, defect: $0) }
                }
            )
        }
        let discrete = rows.first { $0.method == .discrete }?.points.map(\.defect).max() ?? .infinity
        let others = rows.filter { $0.method != .discrete }
        let wide = others.compactMap { $0.points.filter { $0.sigma >= 4 }.map(\.defect).max() }.max() ?? .infinity
        let falls = others.allSatisfy { row in
            guard let first = row.points.first, let last = row.points.last else { return false }
            return last.defect < first.defect || first.defect < 1e-5
        }
        var evidence = Evidence(
            [
                (Outcome(discrete < 1e-12), "the largest defect is \(words(discrete))"),
                (
                    Outcome(wide < 0.005 && falls),
                    "at σ ≥ 4 the largest defect is \(percent(wide, decimals: 3))\(falls ? "" : ", and it does not fall")"
                ),
            ],
            summary: """
                The discrete analogue has the property to \(words(discrete)) at every σ; the others approach it, to within \(percent(wide, decimals: 3)) at σ ≥ 4.
                """)
        evidence.measured = rows.flatMap { row in
            [row.points.first, row.points.last].compactMap { $0 }.map {
                Quantity("defect, \(row.method.rawValue), σ = \(words($0.sigma))", $0.defect)
            }
        }
        evidence.figures = [
            ClaimFigure(
                "g(σ) * g(σ) against g(√2 σ)", x: .init("σ, in samples", isLogarithmic: true),
                y: .init("Σ|difference|", isLogarithmic: true),
                rows.map { row in
                    .init(row.method.rawValue, x: row.points.map(\.sigma), y: row.points.map { max($0.defect, 1e-17) })
                }, caption: "The recursion begins where it has enough samples to σ.")
        ]
        evidence.data = "taps"
        return evidence
    }

    private func defect(_ method: KernelMethod, _ sigma: Double) -> Double? {
        guard let once = kernels(0, sigma, method), let wanted = kernels(0, 2.0.squareRoot() * sigma, method)
        else { return nil }
        var twice = [Double](repeating: 0, count: 2 * once.count - 1)
        for (i, a) in once.enumerated() { for (j, b) in once.enumerated() { twice[i + j] += a * b } }
        let (centre, reach) = (once.count - 1, max(once.count - 1, wanted.count / 2))
        return (-reach...reach).reduce(0) { sum, offset in
            let (i, j) = (centre + offset, wanted.count / 2 + offset)
            let a = twice.indices.contains(i) ? twice[i] : 0
            let b = wanted.indices.contains(j) ? wanted[j] : 0
            return sum + abs(a - b)
        }
    }
}
