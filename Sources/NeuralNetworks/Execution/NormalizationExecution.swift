import CInnerLoops
import Parallelism
import Tensors

/// Batch normalisation, with a ReLU after it where one follows.
///
/// Both directions read the batch twice and write it once. Of a shared batch, statistics and the sums of the gradient are those of the whole, so that
/// the gradients of scale and shift are too. Statistics are summed in single precision over some thousand values, relative to
/// one of them so that nothing cancels, and in double precision over all.
final class NormalizationExecution: LayerExecution {
    /// What is added to the variance.
    static let epsilon = 1e-3

    /// Where the weights lie among the network's.
    struct Places {
        let scale: Int
        let shift: Int
        let mean: Int
        let variance: Int
    }

    private let input: TensorBox
    private let output: TensorBox
    private let outputGradient: TensorBox?
    private let inputGradient: TensorBox?
    private let places: Places
    private let rectifies: Bool
    private let pattern: ChannelPattern
    private let pixels: Int

    // One number for each channel, of the last training pass.
    private var mean: [Double]
    private var variance: [Double]
    private var inverseDeviation: [Double]
    // Of its backward pass: the mean of g, and that of g·x̂ over the deviation.
    private var means: [Double]
    private var slopes: [Double]
    // The two sums over pixels of each channel that those come from, and in a shared batch the moments of its parts.
    private var totals: [Double]

    // Numbers repeated over a period.
    private let pivot: Numbers
    private let scale: Numbers
    private let shift: Numbers
    private let factors: [Numbers]
    /// Two sums for each block.
    private let sums: Numbers

    init(
        input: TensorBox, output: TensorBox, outputGradient: TensorBox?, inputGradient: TensorBox?, places: Places,
        rectifies: Bool
    ) {
        self.input = input
        self.output = output
        self.outputGradient = outputGradient
        self.inputGradient = inputGradient
        self.places = places
        self.rectifies = rectifies
        let shape = input.tensor.shape
        pixels = shape[0] * shape[1] * shape[2]
        pattern = ChannelPattern(pixels: pixels, channels: shape[3])
        mean = Array(repeating: 0, count: shape[3])
        (variance, inverseDeviation, means, slopes) = (mean, mean, mean, mean)
        totals = mean + mean
        pivot = Numbers(pattern.period)
        scale = Numbers(pattern.period)
        shift = Numbers(pattern.period)
        factors = (0..<3).map { [pattern] _ in Numbers(pattern.period) }
        sums = Numbers(2 * pattern.period * pattern.blocks.blockCount)
    }

    func forward(_ state: PassState) {
        if state.isTraining {
            measure(state)
        } else {
            for channel in 0..<pattern.channels {
                mean[channel] = Double(state.weights.tensors[places.mean][channel])
                let variance = Double(state.weights.tensors[places.variance][channel])
                inverseDeviation[channel] = 1 / (variance + Self.epsilon).squareRoot()
            }
        }
        let (scales, shifts) = (state.weights.tensors[places.scale], state.weights.tensors[places.shift])
        pattern.repeated(into: scale) { Float(Double(scales[$0]) * inverseDeviation[$0]) }
        pattern.repeated(into: shift) {
            Float(Double(shifts[$0]) - mean[$0] * inverseDeviation[$0] * Double(scales[$0]))
        }
        input.tensor.withPointer { x in
            output.tensor.withMutablePointer { y in
                state.pool.forEach(pattern.blocks.blockCount) { block, _ in
                    let (start, count) = pattern.values(of: block)
                    ccnn_scaleShift(
                        count, pattern.period, x + start, scale.address, shift.address, rectifies, y + start)
                }
            }
        }
    }

    /// Computes mean and variance of the batch and lets them into the running averages.
    private func measure(_ state: PassState) {
        sums.clear()
        let stride = 2 * pattern.period
        input.tensor.withPointer { x in
            let middle = x + pixels / 2 * pattern.channels
            pattern.repeated(into: pivot) { middle[$0] }
            state.pool.forEach(pattern.blocks.blockCount) { block, _ in
                let (start, count) = pattern.values(of: block)
                let own = sums.address + block * stride
                ccnn_channelMoments(count, pattern.period, x + start, pivot.address, own, own + pattern.period)
            }
        }
        for channel in 0..<pattern.channels {
            let first = pattern.folded(sums.address, stride: stride, channel: channel) / Double(pixels)
            let second =
                pattern.folded(sums.address + pattern.period, stride: stride, channel: channel) / Double(pixels)
            variance[channel] = max(second - first * first, 0)
            mean[channel] = Double(pivot.address[channel]) + first
        }
        if let sharedBatch = state.sharedBatch { share(sharedBatch, state) }
        for channel in 0..<pattern.channels {
            inverseDeviation[channel] = 1 / (variance[channel] + Self.epsilon).squareRoot()
            let (old, new) = (state.momentum, 1 - state.momentum)
            let (runningMean, runningVariance) = (
                state.weights.tensors[places.mean][channel], state.weights.tensors[places.variance][channel]
            )
            state.weights.tensors[places.mean][channel] = old * runningMean + new * Float(mean[channel])
            state.weights.tensors[places.variance][channel] = old * runningVariance + new * Float(variance[channel])
        }
    }

    /// Makes mean and variance of this network's pictures those of the whole batch.
    ///
    /// Moments are added up about the running mean, which all networks share and which is near, so that little cancels: the error of the
    /// variance is some 2⁻⁵³ times the square of the distance between the two means.
    private func share(_ sharedBatch: any SharedBatch, _ state: PassState) {
        let channels = pattern.channels
        let origin = state.weights.tensors[places.mean]
        for channel in 0..<channels {
            let offset = mean[channel] - Double(origin[channel])
            totals[channel] = Double(pixels) * offset
            totals[channels + channel] = Double(pixels) * (variance[channel] + offset * offset)
        }
        sharedBatch.sum(&totals)
        let all = pixelsOfBatch(state)
        for channel in 0..<channels {
            let offset = totals[channel] / all
            mean[channel] = Double(origin[channel]) + offset
            variance[channel] = max(totals[channels + channel] / all - offset * offset, 0)
        }
    }

    /// The number of pixels of the whole batch.
    private func pixelsOfBatch(_ state: PassState) -> Double {
        let pictures = input.tensor.shape[0]
        return Double(pixels / pictures * (state.sharedBatch?.count ?? pictures))
    }

    func backward(_ state: PassState) {
        guard let outputGradient else { return }
        let stride = 2 * pattern.period
        sums.clear()
        pattern.repeated(into: pivot) { Float(mean[$0]) }
        input.tensor.withPointer { x in
            outputGradient.tensor.withPointer { dy in
                state.pool.forEach(pattern.blocks.blockCount) { block, _ in
                    let (start, count) = pattern.values(of: block)
                    let own = sums.address + block * stride
                    ccnn_gradientMoments(
                        count, pattern.period, dy + start, x + start, scale.address, shift.address, pivot.address,
                        rectifies, own, own + pattern.period)
                }
            }
        }
        sumGradients(state)
        guard let inputGradient else { return }
        input.tensor.withPointer { x in
            // The two gradients may be one tensor, so that only one of them may be accessed as such.
            let address = outputGradient.tensor.withPointer { $0 }
            inputGradient.tensor.withMutablePointer { dx in
                let dy = inputGradient === outputGradient ? UnsafePointer(dx) : address
                state.pool.forEach(pattern.blocks.blockCount) { block, _ in
                    let (start, count) = pattern.values(of: block)
                    ccnn_normalizationGradient(
                        count, pattern.period, dy + start, x + start, scale.address, shift.address,
                        factors[0].address, factors[1].address, factors[2].address, rectifies, dx + start)
                }
            }
        }
    }

    /// The gradients of scale and shift, and the factors of dx = a·g − b·x − c, which is
    /// scale/deviation·(g − mean(g) − x̂·mean(g·x̂)) with x̂ the normalised input.
    private func sumGradients(_ state: PassState) {
        let (stride, channels) = (2 * pattern.period, pattern.channels)
        for channel in 0..<channels {
            totals[channel] = pattern.folded(sums.address, stride: stride, channel: channel)
            totals[channels + channel] = pattern.folded(
                sums.address + pattern.period, stride: stride, channel: channel)
        }
        state.sharedBatch?.sum(&totals)
        let all = pixelsOfBatch(state)
        for channel in 0..<channels {
            let (sum, product) = (totals[channel], totals[channels + channel])
            let inverse = inverseDeviation[channel]
            state.gradients[places.shift][channel] = Float(sum)
            state.gradients[places.scale][channel] = Float(product * inverse)
            slopes[channel] = inverse * inverse * product / all
            means[channel] = sum / all
        }
        pattern.repeated(into: factors[0]) { scale.address[$0] }
        pattern.repeated(into: factors[1]) { Float(Double(scale.address[$0]) * slopes[$0]) }
        pattern.repeated(into: factors[2]) {
            Float(Double(scale.address[$0]) * (means[$0] - slopes[$0] * mean[$0]))
        }
    }
}
