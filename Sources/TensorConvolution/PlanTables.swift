/// The lists of a plan, in memory that lives as long as this object.
///
/// Threads that read an array count its references, all of them at the same addresses, which takes longer than to compute a short row.
final class PlanTables: @unchecked Sendable {
    private var free: [() -> Void] = []

    init() {}

    deinit {
        for free in free { free() }
    }

    /// The elements in memory of this object.
    func keep<Element>(_ elements: [Element]) -> PlanList<Element> {
        let copy = UnsafeMutablePointer<Element>.allocate(capacity: max(elements.count, 1))
        copy.initialize(from: elements, count: elements.count)
        free.append {
            copy.deinitialize(count: elements.count)
            copy.deallocate()
        }
        return PlanList(base: copy, endIndex: elements.count)
    }
}

/// A list of a plan; valid as long as the `PlanTables` that keep it.
struct PlanList<Element>: RandomAccessCollection, @unchecked Sendable {
    let base: UnsafePointer<Element>
    let endIndex: Int

    var startIndex: Int { 0 }

    subscript(index: Int) -> Element {
        assert(indices.contains(index), "there is no element \(index) in a list of \(count)")
        return base[index]
    }
}
