// The umbrella: one import for the library's public modules.

@_exported import Convolution
@_exported import Datasets
@_exported import FourierTransforms
@_exported import GaussianKernels
@_exported import KernelFiles
@_exported import KernelFitting
@_exported import LeastSquares
@_exported import NeuralNetworks
@_exported import Parallelism
@_exported import Pictures
@_exported import Randomness
@_exported import SampledSpaces
@_exported import TensorConvolution
@_exported import TensorFiles
@_exported import Tensors
@_exported import TrainedNetworks
@_exported import Training
