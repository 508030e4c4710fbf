/// Copies lines of samples with what lies beyond their border, so that the inner loops need know nothing of borders.
///
/// For stride s the extended line is dealt out to s phases, place e going to phase e mod s, so that the inputs of neighbouring outputs are neighbours.
struct LineExtension<Scalar: ConvolutionScalar>: Sendable {
    private let loops = Scalar.tapLoops
    /// Places in all phases together: the scalars that an extended line takes.
    let length: Int
    /// Where each tap's inputs begin, from the beginning of the extended line.
    let offsets: [Int]
    /// The map of places to samples, phase by phase.
    private let map: [Int32]
    /// The longest run of places that hold consecutive samples, which are copied as one.
    private let run: Range<Int>

    init(_ axis: AxisPlan) {
        let (s, places) = (axis.stride, axis.map.count)
        let phaseLength = (places + s - 1) / s
        length = s * phaseLength
        offsets = (0..<axis.taps).map { t in t * axis.dilation % s * phaseLength + t * axis.dilation / s }
        var map = [Int32](repeating: -1, count: length)
        for (e, sample) in axis.map.enumerated() { map[e % s * phaseLength + e / s] = sample }
        self.map = map
        run = Self.longestRun(map)
    }

    private static func longestRun(_ map: [Int32]) -> Range<Int> {
        var best = 0..<0
        var start = 0
        for i in map.indices {
            if i > start, map[i] < 0 || map[i] != map[i - 1] + 1 { start = i }
            if map[i] < 0 { start = i + 1 }
            if i + 1 - start > best.count { best = start..<i + 1 }
        }
        return best
    }

    /// Writes the extended line of the samples from `source` on.
    func extend(_ source: UnsafePointer<Scalar>, into line: UnsafeMutablePointer<Scalar>) {
        map.withUnsafeBufferPointer { map in
            guard let first = map.baseAddress else { return }
            loops.gather(source, first, run.lowerBound, line, 1)
            if !run.isEmpty {
                loops.copy(source + Int(map[run.lowerBound]), 1, run.count, line + run.lowerBound, 1)
            }
            loops.gather(source, first + run.upperBound, length - run.upperBound, line + run.upperBound, 1)
        }
    }
}
