/// The networks that the library's claims are put to the test with, by name.
///
/// Sizes and channels are those of Zheng Ankun's "Does CNN really need downsampling (upsampling)?" (2019) for 32×32 pictures in three channels
/// and ten classes, unless an entry's summary says otherwise.
public struct StandardNetwork: Sendable {
    /// The name that commands know it by.
    public let name: String
    /// What it is, in a sentence's beginning.
    public let summary: String
    /// Whether it scores every pixel instead of the picture.
    public let scoresPixels: Bool

    private let layers: @Sendable (Int) -> [Layer]
    private let initialization: NetworkDescription.Initialization
    private let input: FeatureShape

    init(
        _ name: String, _ summary: String, scoresPixels: Bool = false,
        initialization: NetworkDescription.Initialization = .glorotUniform,
        input: FeatureShape = FeatureShape(height: 32, width: 32, channels: 3),
        layers: @escaping @Sendable (Int) -> [Layer]
    ) {
        self.name = name
        self.summary = summary
        self.scoresPixels = scoresPixels
        self.layers = layers
        self.initialization = initialization
        self.input = input
    }

    /// The number of classes that the network is known with: 10 for pictures, 11 for pixels.
    public var defaultClasses: Int { scoresPixels ? 11 : 10 }

    /// The network, for another number of classes or another size of pictures where they are given.
    public func description(
        classes: Int? = nil, height: Int? = nil, width: Int? = nil, channels: Int? = nil
    ) -> NetworkDescription {
        NetworkDescription(
            name: name, height: height ?? input.height, width: width ?? input.width,
            channels: channels ?? input.channels,
            layers: layers(classes ?? defaultClasses), initialization: initialization)
    }

    /// Whether its recipe begins with He's initialisation and adds 10⁻⁴·Σw² of the kernels to the loss.
    public var isResidual: Bool { initialization == .heNormal }

    /// The network called `name`, or nil where there is none.
    public static func named(_ name: String) -> StandardNetwork? { all.first { $0.name == name } }
}

extension StandardNetwork {
    /// All networks, in the order in which they are listed.
    public static let all: [StandardNetwork] =
        [
            plain("dilated", "3×3 kernels dilated 1-2-4-8", dilations: [1, 2, 4, 8]),
            plain("large-kernel", "kernels of 3, 5, 7 and 9 taps a side", kernels: [3, 5, 7, 9]),
            plain("strided", "3×3 kernels, stride 2 in the last three", strides: [1, 2, 2, 2]),
            plain(
                "dilated-1-1-2-4", "the control of strided: its receptive field without its sampling",
                dilations: [1, 1, 2, 4]),
            plain("dilated-1-2-3-4", "the control of large-kernel: its receptive field", dilations: [1, 2, 3, 4]),
            cascade("cascade", "ten 3×3 layers", [16, 20, 24, 28, 30, 32, 36, 38, 42, 48]),
            cascade("cascade-narrow", "ten 3×3 layers, fewer channels", [16, 18, 20, 22, 24, 26, 28, 30, 32, 48]),
            cascade("cascade-wide", "ten 3×3 layers, more channels", [16, 24, 32, 36, 40, 44, 48, 48, 48, 48]),
            depthwiseCascade("depthwise-cascade", "ten 3×3 layers, six of them depthwise", plainGroups: 0),
            depthwiseCascade("mixed-cascade", "ten 3×3 layers, depthwise in the last two groups", plainGroups: 1),
            plain("dilated-wide", "dilated with 64 to 512 channels", dilations: [1, 2, 4, 8], channels: wide),
            plain("large-kernel-wide", "large-kernel with 64 to 512 channels", kernels: [3, 5, 7, 9], channels: wide),
            plain("strided-wide", "strided with 64 to 512 channels", strides: [1, 2, 2, 2], channels: wide),
            cascade(
                "cascade-wide-512", "ten 3×3 layers with 64 to 512 channels",
                [64, 96, 128, 171, 213, 256, 320, 384, 448, 512]),
        ] + residuals + segmenters + detectors + jets

    private static let wide = [64, 128, 256, 512]

    private static func plain(
        _ name: String, _ summary: String, kernels: [Int] = [3, 3, 3, 3], dilations: [Int] = [1, 1, 1, 1],
        strides: [Int] = [1, 1, 1, 1], channels: [Int] = [16, 24, 32, 48]
    ) -> StandardNetwork {
        StandardNetwork(name, summary) { classes in
            channels.indices.flatMap { i in
                [Layer].block(kernels[i], dilation: dilations[i], stride: strides[i], channels: channels[i])
            } + .classifier(classes: classes)
        }
    }

    /// 3×3 layers, the last one a convolution alone.
    private static func cascade(_ name: String, _ summary: String, _ channels: [Int]) -> StandardNetwork {
        StandardNetwork(name, summary) { classes in
            channels.dropLast().flatMap { [Layer].block(3, channels: $0) }
                + channels.suffix(1).map { .convolution(ConvolutionLayer(3, channels: $0)) }
                + .classifier(classes: classes)
        }
    }

    /// The cascade whose layers after the first of each group are depthwise; the groups cover what kernels of 3, 5, 7 and 9 taps do.
    ///
    /// The first `plainGroups` of the groups that have such layers keep full ones.
    private static func depthwiseCascade(_ name: String, _ summary: String, plainGroups: Int) -> StandardNetwork {
        StandardNetwork(name, summary) { classes in
            var layers: [Layer] = [Layer].block(3, channels: 16)
            for (group, (depth, channels)) in zip([1, 2, 3], [16, 24, 32]).enumerated() {
                for _ in 0..<depth {
                    layers += .block(3, channels: channels, grouping: group >= plainGroups ? .depthwise : .none)
                }
                let next = [24, 32, 48][group]
                layers += group < 2 ? .block(3, channels: next) : [.convolution(ConvolutionLayer(3, channels: next))]
            }
            return layers + .classifier(classes: classes)
        }
    }
}
