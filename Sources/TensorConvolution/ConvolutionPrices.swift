extension ConvolutionWork {
    /// What one unit of each quantity costs on one core, in seconds.
    ///
    /// Fitted by non-negative least squares of the relative error to the times of 330 random layers, for the direct sum of another 220, on one core of a Zen 5 server with AVX-512. Only their
    /// ratios matter for a choice, and these depend less on the machine than the prices themselves; where it matters, measure.
    static func prices(
        _ algorithm: ConvolutionAlgorithm, _ direction: ConvolutionDirection, isChannelwise: Bool
    ) -> ConvolutionWork {
        let nanoseconds: (products: Double, transformed: Double, moved: Double, calls: Double) =
            switch (algorithm, direction, isChannelwise) {
            case (.direct, .forward, false): (0.129, 1.59, 0.16, 23.3)
            case (.direct, .forward, true): (0.430, 2.04, 0.00, 2.4)
            case (.direct, .inputGradient, false): (0.128, 2.29, 0.48, 21.6)
            case (.direct, .inputGradient, true): (0.416, 3.07, 0.23, 2.3)
            case (.direct, .kernelGradient, false): (0.142, 0.07, 0.12, 17.0)
            case (.direct, .kernelGradient, true): (0.305, 4.38, 0.46, 4.5)
            case (.winograd4x4, .forward, false): (0.136, 1.06, 0.66, 0.0)
            case (.winograd4x4, .forward, true): (0.803, 0.71, 3.33, 3.9)
            case (.winograd4x4, .inputGradient, false): (0.157, 0.93, 0.49, 13.6)
            case (.winograd4x4, .inputGradient, true): (0.819, 0.73, 2.73, 3.4)
            case (.winograd4x4, .kernelGradient, false): (0.201, 0.46, 1.45, 5.5)
            case (.winograd4x4, .kernelGradient, true): (0.524, 1.05, 2.63, 2.6)
            case (.winograd2x2, .forward, false): (0.129, 1.04, 0.20, 0.0)
            case (.winograd2x2, .forward, true): (0.879, 0.47, 1.51, 4.1)
            case (.winograd2x2, .inputGradient, false): (0.133, 1.08, 0.51, 0.0)
            case (.winograd2x2, .inputGradient, true): (0.822, 0.46, 3.40, 4.5)
            case (.winograd2x2, .kernelGradient, false): (0.166, 0.73, 0.53, 0.0)
            case (.winograd2x2, .kernelGradient, true): (0.567, 1.14, 4.83, 0.9)
            case (.fourier, .forward, false): (0.198, 0.44, 1.02, 11.5)
            case (.fourier, .forward, true): (1.557, 0.00, 1.37, 5.5)
            case (.fourier, .inputGradient, false): (0.215, 0.60, 0.85, 4.2)
            case (.fourier, .inputGradient, true): (1.191, 0.06, 1.60, 4.1)
            case (.fourier, .kernelGradient, false): (0.194, 0.39, 1.10, 10.8)
            case (.fourier, .kernelGradient, true): (1.682, 0.00, 1.30, 4.1)
            }
        return ConvolutionWork(
            products: nanoseconds.products * 1e-9, transformed: nanoseconds.transformed * 1e-9,
            moved: nanoseconds.moved * 1e-9, calls: nanoseconds.calls * 1e-9)
    }
}
