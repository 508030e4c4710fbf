import Tensors

/// The order in which a file keeps the four axes of a layer's kernels.
public enum KernelAxes: String, Sendable, Hashable, CaseIterable {
    /// `[out, in, height, width]`: PyTorch, ONNX, Caffe.
    case oihw
    /// `[height, width, in, out]`: TensorFlow, Keras, Flax, and this library's own networks.
    ///
    /// Depthwise kernels of TensorFlow and Keras, `[height, width, in, multiplier]`, are of this order too, with the multiplier in
    /// the place of the outputs: one kernel for each input and multiplier.
    case hwio

    /// What a permutation of axes needs to take kernels of this order to kernels of another, for the `permuted` of tensors: element n
    /// is the axis of this order that becomes axis n of the other.
    public func permutation(to other: KernelAxes) -> [Int] {
        switch (self, other) {
        case (.oihw, .hwio): [2, 3, 1, 0]
        case (.hwio, .oihw): [3, 2, 0, 1]
        case (.oihw, .oihw), (.hwio, .hwio): [0, 1, 2, 3]
        }
    }

    /// What the axes of `shape`, kernels in this order, count; nil where there are not four of them.
    public func extents(of shape: TensorShape) -> KernelExtents? {
        guard shape.rank == 4 else { return nil }
        return switch self {
        case .oihw: KernelExtents(outputs: shape[0], inputs: shape[1], height: shape[2], width: shape[3])
        case .hwio: KernelExtents(outputs: shape[3], inputs: shape[2], height: shape[0], width: shape[1])
        }
    }
}

/// The four extents of a layer's kernels, by name.
public struct KernelExtents: Sendable, Hashable {
    /// Output channels.
    public var outputs: Int
    /// Input channels that each output sees.
    public var inputs: Int
    /// Height in taps.
    public var height: Int
    /// Width in taps.
    public var width: Int
}
