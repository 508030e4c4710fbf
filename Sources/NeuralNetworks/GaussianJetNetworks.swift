/// Gaussian-jet versions of the first four networks: jets of order 2, six functions instead of nine or more taps.
///
/// A layer's σ begins where its Gaussian is about as wide as the taps that it replaces, and is learned.
///
/// Taps reach five of the σ that a layer begins with. At three σ the second derivative is still a tenth of its largest value: the taps would be
/// those of a function with an edge, whose samples depend on the grid, the more so as σ grows in training. Taps are the discrete analogue's: on a
/// coarser grid the first layer's σ falls below 0.6 pixels, where samples of the continuous derivatives are no longer those operators.
extension StandardNetwork {
    static let jets: [StandardNetwork] = [
        jet("dilated-jet", "Gaussian jets as wide as dilated's kernels", sigmas: [0.8, 1.6, 3.2, 6.4]),
        jet("large-kernel-jet", "Gaussian jets as wide as large-kernel's kernels", sigmas: [0.8, 1.4, 2, 2.6]),
        jet(
            "strided-jet", "Gaussian jets as wide as strided's kernels", sigmas: [0.8, 0.8, 0.8, 0.8],
            strides: [1, 2, 2, 2]),
        StandardNetwork("cascade-jet", "ten layers of Gaussian jets as wide as cascade's kernels") { classes in
            let channels = [16, 20, 24, 28, 30, 32, 36, 38, 42, 48]
            return channels.dropLast().flatMap { jetBlock(sigma: 0.8, channels: $0) }
                + [jetBlock(sigma: 0.8, channels: 48)[0]] + .classifier(classes: classes)
        },
    ]

    private static func jet(
        _ name: String, _ summary: String, sigmas: [Double], strides: [Int] = [1, 1, 1, 1]
    ) -> StandardNetwork {
        StandardNetwork(name, summary) { classes in
            [16, 24, 32, 48].indices.flatMap { i in
                jetBlock(sigma: sigmas[i], stride: strides[i], channels: [16, 24, 32, 48][i])
            } + .classifier(classes: classes)
        }
    }

    private static func jetBlock(sigma: Double, stride: Int = 1, channels: Int) -> [Layer] {
        let radius = Int((5 * sigma).rounded(.up))
        let jet = GaussianJetLayer(
            order: 2, sigma: sigma, radius: radius, discretization: .discrete, stride: stride, channels: channels)
        return [.gaussianJet(jet), .normalization, .activation(.relu)]
    }
}
