import Foundation
import KernelFiles
import KernelFitting
import TensorFiles
import Tensors

/// What `ccnn fit --export` writes: for each layer its coefficients, σ and fitted taps.
enum FitExport {
    /// The extensions of files that can be written; each says the format.
    static let extensions = ["safetensors", "npz", "pt", "pth"]

    /// Writes `NAME.coefficients` and `NAME.standardErrors` [out, in, functions], `NAME.sigma` and `NAME.explainedEnergy`
    /// [out, in] in double precision, and the fitted taps under `NAME` alone, in the axes and, as far as it is a float of at least 32
    /// bits, the precision of the input: a network that loads the file takes them in place of its own. With jets of several scales the functions of each follow one another. Only safetensors keep beside them how they
    /// were made: `order` names every order there is among the layers, and `NAME.order` that of a layer.
    ///
    /// - Throws: `TensorFileError` where writing fails; a file that was there before is then untouched.
    static func write(_ fitted: [FittedLayer], of source: KernelSource, _ request: FitRequest, to url: URL) throws {
        let stored = zip(fitted, source.layers).flatMap { tensors(of: $0.fit, in: $1) }
        switch url.pathExtension.lowercased() {
        case "npz": try NpzFile.write(stored, to: url)
        case "pt", "pth": try TorchFile.write(stored, to: url)
        default: try SafetensorsFile.write(stored, metadata: metadata(fitted, source, request), to: url)
        }
    }

    private static func metadata(
        _ fitted: [FittedLayer], _ source: KernelSource, _ request: FitRequest
    ) -> [String: String] {
        let options = request.options
        let orders = fitted.map { ($0.fit.layer.name + ".order", String($0.fit.options.order)) }
        let ofAll: [String: String] = [
            "order": Set(fitted.map(\.fit.options.order)).sorted().map { String($0) }.joined(separator: ","),
            "orderChoice": request.orderChoice.rawValue,
            "discretization": Set(fitted.map(\.fit.options.discretization.rawValue)).sorted().joined(separator: ","),
            "center": options.center.rawValue,
            "constant": String(options.hasConstant),
            "sigmaModel": options.sigmaModel.rawValue,
            "scaleRatios": options.scaleRatios.map { String($0) }.joined(separator: ","),
            "ridge": String(options.ridge),
            "dilation": String(options.dilation),
            "convention": FitDocument.convention,
            "sigma": options.scale.name,
            "axes": Set(source.layers.map(\.use.axes.rawValue)).sorted().joined(separator: ","),
        ]
        return ofAll.merging(orders) { _, ofLayer in ofLayer }
    }

    private static func tensors(of fit: LayerFit, in source: KernelSource.Layer) -> [StoredTensor] {
        let layer = fit.layer
        let perKernel = TensorShape([layer.outputs, layer.inputs])
        let perFunction = TensorShape([layer.outputs, layer.inputs, fit.functionNames.count])
        return shape(of: fit) + [
            StoredTensor(name: layer.name + ".coefficients", shape: perFunction, fit.kernels.flatMap(\.coefficients)),
            StoredTensor(
                name: layer.name + ".standardErrors", shape: perFunction, fit.kernels.flatMap(\.standardErrors)),
            StoredTensor(name: layer.name + ".sigma", shape: perKernel, fit.kernels.map(\.sigma)),
            StoredTensor(name: layer.name + ".explainedEnergy", shape: perKernel, fit.kernels.map(\.explainedEnergy)),
            layer.stored(
                fit.kernels.flatMap(\.fitted), as: source.use,
                scalarType: source.isDoublePrecision ? .float64 : .float32),
        ]
    }

    /// `NAME.center` [out, in, 2], `NAME.stretch` [out, in, 2] and `NAME.constant` [out, in], as far as they were fitted.
    private static func shape(of fit: LayerFit) -> [StoredTensor] {
        let layer = fit.layer
        let pairs = TensorShape([layer.outputs, layer.inputs, 2])
        var tensors: [StoredTensor] = []
        if fit.options.center == .free {
            let centers = fit.kernels.flatMap { [$0.shape.center.x, $0.shape.center.y] }
            tensors.append(StoredTensor(name: layer.name + ".center", shape: pairs, centers))
        }
        if fit.options.sigmaModel == .affine {
            let stretches = fit.kernels.flatMap { [$0.shape.stretch.x, $0.shape.stretch.y] }
            tensors.append(StoredTensor(name: layer.name + ".stretch", shape: pairs, stretches))
        }
        if fit.options.hasConstant {
            let shape = TensorShape([layer.outputs, layer.inputs])
            tensors.append(StoredTensor(name: layer.name + ".constant", shape: shape, fit.kernels.map(\.constant)))
        }
        return tensors
    }
}
