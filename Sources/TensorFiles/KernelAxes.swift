import Tensors

/// The order in which a file keeps the axes of a layer's kernels: a letter each for outputs, inputs, height and width, outermost first.
///
/// Orders of three letters are of kernels of one dimension; their taps are the width.
public enum KernelAxes: String, Sendable, Hashable, CaseIterable {
    /// `[out, in, height, width]`: PyTorch, ONNX, Caffe, and Keras 1 with Theano.
    case oihw
    /// `[height, width, in, out]`: TensorFlow, Keras, Flax, and this library's own networks.
    ///
    /// Depthwise kernels of TensorFlow and Keras, `[height, width, in, multiplier]`, are of this order too, with the multiplier in
    /// the place of the outputs: one kernel for each input and multiplier.
    case hwio
    /// `[out, height, width, in]`: TensorFlow Lite.
    case ohwi
    /// `[in, height, width, out]`: depthwise kernels of TensorFlow Lite, whose first extent is 1.
    case ihwo
    /// `[in, out, height, width]`: transposed convolutions of PyTorch, ONNX and Caffe.
    case iohw
    /// `[height, width, out, in]`: transposed convolutions of TensorFlow and Keras.
    case hwoi
    /// `[out, in, width, height]`: MATLAB's `[height, width, in, out]` as HDF5 keeps it, slowest axis first.
    case oiwh
    /// `[out, in, taps]`: one-dimensional convolutions of PyTorch and ONNX.
    case oiw
    /// `[taps, in, out]`: one-dimensional convolutions of TensorFlow and Keras.
    case wio
    /// `[in, out, taps]`: transposed one-dimensional convolutions of PyTorch and ONNX.
    case iow
    /// `[taps, out, in]`: transposed one-dimensional convolutions of TensorFlow and Keras.
    case woi

    /// The number of axes: 4, or 3 of kernels of one dimension.
    public var rank: Int { rawValue.count }

    /// What a permutation of axes needs to take kernels of this order to kernels of another, for the `permuted` of tensors: element n
    /// is the axis of this order that becomes axis n of the other.
    /// - Precondition: Both orders have as many axes.
    public func permutation(to other: KernelAxes) -> [Int] {
        precondition(rank == other.rank, "\(self) and \(other) have different numbers of axes")
        let letters = Array(rawValue)
        return other.rawValue.compactMap { letter in letters.firstIndex(of: letter) }
    }

    /// The order of the library's own layers with as many axes: `oihw`, or `oiw` of one dimension.
    public var canonical: KernelAxes { rank == 4 ? .oihw : .oiw }

    /// What the axes of `shape`, kernels in this order, count; nil where there are not as many of them. Kernels of one dimension
    /// have the height 1.
    public func extents(of shape: TensorShape) -> KernelExtents? {
        guard shape.rank == rank else { return nil }
        var extents = KernelExtents(outputs: 1, inputs: 1, height: 1, width: 1)
        for (letter, extent) in zip(rawValue, shape.extents) {
            switch letter {
            case "o": extents.outputs = extent
            case "i": extents.inputs = extent
            case "h": extents.height = extent
            default: extents.width = extent
            }
        }
        return extents
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
