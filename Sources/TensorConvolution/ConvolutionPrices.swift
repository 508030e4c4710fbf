extension ConvolutionWork {
    /// What one unit of each quantity costs on one core, in seconds.
    ///
    /// Fitted by non-negative least squares of the relative error to the times of 300 random layers on one core of a Zen 5 server with AVX-512. Only their
    /// ratios matter for a choice, and these depend less on the machine than the prices themselves; where it matters, measure.
    static func prices(
        _ algorithm: ConvolutionAlgorithm, _ direction: ConvolutionDirection, isChannelwise: Bool
    ) -> ConvolutionWork {
        let nanoseconds: (products: Double, transformed: Double, moved: Double, calls: Double) =
            switch (algorithm, direction, isChannelwise) {
            case (.direct, .forward, false): (0.128, 1.81, 0.25, 45.3)
            case (.direct, .forward, true): (0.453, 2.77, 0.00, 0.0)
            case (.direct, .inputGradient, false): (0.128, 2.39, 0.38, 39.3)
            case (.direct, .inputGradient, true): (0.441, 2.99, 0.00, 0.0)
            case (.direct, .kernelGradient, false): (0.143, 0.00, 0.32, 48.3)
            case (.direct, .kernelGradient, true): (0.295, 0.00, 0.14, 5.5)
            case (.winograd4x4, .forward, false): (0.124, 1.19, 0.64, 0.0)
            case (.winograd4x4, .forward, true): (1.016, 0.00, 2.77, 0.5)
            case (.winograd4x4, .inputGradient, false): (0.140, 1.16, 0.34, 9.4)
            case (.winograd4x4, .inputGradient, true): (0.932, 0.00, 3.07, 4.0)
            case (.winograd4x4, .kernelGradient, false): (0.182, 0.72, 0.93, 4.4)
            case (.winograd4x4, .kernelGradient, true): (0.759, 0.05, 2.54, 0.0)
            case (.winograd2x2, .forward, false): (0.124, 1.09, 0.38, 0.0)
            case (.winograd2x2, .forward, true): (0.837, 0.00, 5.91, 3.9)
            case (.winograd2x2, .inputGradient, false): (0.125, 1.11, 0.58, 0.0)
            case (.winograd2x2, .inputGradient, true): (0.973, 0.00, 1.35, 3.6)
            case (.winograd2x2, .kernelGradient, false): (0.152, 0.82, 0.83, 0.0)
            case (.winograd2x2, .kernelGradient, true): (0.475, 1.43, 3.81, 3.3)
            case (.fourier, .forward, false): (0.204, 0.48, 0.80, 6.2)
            case (.fourier, .forward, true): (4.893, 0.00, 0.00, 2.7)
            case (.fourier, .inputGradient, false): (0.201, 0.39, 0.98, 44.0)
            case (.fourier, .inputGradient, true): (4.255, 0.27, 0.00, 1.7)
            case (.fourier, .kernelGradient, false): (0.198, 0.49, 0.83, 1.4)
            case (.fourier, .kernelGradient, true): (4.846, 0.00, 0.00, 1.6)
            }
        return ConvolutionWork(
            products: nanoseconds.products * 1e-9, transformed: nanoseconds.transformed * 1e-9,
            moved: nanoseconds.moved * 1e-9, calls: nanoseconds.calls * 1e-9)
    }
}
