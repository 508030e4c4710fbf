/// Memory for intermediate numbers that is allocated once and used again, as searches evaluate small problems a million times.
final class Scratch {
    let start: UnsafeMutablePointer<Double>
    let count: Int

    init(_ count: Int) {
        self.count = count
        start = .allocate(capacity: count)
        start.initialize(repeating: 0, count: count)
    }

    deinit { start.deallocate() }

    subscript(index: Int) -> Double {
        @inline(__always) get { start[index] }
        @inline(__always) set { start[index] = newValue }
    }

    func prefix(_ length: Int) -> UnsafeBufferPointer<Double> {
        precondition(length <= count, "a prefix is no longer than the whole")
        return UnsafeBufferPointer(start: start, count: length)
    }
}
