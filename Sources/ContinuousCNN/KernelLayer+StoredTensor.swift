import KernelFitting
import TensorFiles

extension KernelLayer {
    /// The kernels that a tensor of a file holds, or nil where it has not four axes or is empty.
    ///
    /// - Parameters:
    ///   - tensor: The file's tensor, in any scalar type.
    ///   - axes: The order of the tensor's axes: `oihw` in PyTorch's files, `hwio` in Keras' and TensorFlow's.
    /// - Complexity: O(count).
    public init?(_ tensor: StoredTensor, axes: KernelAxes = .oihw) {
        guard let extents = axes.extents(of: tensor.shape), tensor.shape.count > 0 else { return nil }
        self.init(
            name: tensor.name, outputs: extents.outputs, inputs: extents.inputs, height: extents.height,
            width: extents.width, taps: tensor.permuted(axes.permutation(to: .oihw)).doubles)
    }
}
