import Foundation

// begin
import ContinuousCNN

func describe(_ file: URL, _ name: String) throws {
    let tensor = try TensorArchive(contentsOf: file).tensor(named: name)
    guard let layer = KernelLayer(tensor, axes: .oihw) else { return }
    let fit = try LayerFit(layer, options: FitOptions(order: 4, scale: .shared))
    print("σ = \(fit.sigma), R² = \(fit.explainedEnergy), by chance \(fit.chanceEnergy)")
    print(zip(fit.terms, fit.kernels[0].coefficients).map { "\($0.name): \($1)" })
    let finer = Grid(width: 29, height: 29, spacing: [0.25, 0.25], origin: [-3.5, -3.5])
    print(fit.continuousKernel(0).sampled(on: finer).values)
}
// end
