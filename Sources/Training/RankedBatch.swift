import MessagePassing
import NeuralNetworks
import Tensors

/// A batch whose pictures are spread over the ranks of a job.
///
/// Gradients are put together in buckets in the order in which the backward pass finishes them, from the last layer to the first, and a full bucket
/// is summed over the ranks while the pass goes on.
final class RankedBatch: SharedBatch {
    /// The numbers of a full bucket: 64 KiB, enough that its bytes cost more than its messages on the networks that are common today.
    static let bucketLength = 1 << 14

    private struct Bucket {
        var places: [(place: Int, count: Int)] = []
        var sums: PendingSum<Float>
    }

    let count: Int
    private let communicator: any Communicator
    private var filling: [Float] = []
    private var places: [(place: Int, count: Int)] = []
    private var underWay: [Bucket] = []
    private let clock = ContinuousClock()

    /// The seconds that this rank has waited for sums so far: for statistics of normalisations, and for gradients after the backward pass.
    private(set) var waiting = (statistics: 0.0, gradients: 0.0)

    /// The seconds between the beginning of the first bucket and the end of the last, over all steps: what there is to be overlapped.
    private(set) var secondsUnderWay = 0.0
    private var begun: ContinuousClock.Instant?

    init(count: Int, _ communicator: any Communicator) {
        self.count = count
        self.communicator = communicator
    }

    func sum(_ values: inout [Double]) {
        let start = clock.now
        communicator.sum(&values)
        waiting.statistics += (clock.now - start).seconds
    }

    func add(_ gradient: Tensor, at place: Int) {
        gradient.withUnsafeBufferPointer { filling += $0 }
        places.append((place, gradient.count))
        if filling.count >= Self.bucketLength { send() }
    }

    private func send() {
        if begun == nil { begun = clock.now }
        underWay.append(Bucket(places: places, sums: communicator.beginSum(filling)))
        filling.removeAll(keepingCapacity: true)
        places = []
    }

    func finish(_ take: (Int, ArraySlice<Float>) -> Void) {
        if !filling.isEmpty { send() }
        let start = clock.now
        for bucket in underWay {
            let sums = bucket.sums.value()
            var first = 0
            for (place, count) in bucket.places {
                take(place, sums[first..<first + count])
                first += count
            }
        }
        underWay = []
        let end = clock.now
        waiting.gradients += (end - start).seconds
        if let begun { secondsUnderWay += (end - begun).seconds }
        begun = nil
    }
}
