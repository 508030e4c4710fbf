import ContinuousCNN
import Experiments
import Foundation

/// The data that a validation finds.
enum ValidateData {
    /// Reads what `request` asks for and what else its folder holds; quick effort reads the pictures alone.
    ///
    /// - Throws: `CommandFailure` where files are not there that were asked for, or are not what they should be.
    static func read(_ request: ValidateRequest) throws(CommandFailure) -> ExperimentData {
        var data = ExperimentData(pictures: try request.data.read(from: request.dataFolder))
        guard request.data != .shapes else { return data }
        if DatasetSource.cifar100.location(in: request.dataFolder) != nil {
            data.manyClasses = try DatasetSource.cifar100.read(from: request.dataFolder)
        }
        if request.effort != .quick, DatasetSource.m2nist.location(in: request.dataFolder) != nil {
            data.segmentation = try DatasetSource.m2nist.read(from: request.dataFolder)
        }
        data.kernels = try kernels(in: request.dataFolder)
        return data
    }

    /// The kernels of every safetensors file in the folder `kernels` of `folder`, one network a file.
    private static func kernels(
        in folder: URL
    ) throws(CommandFailure) -> [(network: String, layers: [KernelLayer])] {
        let place = folder.appendingPathComponent("kernels")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: place.path)) ?? []
        var found: [(network: String, layers: [KernelLayer])] = []
        for name in names.sorted() where name.hasSuffix(".safetensors") {
            do {
                let archive = try TensorArchive(contentsOf: place.appendingPathComponent(name))
                let network = String(name.dropLast(".safetensors".count))
                var layers: [KernelLayer] = []
                for tensor in try archive.tensors() where tensor.shape.rank == 4 {
                    guard let layer = KernelLayer(tensor), layer.tapCount > 1, layer.taps.allSatisfy(\.isFinite)
                    else { continue }
                    layers.append(
                        KernelLayer(
                            name: "\(network) \(layer.name)", outputs: layer.outputs, inputs: layer.inputs,
                            height: layer.height, width: layer.width, taps: layer.taps))
                }
                if !layers.isEmpty { found.append((network, layers)) }
            } catch {
                throw CommandFailure(error)
            }
        }
        return found
    }
}
