import Parallelism
import Tensors

/// Sums a channels-last tensor over everything but its channels, the last axis: the gradient of a bias from that of the output.
///
/// Blocks of pixels are summed apart and their sums added in order, so that the result does not depend on the number of threads, and rounding errors
/// grow with the square root of a block's size and of the number of blocks, not of the number of pixels.
/// - Precondition: `sums` has one axis, as long as the tensor's last.
/// - Complexity: O(count).
public func sumOverPixels(
    of tensor: Tensor, into sums: inout Tensor, using workSpace: WorkSpace, pool: WorkerPool = .shared
) {
    let channels = tensor.shape.extents.last ?? 1
    precondition(
        sums.shape == [channels],
        "the sums of a tensor of shape \(tensor.shape) have shape [\(channels)], not \(sums.shape)")
    guard channels > 0 else { return }
    let blocks = Partition(itemCount: tensor.count / channels, blockLength: 1_024)
    let stride = roundedToLanes(channels)
    let memory = workSpace.reserve(blocks.count * stride)
    tensor.withUnsafeBufferPointer { source in
        guard let pixels = source.baseAddress else { return }
        pool.forEach(blocks.count) { block in
            let sum = memory + block * stride
            sum.update(repeating: 0, count: channels)
            for pixel in blocks[block] { add(pixels + pixel * channels, to: sum, channels) }
        }
    }
    sums.withUnsafeMutableBufferPointer { sums in
        for channel in 0..<channels { sums[channel] = 0 }
        for block in 0..<blocks.count {
            for channel in 0..<channels { sums[channel] += memory[block * stride + channel] }
        }
    }
}
