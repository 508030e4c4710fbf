import Datasets
import KernelFitting

/// Pictures and kernels that experiments are made with. What is not there is nil, and the claims that need it stay undecided.
public struct ExperimentData: Sendable {
    /// Pictures of ten classes, 32×32.
    public var pictures: Dataset
    /// Pictures of a hundred classes.
    public var manyClasses: Dataset?
    /// Pictures with a class for each pixel.
    public var segmentation: Dataset
    /// Kernels of networks that others have trained, by the network's name.
    public var kernels: [(network: String, layers: [KernelLayer])]
    /// Networks that others have trained for such pictures, ready to compute.
    public var networks: [LearnedNetwork]

    /// Data; without arguments what is generated from a seed.
    public init(
        pictures: Dataset = OrientedShapes.dataset(), manyClasses: Dataset? = nil,
        segmentation: Dataset = ScatteredShapes.dataset(), kernels: [(network: String, layers: [KernelLayer])] = [],
        networks: [LearnedNetwork] = []
    ) {
        self.pictures = pictures
        self.manyClasses = manyClasses
        self.segmentation = segmentation
        self.kernels = kernels
        self.networks = networks
    }
}
