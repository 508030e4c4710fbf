/// Networks that score every pixel of a 64×84 picture in one channel.
extension StandardNetwork {
    static let segmenters: [StandardNetwork] = [
        segmenter(
            "segmentation", "scores pixels, dilated 1-2-4-8-4-2-1", [1, 2, 4, 8, 4, 2, 1], [16, 24, 32, 48, 32, 24, 16]),
        segmenter("segmentation-body", "scores pixels, the dilated net's body", [1, 2, 4, 8], [16, 24, 32, 48]),
        StandardNetwork(
            "encoder-decoder", "scores pixels, strides and transposed convolutions", scoresPixels: true, input: picture
        ) { classes in
            .block(3, channels: 16) + .block(3, stride: 2, channels: 24) + .block(3, stride: 2, channels: 32)
                + .block(3, channels: 48) + .block(3, channels: 32) + enlarging(24) + enlarging(16)
                + [.convolution(ConvolutionLayer(1, channels: classes))]
        },
    ]

    private static let picture = FeatureShape(height: 64, width: 84, channels: 1)

    private static func enlarging(_ channels: Int) -> [Layer] {
        [
            .transposedConvolution(TransposedConvolutionLayer(3, stride: 2, channels: channels)), .normalization,
            .activation(.relu),
        ]
    }

    private static func segmenter(
        _ name: String, _ summary: String, _ dilations: [Int], _ channels: [Int]
    ) -> StandardNetwork {
        StandardNetwork(name, summary, scoresPixels: true, input: picture) { classes in
            zip(dilations, channels).flatMap { [Layer].block(3, dilation: $0, channels: $1) }
                + [.convolution(ConvolutionLayer(1, channels: classes))]
        }
    }
}
