import Foundation

/// Names and uses of the data sets in Keras's files.
///
/// Keras 1 and 2 keep a data set for each weight under the name of its layer, `conv2d_1/conv2d_1/kernel:0`. Keras 3 numbers a layer's
/// weights, `layers/conv2d_1/vars/0`, in groups that are called by the layer's class; the layer's own name is an attribute of `vars`.
struct KerasNames: HDF5Names {
    private let texts: [String: String]
    private let layers: [String: Layer]
    /// Whether the weights are those of true convolutions, whose kernels are turned by half a turn before they are correlated.
    private let isFlipped: Bool
    private let isFirstVersionWithoutBackend: Bool

    /// A layer of the network's description.
    private struct Layer {
        var type: String
        var groups = 1
        var dilation: [Int] = []
        var stride: [Int] = []
        /// Keras 1's order of axes: `th` for Theano's.
        var isChannelsFirst = false
    }

    /// Names for a listing.
    /// - Parameter configuration: The network's description in JSON, where it does not lie in the listing.
    init(_ listing: HDF5Listing, configuration: [UInt8]?) {
        texts = listing.texts
        let description = configuration.map { Data($0) } ?? listing.texts["model_config"].map { Data($0.utf8) }
        layers = description.map(Self.layers) ?? [:]
        let backend = listing.texts["backend"] ?? listing.texts["/model_weights@backend"]
        isFlipped = backend == "theano"
        isFirstVersionWithoutBackend =
            backend == nil && listing.datasets.contains { $0.shape.count == 4 && $0.name.hasSuffix("_W") }
    }

    var remarks: [String] {
        if isFlipped {
            return [
                "its kernels are Theano's, which convolves: they are turned by half a turn, to what a correlation has"
            ]
        }
        guard isFirstVersionWithoutBackend else { return [] }
        return [
            "it is of Keras 1 and does not say whether TensorFlow or Theano trained it; its kernels are taken as TensorFlow's. Theano's "
                + "are turned by half a turn, which changes the signs of odd derivatives"
        ]
    }

    func meaning(of dataset: HDF5Listing.Dataset) -> (name: String, use: TensorUse, shape: [Int]) {
        let parts = dataset.path.split(separator: "/").map(String.init)
        if parts.count > 2, parts[parts.count - 2] == "vars", let number = Int(parts[parts.count - 1]) {
            let (name, use) = numbered(parts.dropLast(2), number)
            return (name, use, dataset.shape)
        }
        return (shortened(parts) ?? dataset.name, named(dataset, parts), dataset.shape)
    }

    // MARK: Keras 3

    private func numbered(_ groups: [String].SubSequence, _ number: Int) -> (String, TensorUse) {
        let path = groups.joined(separator: "/")
        guard groups.first != "optimizer" else { return ("\(path)/vars/\(number)", .other("an optimiser's state")) }
        // Each group below the first that has weights of its own, or is a network itself, has a name.
        var words: [String] = []
        for end in groups.indices where groups[end] != "layers" {
            words.append(texts["/\(groups[...end].joined(separator: "/"))/vars@name"] ?? groups[end])
        }
        let stem = groups.last.map { $0.split(separator: "_").filter { Int($0) == nil }.joined(separator: "_") } ?? ""
        let variables = Self.variables[stem]
        let variable = variables.flatMap { number < $0.count ? $0[number] : nil } ?? "vars/\(number)"
        let layer = words.last.flatMap { layers[$0] } ?? Layer(type: Self.types[stem] ?? "")
        return ((words + [variable]).joined(separator: "/"), use(of: layer, variable))
    }

    private static let variables: [String: [String]] = [
        "conv1d": ["kernel", "bias"], "conv2d": ["kernel", "bias"], "conv3d": ["kernel", "bias"],
        "conv1d_transpose": ["kernel", "bias"], "conv2d_transpose": ["kernel", "bias"],
        "depthwise_conv1d": ["kernel", "bias"], "depthwise_conv2d": ["kernel", "bias"],
        "separable_conv1d": ["depthwise_kernel", "pointwise_kernel", "bias"],
        "separable_conv2d": ["depthwise_kernel", "pointwise_kernel", "bias"],
        "dense": ["kernel", "bias"], "embedding": ["embeddings"],
        "batch_normalization": ["gamma", "beta", "moving_mean", "moving_variance"],
        "layer_normalization": ["gamma", "beta"],
    ]

    private static let types: [String: String] = [
        "conv1d": "Conv1D", "conv2d": "Conv2D", "conv1d_transpose": "Conv1DTranspose",
        "conv2d_transpose": "Conv2DTranspose",
        "depthwise_conv1d": "DepthwiseConv1D", "depthwise_conv2d": "DepthwiseConv2D",
        "separable_conv1d": "SeparableConv1D", "separable_conv2d": "SeparableConv2D", "dense": "Dense",
        "embedding": "Embedding",
    ]

    // MARK: Keras 1 and 2

    /// A layer's name and what it has there: Keras repeats the layer's name below its group, with its network's name between.
    private func shortened(_ parts: [String]) -> String? {
        let inside = parts.first == "model_weights" ? Array(parts.dropFirst()) : parts
        guard inside.count > 2, inside[0] != "optimizer_weights",
            let again = inside.dropFirst().lastIndex(of: inside[0]), let last = inside.last
        else { return nil }
        let variable = last.hasSuffix(":0") ? String(last.dropLast(2)) : last
        return (inside[again..<inside.count - 1] + [variable]).joined(separator: "/")
    }

    private func named(_ dataset: HDF5Listing.Dataset, _ parts: [String]) -> TensorUse {
        guard parts.first != "optimizer_weights" else { return .other("an optimiser's state") }
        guard let last = parts.last else { return .unstated }
        let variable = last.split(separator: ":").first.map(String.init) ?? last
        let isFirstVersion = variable.hasSuffix("_W")
        // The innermost part that is a layer's name.
        if let layer = parts.dropLast().reversed().lazy.compactMap({ layers[$0] }).first {
            return use(of: layer, isFirstVersion ? "kernel" : variable)
        }
        guard isFlipped, dataset.shape.count == 4 else { return .unstated }
        if isFirstVersion { return .kernel(KernelUse(axes: .oihw, isFlipped: true)) }
        return variable.hasSuffix("kernel") ? .kernel(KernelUse(axes: .hwio, isFlipped: true)) : .unstated
    }

    // MARK: Both

    private func use(of layer: Layer, _ variable: String) -> TensorUse {
        guard variable.contains("kernel") else {
            return layer.type == "Embedding" ? .other("an embedding") : .unstated
        }
        let axes: KernelAxes
        var isTransposed = false
        switch layer.type {
        case "Conv2D", "DepthwiseConv2D", "SeparableConv2D", "Convolution2D", "AtrousConvolution2D",
            "SeparableConvolution2D":
            axes = layer.isChannelsFirst ? .oihw : .hwio
        case "Conv2DTranspose", "Deconvolution2D":
            (axes, isTransposed) = (layer.isChannelsFirst ? .iohw : .hwoi, true)
        case "Conv1D", "DepthwiseConv1D", "SeparableConv1D": axes = .wio
        case "Conv1DTranspose": (axes, isTransposed) = (.woi, true)
        case "Dense": return .other("a matrix of \(layer.type)")
        default: return .unstated
        }
        let ones = axes.rank == 4 ? [1, 1] : [1]
        return .kernel(
            KernelUse(
                axes: axes, groups: layer.groups, dilation: layer.dilation.count == ones.count ? layer.dilation : ones,
                stride: layer.stride.count == ones.count ? layer.stride : ones, isTransposed: isTransposed,
                isFlipped: isFlipped))
    }

    /// The layers of a description, wherever they are nested in it, by name.
    private static func layers(_ json: Data) -> [String: Layer] {
        guard let root = try? JSONSerialization.jsonObject(with: json) else { return [:] }
        var layers: [String: Layer] = [:]
        var waiting: [Any] = [root]
        while let value = waiting.popLast() {
            if let list = value as? [Any] { waiting += list }
            guard let object = value as? [String: Any] else { continue }
            waiting += object.values.filter { $0 is [Any] || $0 is [String: Any] }
            guard let type = object["class_name"] as? String, let config = object["config"] as? [String: Any],
                let name = config["name"] as? String
            else { continue }
            var layer = Layer(type: type)
            layer.groups = max(config["groups"] as? Int ?? 1, 1)
            layer.dilation = extents(config["dilation_rate"] ?? config["atrous_rate"])
            layer.stride = extents(config["strides"] ?? config["subsample"])
            layer.isChannelsFirst = config["dim_ordering"] as? String == "th"
            layers[name] = layer
        }
        return layers
    }

    private static func extents(_ value: Any?) -> [Int] {
        let numbers = (value as? [Any])?.compactMap { $0 as? Int } ?? (value as? Int).map { [$0] } ?? []
        return numbers.allSatisfy { $0 > 0 } ? numbers : []
    }
}
