/// Detectors of digits at three sizes on 96×96 pixels, without any change of resolution.
///
/// A network branches where its receptive field fits small, medium and large objects; each branch has a head of its own. A skip connection puts the
/// features of the smaller field beside those of the larger one, so that what is fused are fields, not resolutions.
extension StandardNetwork {
    static let detectors: [StandardNetwork] = [
        detector("detector", "finds digits at three sizes, branches at three fields") { classes in
            let large =
                skipping(
                    .block(3, dilation: 4, channels: 24) + .block(3, dilation: 8, channels: 24)
                        + .block(3, dilation: 8, channels: 24)) + head(classes + 4)
            let medium =
                skipping(.block(3, dilation: 2, channels: 24) + .block(3, dilation: 4, channels: 24))
                + [.branches([head(classes + 4), large])]
            return stem + [.branches([head(classes + 4), medium])]
        },
        detector("detector-one-branch", "the peer of detector: one branch at the largest field") { classes in
            let body = zip([2, 4, 4, 8, 8], [28, 32, 32, 36, 40]).flatMap { dilation, channels in
                [Layer].block(3, dilation: dilation, channels: channels)
            }
            return stem + body + head(3 * (classes + 4))
        },
    ]

    /// Whether it finds objects, with the channels of `DetectionLayout`, instead of scoring the picture or its pixels.
    public var findsObjects: Bool { Self.detectors.contains { $0.name == name } }

    private static let stem: [Layer] =
        .block(3, channels: 16) + .block(3, dilation: 2, channels: 16) + .block(3, dilation: 2, channels: 16)

    private static func head(_ channels: Int) -> [Layer] {
        .block(3, dilation: 2, channels: 24) + [.convolution(ConvolutionLayer(1, channels: channels))]
    }

    /// The layers' output beside their input.
    private static func skipping(_ layers: [Layer]) -> [Layer] { [.branches([[], layers])] }

    private static func detector(
        _ name: String, _ summary: String, layers: @escaping @Sendable (Int) -> [Layer]
    ) -> StandardNetwork {
        StandardNetwork(
            name, summary, input: FeatureShape(height: 96, width: 96, channels: 1), layers: layers)
    }
}
