/// The quantity of a layer that a curve of times runs along.
enum CurveAxis: CaseIterable {
    case kernel
    case dilation
    case channels

    /// What stands at the axis.
    var label: String {
        switch self {
        case .kernel: "taps along each axis"
        case .dilation: "dilation"
        case .channels: "channels"
        }
    }

    /// The layer's place along the axis.
    func value(of layer: LayerDescription) -> Int {
        switch self {
        case .kernel: layer.kernel.vertical
        case .dilation: layer.dilation.vertical
        case .channels: layer.inputs
        }
    }

    /// The number of different places of some layers.
    func values(_ layers: some Sequence<LayerDescription>) -> Int { Set(layers.map(value)).count }

    /// What layers have in common that differ along this axis alone; nil for one that has no place on it.
    func group(of layer: LayerDescription) -> LayerDescription? {
        var group = layer
        switch self {
        case .kernel:
            guard layer.kernel.vertical == layer.kernel.horizontal else { return nil }
            group.kernel = .init(1, 1)
        case .dilation:
            guard layer.dilation.vertical == layer.dilation.horizontal else { return nil }
            group.dilation = .init(1, 1)
        case .channels:
            guard layer.inputs == layer.outputs else { return nil }
            group.groups = layer.groups == layer.inputs ? 0 : layer.groups
            (group.inputs, group.outputs) = (1, 1)
        }
        return group
    }

    /// What a figure's layers have in common, in words.
    func title(of layer: LayerDescription) -> String {
        var parts: [String] = []
        if self != .channels {
            parts.append(
                layer.groups == 1 ? "\(layer.inputs)→\(layer.outputs) channels" : "\(layer.inputs) channels apart")
        }
        if self != .kernel { parts.append("\(layer.kernel.vertical)×\(layer.kernel.horizontal)") }
        return (parts + ["\(layer.size.vertical)×\(layer.size.horizontal)", "batch \(layer.batch)"])
            .joined(separator: ", ")
    }
}
