#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif
import CInnerLoops
import Parallelism
import Tensors

/// A function of each value by itself.
final class ActivationExecution: LayerExecution {
    private let activation: Activation
    private let input: TensorBox
    private let output: TensorBox
    private let outputGradient: TensorBox?
    private let inputGradient: TensorBox?
    private let blocks: Partition

    init(
        _ activation: Activation, input: TensorBox, output: TensorBox, outputGradient: TensorBox?,
        inputGradient: TensorBox?
    ) {
        self.activation = activation
        self.input = input
        self.output = output
        self.outputGradient = outputGradient
        self.inputGradient = inputGradient
        blocks = Partition(itemCount: input.tensor.count, blockLength: 1 << 14)
    }

    func forward(_ state: PassState) {
        input.tensor.withPointer { x in
            output.tensor.withMutablePointer { y in
                state.pool.forEach(blocks.blockCount) { block, _ in
                    let range = blocks[block]
                    switch activation {
                    case .relu: ccnn_rectify(range.count, x + range.lowerBound, y + range.lowerBound)
                    case .softplus: for i in range { y[i] = max(x[i], 0) + log1p(exp(-abs(x[i]))) }
                    case .gelu: for i in range { y[i] = x[i] * Self.normalDistribution(x[i]) }
                    }
                }
            }
        }
    }

    func backward(_ state: PassState) {
        guard let outputGradient, let inputGradient else { return }
        input.tensor.withPointer { x in
            let address = outputGradient.tensor.withPointer { $0 }
            inputGradient.tensor.withMutablePointer { dx in
                let dy = inputGradient === outputGradient ? UnsafePointer(dx) : address
                state.pool.forEach(blocks.blockCount) { block, _ in
                    let range = blocks[block]
                    switch activation {
                    case .relu:
                        let start = range.lowerBound
                        ccnn_rectifyGradient(range.count, dy + start, x + start, dx + start)
                    case .softplus: for i in range { dx[i] = dy[i] / (1 + exp(-x[i])) }
                    case .gelu:
                        for i in range {
                            let density = exp(-x[i] * x[i] / 2) / (2 * Float.pi).squareRoot()
                            dx[i] = dy[i] * (Self.normalDistribution(x[i]) + x[i] * density)
                        }
                    }
                }
            }
        }
    }

    private static func normalDistribution(_ x: Float) -> Float { 0.5 * erfc(-x * Float(0.5).squareRoot()) }
}

/// The sum of two values.
final class SumExecution: LayerExecution {
    private let inputs: (TensorBox, TensorBox)
    private let output: TensorBox
    private let outputGradient: TensorBox?
    private let copiedGradient: TensorBox?
    private let blocks: Partition

    /// - Parameter copiedGradient: The second input's gradient; the first one's is the output's, in the same place.
    init(inputs: (TensorBox, TensorBox), output: TensorBox, outputGradient: TensorBox?, copiedGradient: TensorBox?) {
        self.inputs = inputs
        self.output = output
        self.outputGradient = outputGradient
        self.copiedGradient = copiedGradient
        blocks = Partition(itemCount: output.tensor.count, blockLength: 1 << 14)
    }

    func forward(_ state: PassState) {
        inputs.0.tensor.withPointer { a in
            inputs.1.tensor.withPointer { b in
                output.tensor.withMutablePointer { y in
                    state.pool.forEach(blocks.blockCount) { block, _ in
                        let start = blocks[block].lowerBound
                        ccnn_add(blocks[block].count, a + start, b + start, y + start)
                    }
                }
            }
        }
    }

    func backward(_ state: PassState) {
        guard let outputGradient, let copiedGradient else { return }
        outputGradient.tensor.withPointer { dy in
            copiedGradient.tensor.withMutablePointer { $0.update(from: dy, count: blocks.itemCount) }
        }
    }
}

/// A value that several layers read: its gradient is the sum of theirs.
final class ForkExecution: LayerExecution {
    private let gradients: [TensorBox]
    private let blocks: Partition

    /// - Parameter gradients: The readers' gradients; the first one becomes the sum.
    init(gradients: [TensorBox]) {
        self.gradients = gradients
        blocks = Partition(itemCount: gradients[0].tensor.count, blockLength: 1 << 14)
    }

    func forward(_ state: PassState) {}

    func backward(_ state: PassState) {
        for other in gradients.dropFirst() {
            other.tensor.withPointer { b in
                gradients[0].tensor.withMutablePointer { y in
                    state.pool.forEach(blocks.blockCount) { block, _ in
                        let start = blocks[block].lowerBound
                        ccnn_add(blocks[block].count, y + start, b + start, y + start)
                    }
                }
            }
        }
    }
}

/// The channels of several values, one after another.
final class ConcatenationExecution: LayerExecution {
    private let inputs: [TensorBox]
    private let output: TensorBox
    private let outputGradient: TensorBox?
    private let inputGradients: [TensorBox?]
    private let pixels: Int

    init(inputs: [TensorBox], output: TensorBox, outputGradient: TensorBox?, inputGradients: [TensorBox?]) {
        self.inputs = inputs
        self.output = output
        self.outputGradient = outputGradient
        self.inputGradients = inputGradients
        let shape = output.tensor.shape
        pixels = shape[0] * shape[1] * shape[2]
    }

    func forward(_ state: PassState) {
        let width = output.tensor.shape[3]
        var offset = 0
        for input in inputs {
            let own = input.tensor.shape[3]
            input.tensor.withPointer { x in
                output.tensor.withMutablePointer { y in
                    for p in 0..<pixels { (y + p * width + offset).update(from: x + p * own, count: own) }
                }
            }
            offset += own
        }
    }

    func backward(_ state: PassState) {
        guard let outputGradient else { return }
        let width = output.tensor.shape[3]
        var offset = 0
        for (input, gradient) in zip(inputs, inputGradients) {
            let own = input.tensor.shape[3]
            outputGradient.tensor.withPointer { dy in
                gradient?.tensor.withMutablePointer { dx in
                    for p in 0..<pixels { (dx + p * own).update(from: dy + p * width + offset, count: own) }
                }
            }
            offset += own
        }
    }
}

/// The mean over all pixels of each picture.
final class MeanOverSpaceExecution: LayerExecution {
    private let input: TensorBox
    private let output: TensorBox
    private let outputGradient: TensorBox?
    private let inputGradient: TensorBox?
    private let pattern: ChannelPattern
    private let pixels: Int
    private let batch: Int
    private let sums: Numbers

    init(input: TensorBox, output: TensorBox, outputGradient: TensorBox?, inputGradient: TensorBox?) {
        self.input = input
        self.output = output
        self.outputGradient = outputGradient
        self.inputGradient = inputGradient
        let shape = input.tensor.shape
        batch = shape[0]
        pixels = shape[1] * shape[2]
        pattern = ChannelPattern(pixels: pixels, channels: shape[3])
        sums = Numbers(batch * pattern.period)
    }

    func forward(_ state: PassState) {
        sums.clear()
        let (channels, period) = (pattern.channels, pattern.period)
        input.tensor.withPointer { x in
            output.tensor.withMutablePointer { y in
                state.pool.forEach(batch) { picture, _ in
                    let own = sums.address + picture * period
                    ccnn_channelSums(pixels * channels, period, x + picture * pixels * channels, own)
                    for channel in 0..<channels {
                        var total = 0.0
                        for i in stride(from: channel, to: period, by: channels) { total += Double(own[i]) }
                        y[picture * channels + channel] = Float(total / Double(pixels))
                    }
                }
            }
        }
    }

    func backward(_ state: PassState) {
        guard let outputGradient, let inputGradient else { return }
        let channels = pattern.channels
        outputGradient.tensor.withPointer { dy in
            inputGradient.tensor.withMutablePointer { dx in
                state.pool.forEach(batch) { picture, _ in
                    let start = dx + picture * pixels * channels
                    for channel in 0..<channels { start[channel] = dy[picture * channels + channel] / Float(pixels) }
                    // What is written is copied on, twice as much each time.
                    var done = channels
                    while done < pixels * channels {
                        let count = min(done, pixels * channels - done)
                        (start + done).update(from: start, count: count)
                        done += count
                    }
                }
            }
        }
    }
}
