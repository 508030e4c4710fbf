import ContinuousCNN
import Foundation

/// The layers to fit: of a file, or some classical operators. Ends the program with a sentence where a file has none.
func kernelLayers(in path: String?, most: Int) -> [KernelLayer] {
    guard let path else {
        let names = [
            "sobel-3x3", "laplacian-3x3", "laplacian-of-gaussian-5x5", "sobel-5x5", "sobel-7x7", "binomial-7x7",
            "box-7x7",
            "difference-of-gaussians-11x11", "gabor-7x7", "gabor-11x11",
        ]
        return names.prefix(most).flatMap { name in ClassicalOperators.layers.filter { $0.name == name } }
    }
    do {
        let archive = try TensorArchive(contentsOf: URL(fileURLWithPath: path))
        let layers = try archive.entries.filter { $0.shape.rank == 4 && $0.shape.extents[2] * $0.shape.extents[3] > 4 }
            .prefix(most).compactMap { KernelLayer(try archive.tensor(named: $0.name), axes: .oihw) }
            .filter { $0.taps.allSatisfy(\.isFinite) }
        if layers.isEmpty { end("\(path): no tensor has four axes and finite kernels of more than four taps") }
        return layers
    } catch {
        end("\(error)")
    }
}

/// The fit of the lowest order that explains a part of the layer's energy, or of the highest order where none does.
func lowestFit(of layer: KernelLayer, explaining part: Double, upTo highest: Int) throws -> LayerFit {
    for order in 0..<highest {
        let fit = try LayerFit(layer, options: FitOptions(order: order, sigmaRange: 0.3...4))
        if fit.explainedEnergy >= part { return fit }
    }
    return try LayerFit(layer, options: FitOptions(order: highest, sigmaRange: 0.3...4))
}

private func end(_ sentence: String) -> Never {
    FileHandle.standardError.write(Data((sentence + "\n").utf8))
    exit(1)
}
