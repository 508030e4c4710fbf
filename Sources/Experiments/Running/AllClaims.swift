/// Every claim of the library, in the order in which they are listed.
public enum AllClaims {
    /// The claims about convolution as an operator on functions.
    public static let functional: [any Claim] = [
        TranslationEquivariance(), ScaleCovariance(), ConvolutionAlgebra(), ActivationBreaksScale(), PointwiseIsDirac(),
    ]

    /// The claims about Gaussian kernels.
    public static let gaussianKernels: [any Claim] = [
        DiracLimit(), DerivativeKernels(), Semigroup(), EffectiveRadius(), OperatorsAfterSmoothing(),
        SmallKernelsKeepHighFrequencies(),
    ]

    /// The claims about what kernels look like after training.
    public static let learnedKernels: [any Claim] = [
        GaussianSpan(), Substitution(), ContinuousNetwork(), Redundancy(), Directionality(), SpatialCorrelation(),
    ]

    /// The claims about whole networks.
    public static let networks: [any Claim] = [
        DownsamplingLoses(), DilationEqualsLargeKernel(), ReceptiveFieldAndWidth(), ResidualClaim(), SparsityClaim(),
        MaxPoolWithoutStride(), SegmentationClaim(), MultiFieldBranches(), DilatedCausal(),
    ]

    /// All of them.
    public static var all: [any Claim] { functional + gaussianKernels + learnedKernels + networks }

    /// The claim of that name, or nil where there is none.
    public static func named(_ id: String) -> (any Claim)? { all.first { $0.id == id } }
}
