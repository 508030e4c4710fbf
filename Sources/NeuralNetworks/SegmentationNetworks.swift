/// Networks that score every pixel of a 64×84 picture in one channel.
extension StandardNetwork {
    static let segmenters: [StandardNetwork] = [
        segmenter(
            "segmentation", "scores pixels, dilated 1-2-4-8-4-2-1", [1, 2, 4, 8, 4, 2, 1], [16, 24, 32, 48, 32, 24, 16]),
        segmenter("segmentation-body", "scores pixels, the dilated net's body", [1, 2, 4, 8], [16, 24, 32, 48]),
    ]

    private static func segmenter(
        _ name: String, _ summary: String, _ dilations: [Int], _ channels: [Int]
    ) -> StandardNetwork {
        StandardNetwork(
            name, summary, scoresPixels: true, input: FeatureShape(height: 64, width: 84, channels: 1)
        ) { classes in
            zip(dilations, channels).flatMap { [Layer].block(3, dilation: $0, channels: $1) }
                + [.convolution(Convolution(1, channels: classes))]
        }
    }
}
