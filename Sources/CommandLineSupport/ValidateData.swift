import ContinuousCNN
import Experiments
import Foundation

/// The data that a validation finds.
enum ValidateData {
    /// Reads what `request` asks for and, unless that is drawn, what else its folder holds: CIFAR-100, the files of `kernels` and, but for quick
    /// effort, M2NIST.
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
        for (network, tensors) in try kernelFiles(in: request.dataFolder) {
            let layers = tensors.compactMap { layer($0, of: network) }
            if !layers.isEmpty { data.kernels.append((network, layers)) }
            do {
                if let read = try ResidualStateDictionary(tensors)?.network(network, dataset: data.pictures.name),
                    read.graph.output.channels == data.pictures.training.classNames.count
                {
                    data.networks.append(read)
                }
            } catch {
                throw CommandFailure("\(network).safetensors: \(error)")
            }
        }
        return data
    }

    /// The tensors of every safetensors file in the folder `kernels` of `folder`, by the file's name.
    private static func kernelFiles(
        in folder: URL
    ) throws(CommandFailure) -> [(network: String, tensors: [StoredTensor])] {
        let place = folder.appendingPathComponent("kernels")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: place.path)) ?? []
        do {
            return try names.sorted().filter { $0.hasSuffix(".safetensors") }.map { name in
                let archive = try TensorArchive(contentsOf: place.appendingPathComponent(name))
                return (String(name.dropLast(".safetensors".count)), try archive.tensors())
            }
        } catch {
            throw CommandFailure(error)
        }
    }

    /// The kernels of a tensor, if it has any larger than 1×1.
    private static func layer(_ tensor: StoredTensor, of network: String) -> KernelLayer? {
        guard tensor.shape.rank == 4, let layer = KernelLayer(tensor), layer.tapCount > 1,
            layer.taps.allSatisfy(\.isFinite)
        else { return nil }
        return KernelLayer(
            name: "\(network) \(layer.name)", outputs: layer.outputs, inputs: layer.inputs, height: layer.height,
            width: layer.width, taps: layer.taps)
    }
}
