import Parallelism

/// A convolution as the algorithms see it: zero boundaries, whatever padding, and pictures, kernels and results as plain memory,
/// `[batch, height, width, channels]` and `[kernelHeight, kernelWidth, inputChannels / groups, outputChannels]`.
struct CorrelationGeometry: Hashable, Sendable {
    var batch: Int
    var vertical: Axis
    var horizontal: Axis
    var inputChannels: Int
    var outputChannels: Int
    var groups: Int

    var inputCount: Int { batch * vertical.input * horizontal.input * inputChannels }
    var outputCount: Int { batch * vertical.output * horizontal.output * outputChannels }
    var kernelCount: Int { vertical.kernel * horizontal.kernel * inputChannels / groups * outputChannels }

    /// Whether every channel is a group of its own on both sides.
    var isChannelwise: Bool { groups == inputChannels && groups == outputChannels && groups > 1 }

    var hasUnitStride: Bool { vertical.stride == 1 && horizontal.stride == 1 }

    /// Whether every output pixel is a sum over the channels of the input pixel at its place.
    var isPointwise: Bool {
        [vertical, horizontal].allSatisfy {
            $0.kernel == 1 && $0.stride == 1 && $0.padding == 0 && $0.input == $0.output
        }
    }

    /// The same pointwise convolution with as many rows of a picture joined to one as have `pixels` together at most.
    func joiningRows(pixels: Int) -> CorrelationGeometry {
        let most = max(pixels / max(horizontal.input, 1), 1)
        guard let rows = (1...most).last(where: { vertical.input.isMultiple(of: $0) }) else { return self }
        var joined = self
        joined.vertical.input /= rows
        joined.horizontal.input *= rows
        joined.vertical.output = joined.vertical.input
        joined.horizontal.output = joined.horizontal.input
        return joined
    }

    /// The convolution that computes the input's gradient for stride 1 from the output's, with the kernel that
    /// `transposeKernel` makes.
    var adjoint: CorrelationGeometry {
        CorrelationGeometry(
            batch: batch, vertical: vertical.adjoint, horizontal: horizontal.adjoint, inputChannels: outputChannels,
            outputChannels: inputChannels, groups: groups)
    }

    /// Writes the kernel of the adjoint: taps in reverse order, input and output channels exchanged within each group.
    func transposeKernel(
        _ kernel: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>, pool: WorkerPool
    ) {
        let taps = vertical.kernel * horizontal.kernel
        let (inputs, outputs) = (inputChannels / groups, outputChannels / groups)
        pool.forEach(taps) { tap in
            let from = kernel + (taps - 1 - tap) * inputs * outputChannels
            let to = target + tap * outputs * inputChannels
            for group in 0..<groups {
                for o in 0..<outputs {
                    for i in 0..<inputs {
                        to[o * inputChannels + group * inputs + i] = from[i * outputChannels + group * outputs + o]
                    }
                }
            }
        }
    }
}
