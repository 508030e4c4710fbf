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

    private var spent = ExchangeCost()
    /// What all exchanges of this rank have cost so far.
    var cost: ExchangeCost {
        var cost = spent
        (cost.bytes, cost.exchanges) = (communicator.traffic.bytes, communicator.traffic.exchanges)
        return cost
    }

    /// When the first bucket of the pass set out.
    private var begun: ContinuousClock.Instant?

    init(count: Int, _ communicator: any Communicator) {
        self.count = count
        self.communicator = communicator
    }

    func sum(_ values: inout [Double]) {
        let start = clock.now
        communicator.sum(&values)
        spent.statisticsSeconds += (clock.now - start).seconds
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
        spent.gradientSeconds += (end - start).seconds
        if let begun { spent.gradientSecondsUnderWay += (end - begun).seconds }
        begun = nil
    }
}
