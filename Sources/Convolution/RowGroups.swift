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
