/// The residual networks: a stem, three stages of six blocks of two 3×3 convolutions, and a classifier; 585,866 parameters each.
extension StandardNetwork {
    /// How a stage's first block and its later ones sample.
    struct ResidualStage: Sendable {
        var channels: Int
        /// The dilations of the first block's two convolutions.
        var first: (Int, Int)
        /// The dilation of the first block's shortcut, a 3×3 convolution with bias alone; nil for the identity.
        var shortcut: Int?
        /// The dilations of the later blocks' two convolutions.
        var later: (Int, Int)
        /// The stride of the first convolution and the shortcut.
        var stride = 1
    }

    static let residuals: [StandardNetwork] = [
        residual(
            "residual", "residual, dilated as its author did",
            [
                .init(channels: 16, first: (1, 1), later: (1, 1)),
                .init(channels: 32, first: (2, 1), shortcut: 4, later: (4, 1)),
                .init(channels: 64, first: (8, 8), shortcut: 16, later: (16, 16)),
            ]),
        residual(
            "residual-regular", "residual, dilated 1, 2 and 4 in its stages",
            [
                .init(channels: 16, first: (1, 1), later: (1, 1)),
                .init(channels: 32, first: (2, 2), shortcut: 2, later: (2, 2)),
                .init(channels: 64, first: (4, 4), shortcut: 4, later: (4, 4)),
            ]),
        residual(
            "residual-strided", "residual, stride 2 in the last two stages",
            [
                .init(channels: 16, first: (1, 1), later: (1, 1)),
                .init(channels: 32, first: (1, 1), shortcut: 1, later: (1, 1), stride: 2),
                .init(channels: 64, first: (1, 1), shortcut: 1, later: (1, 1), stride: 2),
            ]),
        residual(
            "residual-control", "the control of residual-strided: its receptive field without its sampling",
            [
                .init(channels: 16, first: (1, 1), later: (1, 1)),
                .init(channels: 32, first: (1, 2), shortcut: 1, later: (2, 2)),
                .init(channels: 64, first: (2, 4), shortcut: 2, later: (4, 4)),
            ]),
    ]

    private static func residual(_ name: String, _ summary: String, _ stages: [ResidualStage]) -> StandardNetwork {
        StandardNetwork(name, summary, initialization: .heNormal) { classes in
            [Layer].block(3, channels: 16) + stages.flatMap { Self.blocks(of: $0) } + .classifier(classes: classes)
        }
    }

    private static func blocks(of stage: ResidualStage) -> [Layer] {
        (0..<6).flatMap { block -> [Layer] in
            let isFirst = block == 0
            let dilations = isFirst ? stage.first : stage.later
            let stride = isFirst ? stage.stride : 1
            let body: [Layer] =
                .block(3, dilation: dilations.0, stride: stride, channels: stage.channels) + [
                    .convolution(ConvolutionLayer(3, dilation: dilations.1, channels: stage.channels)), .normalization,
                ]
            let shortcut: [Layer] =
                isFirst
                ? stage.shortcut.map {
                    [.convolution(ConvolutionLayer(3, dilation: $0, stride: stride, channels: stage.channels))]
                } ?? [] : []
            return [.residual(body: body, shortcut: shortcut), .activation(.relu)]
        }
    }
}
