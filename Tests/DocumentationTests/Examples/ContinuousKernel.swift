import ContinuousCNN

func resample(_ fit: LayerFit) -> [Double] {
    // begin
    let spacing = 32.0 / 48.0  // the same domain with 48 samples where 32 were
    let finer = Grid(width: 13, height: 13, spacing: [spacing, spacing], origin: [-6 * spacing, -6 * spacing])
    let density = fit.continuousKernel(0).sampled(on: finer)
    let taps = density.values.map { $0 * spacing * spacing }  // weights of a sum are densities times the area of a cell
    // end
    return taps
}
