import GaussianKernels

/// The one-dimensional factors of a jet along one axis of a kernel: (−σ)ⁿ g⁽ⁿ⁾(u − c; σ) for n = 0, …, order, at the places u of its taps.
struct JetAxis {
    /// The values, an array of `count` for each order.
    let functions: [[Double]]
    /// Their derivatives by the centre c, of orders 0 to the one asked for.
    let slopes: [[Double]]

    /// Samples the factors.
    ///
    /// - Parameters:
    ///   - order: The highest order of derivative.
    ///   - center: The centre c, in samples from the middle of the taps.
    ///   - slopeOrder: The highest order whose slope is asked for; −1 for none.
    init(
        order: Int, sigma: Double, discretization: Discretization, count: Int, dilation: Int = 1, center: Double = 0,
        slopeOrder: Int = -1
    ) {
        let first = -Double((count - 1) * dilation) / 2 - center
        let length = (count - 1) * dilation + 1
        func atTaps(_ values: [[Double]], sign: Double) -> [[Double]] {
            var factor = sign
            return values.map { derivative in
                defer { factor *= -sigma }
                return stride(from: 0, to: length, by: dilation).map { factor * derivative[$0] }
            }
        }
        functions = atTaps(
            discretization.derivatives(through: order, sigma: sigma, first: first, count: length), sign: 1)
        slopes =
            slopeOrder < 0
            ? []
            : atTaps(
                discretization.slopes(through: slopeOrder, sigma: sigma, first: first, count: length), sign: -1)
    }
}
