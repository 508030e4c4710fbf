/// How an axis is cut for transforms of one period.
struct FourierTiling {
    let pieces: [AxisPiece]
    let period: Int

    /// The cut with the least work: a piece of period N costs N·(c + log₂ N), the constant standing for what is done once a bin.
    init(_ part: AxisPart) {
        let axis = part.axis
        let longest = ceilingDivision(axis.output, by: axis.dilation)
        var best: (cost: Double, tiling: (pieces: [AxisPiece], period: Int))?
        var count = 1
        while count <= max(longest / 8, 1) {
            let pieces = part.pieces(outputs: ceilingDivision(longest, by: count))
            let period = LaneTransform.length(atLeast: Self.leastPeriod(of: pieces, kernel: axis.kernel))
            let logarithm = Double(Int.bitWidth - period.leadingZeroBitCount)
            let cost = Double(pieces.count * period) * (8 + logarithm + (period > 128 ? 2 * logarithm : 0))
            if cost < best?.cost ?? .infinity { best = (cost, (pieces, period)) }
            count = max(count + 1, count * 5 / 4)
        }
        guard let tiling = best?.tiling else { preconditionFailure("an axis always has one piece at least") }
        (pieces, period) = tiling
    }

    /// The least period for which nothing that wraps around is read: outputs 0 ..< n read positions up to n + kernel − 2, of which those
    /// from the period on must fall on the zeros before the input, and the input itself must not reach beyond the period.
    private static func leastPeriod(of pieces: [AxisPiece], kernel: Int) -> Int {
        pieces.map { max($0.outputCount + kernel - 1 - $0.padding, $0.padding + $0.inputCount, $0.outputCount) }
            .reduce(kernel, max)
    }
}
