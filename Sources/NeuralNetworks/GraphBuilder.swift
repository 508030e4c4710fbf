import TensorConvolution
import Tensors

/// Turns nested lists of layers into nodes with shapes, names and parameters.
struct GraphBuilder {
    private(set) var nodes: [NetworkGraph.Node] = []
    private(set) var values: [FeatureShape]
    private(set) var reaches: [Reach] = [Reach()]
    private(set) var parameters: [ParameterSpecification] = []
    private let magnification: Double
    private var counts: [String: Int] = [:]

    init(input: FeatureShape, magnification: Double) {
        values = [input]
        self.magnification = magnification
    }

    /// Appends layers to value `input` and returns the value that the last one writes.
    mutating func append(_ layers: [Layer], to input: Int) throws(NetworkError) -> Int {
        var value = input
        var place = 0
        while place < layers.count {
            let next = place + 1 < layers.count ? layers[place + 1] : nil
            switch layers[place] {
            case .convolution(let layer):
                value = try append(layer, to: value, isNormalized: next == .normalization)
            case .transposedConvolution(let layer):
                value = try append(layer, to: value, isNormalized: next == .normalization)
            case .window(let window): value = try append(window, to: value)
            case .gaussianJet(let layer):
                value = try append(layer, to: value, isNormalized: next == .normalization)
            case .normalization:
                // The two are computed in one pass over memory.
                let rectifies = next == .activation(.relu)
                value = appendNormalization(to: value, rectifies: rectifies)
                if rectifies { place += 1 }
            case .activation(let activation):
                value = append(
                    activation.rawValue, .activation(activation), [value], values[value], reaches[value])
            case .meanOverSpace:
                let shape = FeatureShape(height: 1, width: 1, channels: values[value].channels)
                value = append("mean", .meanOverSpace, [value], shape, reaches[value])
            case .dense(let outputs): value = try appendDense(outputs: outputs, to: value)
            case .residual(let body, let shortcut):
                value = try appendSum(of: append(body, to: value), append(shortcut, to: value))
            case .branches(let branches):
                var ends: [Int] = []
                for branch in branches { ends.append(try append(branch, to: value)) }
                value = try appendConcatenation(of: ends)
            }
            place += 1
        }
        return value
    }

    private mutating func append(
        _ layer: ConvolutionLayer, to input: Int, isNormalized: Bool
    ) throws(NetworkError) -> Int {
        let name = newName("conv")
        let shape = values[input]
        guard layer.grouping != .depthwise || layer.channels % shape.channels == 0 else {
            throw .depthwise(layer: name, inputs: shape.channels, outputs: layer.channels)
        }
        func axis(_ count: Int, _ own: ConvolutionLayer.Axis) throws(ConvolutionShapeError) -> ConvolutionAxis {
            try ConvolutionAxis(
                input: count, kernel: own.kernel, dilation: own.dilation, stride: own.stride, padding: own.padding)
        }
        let groups =
            switch layer.grouping {
            case .none: 1
            case .groups(let count): count
            case .depthwise: shape.channels
            }
        do {
            let vertical = try axis(shape.height, layer.vertical)
            let horizontal = try axis(shape.width, layer.horizontal)
            _ = try ConvolutionShape(
                batch: 1, vertical: vertical, horizontal: horizontal, inputChannels: shape.channels,
                outputChannels: layer.channels, groups: groups)
            let taps = vertical.kernel * horizontal.kernel
            let kernel = newParameter(
                name, .kernel, [vertical.kernel, horizontal.kernel, shape.channels / groups, layer.channels],
                fanIn: taps * shape.channels / groups, fanOut: taps * layer.channels)
            let bias = layer.hasBias ? [newParameter(name, .bias, [layer.channels])] : []
            return append(
                name,
                .convolution(
                    vertical: vertical, horizontal: horizontal, groups: groups,
                    bias: layer.hasBias ? (isNormalized ? .cancelled : .added) : .none), [input],
                FeatureShape(height: vertical.output, width: horizontal.output, channels: layer.channels),
                reaches[input].through(vertical, horizontal), parameters: [kernel] + bias)
        } catch {
            throw .convolution(layer: name, reason: error)
        }
    }

    private mutating func append(
        _ layer: TransposedConvolutionLayer, to input: Int, isNormalized: Bool
    ) throws(NetworkError) -> Int {
        let name = newName("transposed")
        let shape = values[input]
        do {
            let vertical = try ConvolutionAxis.transposed(
                input: shape.height, kernel: layer.kernel, stride: layer.stride)
            let horizontal = try ConvolutionAxis.transposed(
                input: shape.width, kernel: layer.kernel, stride: layer.stride)
            _ = try ConvolutionShape.transposed(
                batch: 1, vertical: vertical, horizontal: horizontal, inputChannels: shape.channels,
                outputChannels: layer.channels)
            let taps = layer.kernel * layer.kernel
            let kernel = newParameter(
                name, .kernel, [layer.kernel, layer.kernel, layer.channels, shape.channels],
                fanIn: taps * shape.channels, fanOut: taps * layer.channels)
            let bias = layer.hasBias ? [newParameter(name, .bias, [layer.channels])] : []
            return append(
                name,
                .transposedConvolution(
                    vertical: vertical, horizontal: horizontal,
                    bias: layer.hasBias ? (isNormalized ? .cancelled : .added) : .none), [input],
                FeatureShape(height: vertical.input, width: horizontal.input, channels: layer.channels),
                reaches[input].throughAdjoint(of: vertical),
                parameters: [kernel] + bias)
        } catch {
            throw .convolution(layer: name, reason: error)
        }
    }

    private mutating func append(_ window: WindowLayer, to input: Int) throws(NetworkError) -> Int {
        let name = newName("window")
        let shape = values[input]
        do {
            let vertical = try ConvolutionAxis(input: shape.height, kernel: window.size, stride: window.stride)
            let horizontal = try ConvolutionAxis(input: shape.width, kernel: window.size, stride: window.stride)
            _ = try WindowShape(batch: 1, vertical: vertical, horizontal: horizontal, channels: shape.channels)
            return append(
                name, .window(window.kind, vertical: vertical, horizontal: horizontal), [input],
                FeatureShape(height: vertical.output, width: horizontal.output, channels: shape.channels),
                reaches[input].through(vertical))
        } catch {
            throw .convolution(layer: name, reason: error)
        }
    }

    private mutating func append(
        _ layer: GaussianJetLayer, to input: Int, isNormalized: Bool
    ) throws(NetworkError) -> Int {
        let name = newName("jet")
        let shape = values[input]
        guard (0...20).contains(layer.order), layer.sigmas.allSatisfy({ $0 > 0 && $0.isFinite }), layer.radius >= 0
        else {
            throw .invalid(
                layer: name,
                reason:
                    "a jet of order \(layer.order) with σ \(layer.sigmaWords) and radius \(layer.radius) is out of range"
            )
        }
        guard layer.sigmas.count == 1 || layer.sigmas.count == layer.channels && layer.scale != .learned else {
            throw .invalid(
                layer: name,
                reason: "there are \(layer.sigmas.count) σ, but one is wanted"
                    + (layer.scale == .learned ? "" : ", or one for each of \(layer.channels) channels"))
        }
        var scaled = layer
        scaled.radius = Int((Double(layer.radius) * magnification).rounded(.up))
        let side = 2 * scaled.radius + 1
        do {
            let vertical = try ConvolutionAxis(input: shape.height, kernel: side, stride: layer.stride)
            let horizontal = try ConvolutionAxis(input: shape.width, kernel: side, stride: layer.stride)
            _ = try ConvolutionShape(
                batch: 1, vertical: vertical, horizontal: horizontal, inputChannels: shape.channels,
                outputChannels: layer.channels)
            let terms = (layer.order + 1) * (layer.order + 2) / 2
            let coefficients = newParameter(
                name, .jetCoefficients, [terms, shape.channels, layer.channels], fanIn: terms * shape.channels,
                fanOut: terms * layer.channels)
            var own = [coefficients]
            if layer.scale != .fixed {
                let all =
                    layer.scale == .learned || layer.sigmas.count > 1
                    ? layer.sigmas : Array(repeating: layer.sigmas[0], count: layer.channels)
                own.append(newParameter(name, .sigma, [all.count], initialValues: all.map { Float($0) }))
            }
            if layer.hasBias { own.append(newParameter(name, .bias, [layer.channels])) }
            return append(
                name,
                .gaussianJet(
                    scaled, vertical: vertical, horizontal: horizontal,
                    bias: layer.hasBias ? (isNormalized ? .cancelled : .added) : .none), [input],
                FeatureShape(height: vertical.output, width: horizontal.output, channels: layer.channels),
                reaches[input].through(vertical), parameters: own)
        } catch {
            throw .convolution(layer: name, reason: error)
        }
    }

    private mutating func appendNormalization(to input: Int, rectifies: Bool) -> Int {
        let name = newName("norm")
        let channels = TensorShape([values[input].channels])
        let own = [
            newParameter(name, .scale, channels, initialValues: [1]), newParameter(name, .shift, channels),
            newParameter(name, .runningMean, channels),
            newParameter(name, .runningVariance, channels, initialValues: [1]),
        ]
        return append(
            name, .normalization(rectifies: rectifies), [input], values[input], reaches[input], parameters: own)
    }

    private mutating func appendDense(outputs: Int, to input: Int) throws(NetworkError) -> Int {
        let name = newName("dense")
        let shape = values[input]
        do {
            let vertical = try ConvolutionAxis(input: shape.height, kernel: shape.height, padding: .valid)
            let horizontal = try ConvolutionAxis(input: shape.width, kernel: shape.width, padding: .valid)
            _ = try ConvolutionShape(
                batch: 1, vertical: vertical, horizontal: horizontal, inputChannels: shape.channels,
                outputChannels: outputs)
            let kernel = newParameter(
                name, .dense, [shape.height, shape.width, shape.channels, outputs], fanIn: shape.count, fanOut: outputs)
            let bias = newParameter(name, .bias, [outputs])
            return append(
                name, .convolution(vertical: vertical, horizontal: horizontal, groups: 1, bias: .added), [input],
                FeatureShape(height: 1, width: 1, channels: outputs), reaches[input], parameters: [kernel, bias])
        } catch {
            throw .convolution(layer: name, reason: error)
        }
    }

    private mutating func appendSum(of first: Int, _ second: Int) throws(NetworkError) -> Int {
        guard values[first] == values[second] else {
            throw .mismatch(layer: newName("sum"), first: values[first], second: values[second])
        }
        return append("sum", .sum, [first, second], values[first], reaches[first].joined(reaches[second]))
    }

    private mutating func appendConcatenation(of ends: [Int]) throws(NetworkError) -> Int {
        guard let first = ends.first else {
            throw .invalid(layer: newName("concatenation"), reason: "there are no branches")
        }
        var channels = 0
        var reach = reaches[first]
        for end in ends {
            guard values[end].height == values[first].height, values[end].width == values[first].width else {
                throw .mismatch(layer: newName("concatenation"), first: values[first], second: values[end])
            }
            channels += values[end].channels
            reach = reach.joined(reaches[end])
        }
        let shape = FeatureShape(height: values[first].height, width: values[first].width, channels: channels)
        return append("concatenation", .concatenation, ends, shape, reach)
    }

    private mutating func append(
        _ name: String, _ operation: NetworkGraph.Operation, _ inputs: [Int], _ shape: FeatureShape,
        _ reach: Reach, parameters: [Int] = []
    ) -> Int {
        let isNamed = name.last?.isNumber ?? false
        nodes.append(
            .init(
                name: isNamed ? name : newName(name), operation: operation, inputs: inputs, output: values.count,
                parameters: parameters))
        values.append(shape)
        reaches.append(reach)
        return values.count - 1
    }

    private mutating func newName(_ kind: String) -> String {
        counts[kind, default: 0] += 1
        return "\(kind)\(counts[kind, default: 0])"
    }

    private mutating func newParameter(
        _ layer: String, _ role: ParameterSpecification.Role, _ shape: TensorShape, fanIn: Int = 0, fanOut: Int = 0,
        initialValues: [Float] = [0]
    ) -> Int {
        let word =
            switch role {
            case .kernel, .dense: "kernel"
            case .jetCoefficients: "coefficients"
            case .runningMean: "mean"
            case .runningVariance: "variance"
            default: role.rawValue
            }
        parameters.append(
            ParameterSpecification(
                name: "\(layer).\(word)", role: role, shape: shape, fanIn: fanIn, fanOut: fanOut,
                initialValues: initialValues))
        return parameters.count - 1
    }
}
