import Foundation

// begin
import ContinuousCNN

/// Writes the checkpoint again, every kernel larger than 1×1 replaced by its fit of the given order.
func substitute(_ checkpoint: URL, order: Int, into output: URL) throws {
    var options = FitOptions(order: order, scale: .perKernel)
    options.center = .free
    let tensors = try TensorArchive(contentsOf: checkpoint).tensors().map { tensor in
        guard let layer = KernelLayer(tensor), layer.height > 1, layer.width > 1 else { return tensor }
        let fit = try LayerFit(layer, options: options)
        print("\(tensor.name): R² \(fit.explainedEnergy), by chance \(fit.chanceEnergy)")
        return StoredTensor(name: tensor.name, shape: tensor.shape, fit.kernels.flatMap(\.fitted), as: .float32)
    }
    try SafetensorsFile.write(tensors, to: output)
}
// end
