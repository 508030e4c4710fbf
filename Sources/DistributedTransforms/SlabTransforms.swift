import FourierTransforms
import MessagePassing

/// Where transforms of pictures that are spread over ranks come from.
public enum SlabTransforms {
    /// Transforms of pictures of `width` × `height`, spread over the ranks of `communicator`: FFTW's own for ranks of MPI.
    public static func transform(width: Int, height: Int, on communicator: any Communicator) -> any SlabTransform {
        #if MPI
            if communicator.count > 1, let ranks = communicator as? MPICommunicator {
                return MPISlab(width: width, height: height, on: ranks)
            }
        #endif
        precondition(communicator.count == 1, "pictures are spread over ranks of MPI alone")
        return WholeSlab(width: width, height: height)
    }
}
