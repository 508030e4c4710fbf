import Parallelism
import TensorConvolution
import Tensors

/// A layer compiled for one batch size: it knows where its inputs and outputs lie and owns the memory it works in.
protocol LayerExecution: AnyObject {
    /// Computes the output from the inputs.
    func forward(_ state: PassState)

    /// Computes the gradients of the inputs and of the weights from that of the output, after `forward` in a training pass.
    ///
    /// Every element of these gradients is written.
    func backward(_ state: PassState)

    /// The places of the weights whose gradient `backward` sums over this network's own pictures.
    var summedGradients: [Int] { get }
}

extension LayerExecution {
    var summedGradients: [Int] { [] }
}

/// What all layers of a compiled network share during a pass.
final class PassState {
    var weights: NetworkWeights
    /// The gradient of the loss with respect to each tensor of weights; zero for running averages.
    var gradients: [Tensor]
    /// Whether normalisations use the batch's statistics and gradients will be asked for.
    var isTraining = false
    /// How much of a running average stays when a batch's statistics come in.
    var momentum: Float = 0.99
    /// The batch that this network's pictures are a part of, where they are not all of it.
    let sharedBatch: (any SharedBatch)?
    let pool: WorkerPool
    let workSpace = WorkSpace()

    init(_ graph: NetworkGraph, weights: NetworkWeights, sharedBatch: (any SharedBatch)?, pool: WorkerPool) {
        self.weights = weights
        self.sharedBatch = sharedBatch
        self.pool = pool
        gradients = graph.parameters.map { Tensor($0.shape) }
    }

    /// Lets `body` write the gradient at `place` without a copy while it uses the rest of the state.
    func withGradient(_ place: Int, _ body: (inout Tensor) -> Void) {
        var gradient = empty
        swap(&gradient, &gradients[place])
        body(&gradient)
        swap(&gradient, &gradients[place])
    }

    private let empty = Tensor([0])
}

/// A place for a tensor that several layers know.
final class TensorBox {
    var tensor: Tensor

    init(_ shape: TensorShape) { tensor = Tensor(shape) }
}

extension Tensor {
    /// Calls `body` with the address of the first element.
    func withPointer<Result>(_ body: (UnsafePointer<Float>) -> Result) -> Result {
        withUnsafeBufferPointer { elements in
            guard let address = elements.baseAddress else { preconditionFailure("a tensor without elements") }
            return body(address)
        }
    }

    /// Calls `body` with the address of the first element for reading and writing.
    mutating func withMutablePointer<Result>(_ body: (UnsafeMutablePointer<Float>) -> Result) -> Result {
        withUnsafeMutableBufferPointer { elements in
            guard let address = elements.baseAddress else { preconditionFailure("a tensor without elements") }
            return body(address)
        }
    }
}

/// Numbers at a fixed address.
final class Numbers {
    let count: Int
    let address: UnsafeMutablePointer<Float>

    init(_ count: Int) {
        self.count = count
        address = .allocate(capacity: max(count, 1))
        address.initialize(repeating: 0, count: max(count, 1))
    }

    deinit { address.deallocate() }

    /// Sets all numbers to zero.
    func clear() { address.update(repeating: 0, count: count) }
}
