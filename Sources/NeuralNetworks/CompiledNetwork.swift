import Parallelism
import TensorConvolution
import Tensors

/// A network made ready to compute batches of one size: it owns its weights, their gradients, and the memory it works in.
///
/// After the first pass in each direction no pass allocates memory, except to follow a learned σ and to exchange sums of a shared batch. The
/// number of threads changes no bit of any result. A compiled network computes one pass at a time.
public final class CompiledNetwork {
    /// The network's layers and shapes.
    public let graph: NetworkGraph
    /// The number of pictures of a batch.
    public let batch: Int
    /// The algorithm of each convolution and direction, under names such as `conv2.kernel-gradient`.
    public let algorithms: [String: ConvolutionAlgorithm]

    private let state: PassState
    private let layers: [any LayerExecution]
    private let input: TensorBox
    private let outputBox: TensorBox
    private let outputGradient: TensorBox?
    private let pictureGradientBox: TensorBox?

    /// Makes a network ready.
    ///
    /// - Parameters:
    ///   - graph: The network for pictures of one size.
    ///   - weights: The weights to begin with.
    ///   - batch: The number of pictures of a batch.
    ///   - sharedBatch: The batch that the pictures of a training pass are a part of, where they are not all of it.
    ///   - computesGradients: Whether `backward` will be called; memory for gradients is only there if so.
    ///   - computesPictureGradient: Whether `pictureGradient` is wanted beside the gradients of the weights.
    ///   - planner: Chooses the algorithms that `algorithms` does not name.
    ///   - algorithms: Algorithms chosen before, under the names that `algorithms` has.
    ///   - pool: The threads that share the work; how many they are changes no bit.
    /// - Precondition: The weights are those of a network with the same parameters.
    public init(
        _ graph: NetworkGraph, weights: NetworkWeights, batch: Int, sharedBatch: (any SharedBatch)? = nil,
        computesGradients: Bool = true, computesPictureGradient: Bool = false,
        planner: ConvolutionPlanner = ConvolutionPlanner(), algorithms: [String: ConvolutionAlgorithm] = [:],
        pool: WorkerPool = .shared
    ) {
        precondition(batch >= 1, "a batch has pictures")
        precondition(
            weights.tensors.map(\.shape) == graph.parameters.map(\.shape), "the weights belong to another network")
        var compiler = NetworkCompiler(
            graph, batch: batch, computesGradients: computesGradients,
            computesPictureGradient: computesPictureGradient, planner: planner, algorithms: algorithms)
        layers = compiler.compile()
        self.graph = graph
        self.batch = batch
        self.algorithms = compiler.algorithms
        input = compiler.values[0]
        outputBox = compiler.values[graph.nodes.last?.output ?? 0]
        outputGradient = computesGradients ? compiler.outputGradient : nil
        pictureGradientBox = compiler.pictureGradient
        state = PassState(graph, weights: weights, sharedBatch: sharedBatch, pool: pool)
    }

    /// The weights, running averages included.
    public var weights: NetworkWeights {
        get { state.weights }
        set {
            precondition(
                newValue.tensors.map(\.shape) == graph.parameters.map(\.shape), "the weights belong to another network")
            state.weights = newValue
        }
    }

    /// The gradient of the loss with respect to each tensor of weights, as the last `backward` left it; zero for running averages.
    public var gradients: [Tensor] { state.gradients }

    /// The gradient of the loss with respect to the pictures, as the last `backward` left it; nil where it was not asked for.
    public var pictureGradient: Tensor? { pictureGradientBox?.tensor }

    /// How much of a running average stays when a training pass brings a batch's statistics; 0.99 unless it is set.
    public var normalizationMomentum: Float {
        get { state.momentum }
        set { state.momentum = newValue }
    }

    /// The scores of the last `forward`, `[batch, height, width, channels]`.
    public var output: Tensor { outputBox.tensor }

    /// Computes the scores of a batch.
    ///
    /// - Parameters:
    ///   - pictures: `[batch, height, width, channels]`.
    ///   - isTraining: Whether normalisations use the batch's statistics, and let them into the running averages.
    /// - Precondition: The pictures have the graph's shape and are as many as the batch's size.
    public func forward(_ pictures: Tensor, isTraining: Bool) {
        precondition(
            pictures.shape == graph.input.tensor(batch: batch),
            "pictures of shape \(pictures.shape) instead of \(graph.input.tensor(batch: batch))")
        state.isTraining = isTraining
        pictures.withPointer { source in
            input.tensor.withMutablePointer { $0.update(from: source, count: pictures.count) }
        }
        for layer in layers { layer.forward(state) }
    }

    /// Computes the gradients of a loss with respect to the weights after a training pass.
    ///
    /// - Parameter fill: Given the scores, writes the gradient of the loss with respect to them, every element of it.
    /// - Precondition: The network was made ready for gradients, and the last `forward` was a training pass.
    public func backward<Result>(_ fill: (_ scores: Tensor, _ gradient: inout Tensor) -> Result) -> Result {
        precondition(state.isTraining, "gradients belong to a training pass")
        guard let outputGradient else { preconditionFailure("the network was made ready without gradients") }
        let result = fill(outputBox.tensor, &outputGradient.tensor)
        for layer in layers.reversed() {
            layer.backward(state)
            if let sharedBatch = state.sharedBatch {
                for place in layer.summedGradients { sharedBatch.add(state.gradients[place], at: place) }
            }
        }
        state.sharedBatch?.finish { place, sum in
            state.gradients[place].withMutablePointer { gradient in
                for (element, value) in sum.enumerated() { gradient[element] = value }
            }
        }
        return result
    }

    /// Calls `body` with each trained tensor and its gradient, and the tensor's place among the graph's parameters.
    public func update(_ body: (_ place: Int, _ weights: inout Tensor, _ gradient: Tensor) -> Void) {
        for place in graph.parameters.indices where graph.parameters[place].role.isTrained {
            let gradient = state.gradients[place]
            body(place, &state.weights.tensors[place], gradient)
        }
    }
}
