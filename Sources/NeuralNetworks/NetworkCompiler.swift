import TensorConvolution
import Tensors

/// Lays out the memory of a network and makes its layers ready, in the order in which they are computed.
struct NetworkCompiler {
    private let graph: NetworkGraph
    private let batch: Int
    private let computesGradients: Bool
    private let computesPictureGradient: Bool
    private let planner: ConvolutionPlanner
    private let given: [String: ConvolutionAlgorithm]

    /// What each value lies in.
    let values: [TensorBox]
    /// The gradient of the last value.
    let outputGradient: TensorBox
    private let choice = Choice()

    /// The gradient of the picture, where it was asked for.
    var pictureGradient: TensorBox? { readerGradients[0].first }

    /// The algorithms chosen.
    var algorithms: [String: ConvolutionAlgorithm] { choice.algorithms }

    private final class Choice {
        var algorithms: [String: ConvolutionAlgorithm] = [:]
    }

    /// The gradients that the readers of each value write, in the order of compilation, last reader first.
    private var readerGradients: [[TensorBox]]

    init(
        _ graph: NetworkGraph, batch: Int, computesGradients: Bool, computesPictureGradient: Bool,
        planner: ConvolutionPlanner,
        algorithms: [String: ConvolutionAlgorithm]
    ) {
        self.graph = graph
        self.batch = batch
        self.computesGradients = computesGradients
        self.computesPictureGradient = computesPictureGradient
        self.planner = planner
        given = algorithms
        values = graph.values.map { TensorBox($0.tensor(batch: batch)) }
        outputGradient = TensorBox(computesGradients ? graph.output.tensor(batch: batch) : [0])
        readerGradients = graph.values.map { _ in [] }
        if computesGradients { readerGradients[graph.nodes.last?.output ?? 0] = [outputGradient] }
    }

    /// From the last layer to the first, so that the gradient of what a layer writes is known before that of what it reads.
    mutating func compile() -> [any LayerExecution] {
        var layers: [any LayerExecution] = []
        for node in graph.nodes.reversed() {
            let readers = readerGradients[node.output]
            if readers.count > 1 { layers.append(ForkExecution(gradients: readers)) }
            layers.append(compile(node, outputGradient: readers.first))
        }
        if readerGradients[0].count > 1 { layers.append(ForkExecution(gradients: readerGradients[0])) }
        return layers.reversed()
    }

    /// A gradient for what `node` reads as its n-th input; nil where nobody asks for it.
    ///
    /// Where `inPlace` is given, it is that one: the layer overwrites the gradient of its output, which nothing reads after it.
    private mutating func inputGradient(_ node: NetworkGraph.Node, _ n: Int = 0, inPlace: TensorBox? = nil)
        -> TensorBox?
    {
        let value = node.inputs[n]
        // The gradient of the picture is rarely anybody's business.
        guard computesGradients, value != 0 || computesPictureGradient else { return nil }
        let box = inPlace ?? TensorBox(graph.values[value].tensor(batch: batch))
        readerGradients[value].append(box)
        return box
    }

    private mutating func compile(_ node: NetworkGraph.Node, outputGradient: TensorBox?) -> any LayerExecution {
        let input = values[node.inputs[0]]
        let output = values[node.output]
        switch node.operation {
        case .convolution(let vertical, let horizontal, let groups, let bias):
            let shape = shape(node, vertical, horizontal, groups: groups)
            let plans = plans(node, shape, bias: bias, outputGradient: outputGradient)
            return ConvolutionExecution(plans, kernel: node.parameters[0])
        case .gaussianJet(let layer, let vertical, let horizontal, let bias):
            let shape = shape(node, vertical, horizontal, groups: 1)
            let plans = plans(node, shape, bias: bias, outputGradient: outputGradient)
            let places = GaussianJetExecution.Places(
                coefficients: node.parameters[0], sigma: layer.scale == .fixed ? nil : node.parameters[1])
            return GaussianJetExecution(
                plans, layer, places: places, shape: shape, magnification: graph.magnification)
        case .transposedConvolution(let vertical, let horizontal, let bias):
            let shape = transposedShape(node, vertical, horizontal)
            let plans = plans(node, shape, isTransposed: true, bias: bias, outputGradient: outputGradient)
            return ConvolutionExecution(plans, kernel: node.parameters[0])
        case .window(let kind, let vertical, let horizontal):
            return WindowExecution(
                WindowReduction(kind, windows(node, vertical, horizontal)), input: input, output: output,
                outputGradient: outputGradient, inputGradient: inputGradient(node))
        case .normalization(let rectifies):
            let places = NormalizationExecution.Places(
                scale: node.parameters[0], shift: node.parameters[1], mean: node.parameters[2],
                variance: node.parameters[3])
            return NormalizationExecution(
                input: input, output: output, outputGradient: outputGradient,
                inputGradient: inputGradient(node, inPlace: outputGradient), places: places, rectifies: rectifies)
        case .activation(let activation):
            return ActivationExecution(
                activation, input: input, output: output, outputGradient: outputGradient,
                inputGradient: inputGradient(node, inPlace: outputGradient))
        case .meanOverSpace:
            return MeanOverSpaceExecution(
                input: input, output: output, outputGradient: outputGradient, inputGradient: inputGradient(node))
        case .sum:
            _ = inputGradient(node, 0, inPlace: outputGradient)
            return SumExecution(
                inputs: (input, values[node.inputs[1]]), output: output, outputGradient: outputGradient,
                copiedGradient: inputGradient(node, 1))
        case .concatenation:
            let gradients = node.inputs.indices.map { inputGradient(node, $0) }
            return ConcatenationExecution(
                inputs: node.inputs.map { values[$0] }, output: output, outputGradient: outputGradient,
                inputGradients: gradients)
        }
    }

    private func shape(
        _ node: NetworkGraph.Node, _ vertical: ConvolutionAxis, _ horizontal: ConvolutionAxis, groups: Int
    ) -> ConvolutionShape {
        do {
            return try ConvolutionShape(
                batch: batch, vertical: vertical, horizontal: horizontal,
                inputChannels: graph.values[node.inputs[0]].channels,
                outputChannels: graph.values[node.output].channels,
                groups: groups)
        } catch {
            preconditionFailure("a batch of \(batch) pictures is too large: \(error)")
        }
    }

    private func windows(
        _ node: NetworkGraph.Node, _ vertical: ConvolutionAxis, _ horizontal: ConvolutionAxis
    ) -> WindowShape {
        do {
            return try WindowShape(
                batch: batch, vertical: vertical, horizontal: horizontal,
                channels: graph.values[node.output].channels)
        } catch {
            preconditionFailure("a batch of \(batch) pictures is too large: \(error)")
        }
    }

    private mutating func plans(
        _ node: NetworkGraph.Node, _ shape: ConvolutionShape, isTransposed: Bool = false, bias: NetworkGraph.BiasKind,
        outputGradient: TensorBox?
    ) -> CorrelationPlans {
        let inputGradient = inputGradient(node)
        return CorrelationPlans(
            shape, isTransposed: isTransposed, input: values[node.inputs[0]], output: values[node.output],
            outputGradient: outputGradient,
            inputGradient: inputGradient, bias: biasPlace(node), biasIsCancelled: bias == .cancelled
        ) { plan(node, $0, $1) }
    }

    private func transposedShape(
        _ node: NetworkGraph.Node, _ vertical: ConvolutionAxis, _ horizontal: ConvolutionAxis
    ) -> ConvolutionShape {
        do {
            return try ConvolutionShape.transposed(
                batch: batch, vertical: vertical, horizontal: horizontal,
                inputChannels: graph.values[node.inputs[0]].channels,
                outputChannels: graph.values[node.output].channels)
        } catch {
            preconditionFailure("a batch of \(batch) pictures is too large: \(error)")
        }
    }

    private func biasPlace(_ node: NetworkGraph.Node) -> Int? {
        node.parameters.first { graph.parameters[$0].role == .bias }
    }

    /// The plan for one direction of a node's convolution, by the algorithm given where it fits.
    private func plan(
        _ node: NetworkGraph.Node, _ shape: ConvolutionShape, _ direction: ConvolutionDirection
    ) -> ConvolutionPlan {
        let name = "\(node.name).\(direction.rawValue)"
        let algorithm = given[name].flatMap { $0.supports(shape) ? $0 : nil }
        let plan =
            algorithm.map { ConvolutionPlan(shape, direction, algorithm: $0) } ?? planner.plan(shape, direction)
        choice.algorithms[name] = plan.algorithm
        return plan
    }
}
