import ContinuousCNN
import Reports

/// What a free centre and a constant explain beyond fits of order 2 without them, of kernels and of noise.
func centreTable(of layers: [KernelLayer]) throws -> Table {
    let fixed = FitOptions(order: 2, scale: .perKernel, sigmaRange: 0.3...4)
    var moved = fixed
    moved.center = .free
    moved.hasConstant = true
    return Table(
        columns: [
            .init("layer"), .init("R², fixed", .decimal), .init("noise", .decimal), .init("R², free", .decimal),
            .init("noise", .decimal), .init("distance of the centre", .decimal),
        ],
        rows: try layers.map { layer in
            let (before, after) = (try LayerFit(layer, options: fixed), try LayerFit(layer, options: moved))
            let noise = try [fixed, moved].map { try NoiseEnergy.ofEveryOrder(like: layer, options: $0)[2].mean }
            let distance = after.kernels.map { ($0.shape.center * $0.shape.center).sum().squareRoot() }.sorted()
            let numbers = [before.explainedEnergy, noise[0], after.explainedEnergy, noise[1]]
            return [.init(layer.name)] + numbers.map { .init(Format.fixed($0, decimals: 3)) }
                + [.init(Format.fixed(distance[distance.count / 2], decimals: 2))]
        }, footer: "Free: centre and constant too. The distance is a median over the layer's kernels, in samples.")
}

/// The first kernel of a fit on a grid that is `factor` times as fine.
struct FinerKernel {
    let image: KernelImage
    let cellArea: Double
    /// The largest difference from the fitted taps, where the grids meet.
    let difference: Double

    init(of fit: LayerFit, factor: Int) {
        let (width, height) = (fit.layer.width, fit.layer.height)
        let fine = Grid(
            width: factor * (width - 1) + 1, height: factor * (height - 1) + 1,
            spacing: .init(repeating: 1 / Double(factor)),
            origin: [-Double(width - 1) / 2, -Double(height - 1) / 2])
        let values = fit.continuousKernel(0).sampled(on: fine).values
        let taps = (0..<height).flatMap { row in (0..<width).map { values[factor * (row * fine.width + $0)] } }
        image = KernelImage(width: fine.width, height: fine.height, values: values)
        cellArea = fine.cellArea
        difference = zip(taps, fit.kernels[0].fitted).reduce(0) { max($0, abs($1.0 - $1.1)) }
    }
}
