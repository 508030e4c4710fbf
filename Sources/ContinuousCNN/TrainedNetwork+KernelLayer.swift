import KernelFitting
import TensorFiles
import TrainedNetworks

extension TrainedNetwork {
    /// The network's kernels larger than 1×1, one layer for each convolution, called after network and parameter: `dilated.conv2.kernel`.
    /// - Throws: `TrainedNetworkError` where the weights cannot be read.
    /// - Complexity: O(weights).
    public func kernelLayers() throws(TrainedNetworkError) -> [KernelLayer] {
        try tensors().compactMap { tensor in
            guard tensor.shape.rank == 4, tensor.shape[0] > 1, tensor.name.hasSuffix(".kernel") else { return nil }
            var named = tensor
            named.name = "\(name).\(tensor.name)"
            return KernelLayer(named, axes: .hwio)
        }
    }
}
