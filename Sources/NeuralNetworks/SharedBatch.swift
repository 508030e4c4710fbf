import Tensors

/// A batch that several networks with the same weights share, each computing some of its pictures, on one machine or on many.
///
/// A network that takes part normalises by the statistics of the whole batch, and leaves the gradients of the whole batch. All of them make the
/// same calls in the same order.
public protocol SharedBatch: AnyObject {
    /// The number of pictures of the whole batch.
    var count: Int { get }

    /// Replaces numbers by their sums over all networks, which are the same bits for each of them.
    func sum(_ values: inout [Double])

    /// Takes the gradient of this network's pictures, to be added to the others' while the backward pass goes on.
    func add(_ gradient: Tensor, at place: Int)

    /// Waits until everything that was taken is added up, and hands out the sums.
    func finish(_ take: (_ place: Int, _ sum: ArraySlice<Float>) -> Void)
}
