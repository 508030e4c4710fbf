import CInnerLoops

/// Output rows whose taps meet the same input rows, four at a time, so that an input row is loaded once for all four.
///
/// Outputs m and m + u read rows stride·u apart, which is a whole number v of taps where u = dilation / gcd(stride, dilation); then v = stride / gcd.
struct RowGroups: Sendable {
    /// Outputs and taps between neighbours of a group.
    let outputStep: Int
    let shift: Int

    init(_ axis: AxisPlan) {
        var (a, b) = (axis.stride, axis.dilation)
        while b > 0 { (a, b) = (b, a % b) }
        (outputStep, shift) = (axis.dilation / a, axis.stride / a)
    }

    /// Calls `body(first, count)` for groups of outputs first, first + outputStep, … that together are `outputs`.
    func forEach(in outputs: Range<Int>, _ body: (_ first: Int, _ count: Int) -> Void) {
        var block = outputs.lowerBound
        while block < outputs.upperBound {
            let end = min(block + 4 * outputStep, outputs.upperBound)
            for first in block..<min(block + outputStep, end) {
                body(first, (end - first + outputStep - 1) / outputStep)
            }
            block = end
        }
    }
}

/// The rows of samples that a strip of outputs reads, each once, whatever the places where it stands: with taps far apart there are many places
/// between those that are read, and beyond a border many where the same row stands.
struct RowStrip: Sendable {
    /// The rows of samples, in the order in which they are first read.
    private(set) var samples: [Int32] = []
    private let map: [Int32]
    /// For each row of samples from the first that is read on its place in `samples`, or −1.
    private var slots: [Int32] = []
    private let first: Int32

    init(_ groups: RowGroups, _ axis: AxisPlan, _ outputs: Range<Int>) {
        let map = axis.map
        self.map = map
        var (low, high) = (Int32.max, Int32(-1))
        func forEachSample(_ body: (Int32) -> Void) {
            groups.forEach(in: outputs) { first, count in
                for tap in 0..<axis.taps + (count - 1) * groups.shift {
                    let sample = map[first * axis.stride + tap * axis.dilation]
                    if sample >= 0 { body(sample) }
                }
            }
        }
        forEachSample { (low, high) = (min(low, $0), max(high, $0)) }
        first = low
        guard high >= low else { return }
        var (samples, slots) = ([Int32](), [Int32](repeating: -1, count: Int(high - low) + 1))
        forEachSample { sample in
            guard slots[Int(sample - low)] < 0 else { return }
            slots[Int(sample - low)] = Int32(samples.count)
            samples.append(sample)
        }
        (self.samples, self.slots) = (samples, slots)
    }

    /// Which of `samples` stands at a place of the extended column; nil where nothing does.
    func slot(ofPlace place: Int) -> Int? {
        let sample = map[place]
        return sample < 0 ? nil : Int(slots[Int(sample - first)])
    }
}
