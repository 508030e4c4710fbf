import Foundation

// begin
import ContinuousCNN

/// Writes the checkpoint again, every kernel larger than 1×1 replaced by its fit of the given order.
func substitute(_ checkpoint: URL, order: Int, into output: URL) throws {
    var options = FitOptions(order: order, scale: .perKernel)
    options.center = .free
    let archive = try TensorArchive(contentsOf: checkpoint)
    var fitted: [String: StoredTensor] = [:]
    for read in try KernelFile(archive).read().layers {
        let fit = try LayerFit(read.kernels, options: options)
        print("\(read.layer.name): R² \(fit.explainedEnergy), by chance \(fit.chanceEnergy)")
        let taps = fit.kernels.flatMap(\.fitted)
        fitted[read.layer.storedName] = read.kernels.stored(taps, as: read.layer.use, name: read.layer.storedName)
    }
    let tensors = try archive.tensors().map { fitted[$0.name] ?? $0 }
    try SafetensorsFile.write(tensors, to: output)
}
// end
