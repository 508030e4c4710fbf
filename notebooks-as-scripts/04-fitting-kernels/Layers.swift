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
        let layers = try KernelFile(contentsOf: URL(fileURLWithPath: path)).read().layers.map(\.kernels)
            .filter { $0.tapCount > 4 }.prefix(most)
        if layers.isEmpty { end("\(path): no layer has finite kernels of more than four taps") }
        return Array(layers)
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
