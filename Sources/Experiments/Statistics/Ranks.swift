/// Kendall's τ: how consistently y rises with x, from −1 to 1; pairs that are equal in either count half for neither.
public func kendallCorrelation(_ x: [Double], _ y: [Double]) -> Double {
    precondition(x.count == y.count && x.count >= 2, "two sequences of equal length")
    var (score, pairs) = (0, 0)
    for i in x.indices {
        for j in 0..<i where x[i] != x[j] {
            let product = (x[i] - x[j]) * (y[i] - y[j])
            score += product > 0 ? 1 : product < 0 ? -1 : 0
            pairs += 1
        }
    }
    return pairs > 0 ? Double(score) / Double(pairs) : 0
}
