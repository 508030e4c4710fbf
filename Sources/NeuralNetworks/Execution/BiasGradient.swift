import CInnerLoops
import Tensors

/// The gradient of a bias: the sum of the output's gradient over all pixels of the batch.
final class BiasGradient {
    private let place: Int
    private let outputGradient: TensorBox
    private let pattern: ChannelPattern
    private let sums: Numbers

    /// - Parameter place: Where the bias lies among the network's weights.
    init(place: Int, outputGradient: TensorBox) {
        self.place = place
        self.outputGradient = outputGradient
        let shape = outputGradient.tensor.shape
        pattern = ChannelPattern(pixels: shape[0] * shape[1] * shape[2], channels: shape[3])
        sums = Numbers(pattern.period * pattern.blocks.blockCount)
    }

    /// Writes the gradient.
    func sum(_ state: PassState) {
        sums.clear()
        outputGradient.tensor.withPointer { dy in
            state.pool.forEach(pattern.blocks.blockCount) { block, _ in
                let (start, count) = pattern.values(of: block)
                ccnn_channelSums(count, pattern.period, dy + start, sums.address + block * pattern.period)
            }
        }
        for channel in 0..<pattern.channels {
            let total = pattern.folded(sums.address, stride: pattern.period, channel: channel)
            state.gradients[place][channel] = Float(total)
        }
    }
}
