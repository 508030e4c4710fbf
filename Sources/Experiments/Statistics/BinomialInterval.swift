/// The interval that holds a share with 95 % confidence when `successes` of `count` independent trials succeeded.
///
/// Source: Wilson, "Probable inference", JASA 22, 1927, doi:10.1080/01621459.1927.10502953.
public func binomialInterval(successes: Int, of count: Int) -> ClosedRange<Double> {
    precondition(count >= 1 && (0...count).contains(successes), "at most as many successes as trials")
    let (n, z) = (Double(count), 1.959964)
    let p = Double(successes) / n
    let centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    let half = z / (1 + z * z / n) * (p * (1 - p) / n + z * z / (4 * n * n)).squareRoot()
    return max(0, centre - half)...min(1, centre + half)
}
