/// What the algorithms cost, in nanoseconds of one thread in single precision, and so which is the fastest for a convolution.
///
/// The figures come from measurement. A choice that depended on the run would change results in their last bits from run to run, so the library uses one
/// committed model, `standard`.
struct CostModel: Sendable {
    /// A weight times a sample in a sum over a rectangle of taps, along rows, and along columns.
    let planeTap: Double
    let rowTap: Double
    let columnTap: Double
    /// An output's way through memory, once for each axis that is summed by itself.
    let output: Double
    /// A sample in both recursions of one axis.
    let recursion: Double
    /// A point of a tile: transform, product and transform back; and the same for tiles of more than `cachedPoints`.
    let tilePoint: Double
    let distantTilePoint: Double
    let cachedPoints: Int
    /// A point of a transform of the whole picture, for each factor of two in their number.
    let spectralPoint: Double

    /// Least processor times of many runs on one core of an AMD EPYC with AVX-512 and 1 MB of second-level cache: 1024² for sums and recursions,
    /// 2048² in tiles of 64² to 1024², 1024² and 4096² for whole transforms.
    static let standard = CostModel(
        planeTap: 0.012, rowTap: 0.03, columnTap: 0.03, output: 0.4, recursion: 0.7, tilePoint: 1.5,
        distantTilePoint: 2.3,
        cachedPoints: 150_000, spectralPoint: 0.4)

    /// The algorithm with the least expected cost.
    ///
    /// All of them take twice as long in double precision, so the choice is the same.
    func fastest<Scalar: ConvolutionScalar>(for core: Core<Scalar>) -> ConvolutionMethod {
        var costs: [(method: ConvolutionMethod, cost: Double)] = [
            (.direct, direct(core)), (.spectral, spectral(core)), (.tiled, tileSize(for: core).cost),
        ]
        if case .product = core.weights { costs.append((.separable, separable(core))) }
        if isRecursionAccurate(core) { costs.append((.recursive, recursive(core))) }
        return costs.min { $0.cost < $1.cost }?.method ?? .direct
    }

    /// Whether the recursion is within 1e-4 of the sum over taps, as a choice made for speed alone has to be, the rounding of its states included: which
    /// a test holds to four times what the rounding of its numbers does.
    private func isRecursionAccurate<Scalar: ConvolutionScalar>(_ core: Core<Scalar>) -> Bool {
        // Fitting costs some microseconds, and is only of use where there are many taps.
        guard core.gaussian != nil, core.x.taps + core.y.taps > 40, let filters = core.recursiveFilters else {
            return false
        }
        return [filters.x, filters.y].allSatisfy { $0.relativeError + 4 * $0.relativeRounding < 1e-4 }
    }

    func direct<Scalar: ConvolutionScalar>(_ core: Core<Scalar>) -> Double {
        Double(core.count) * (output + planeTap * Double(core.x.taps * core.y.taps))
    }

    func separable<Scalar: ConvolutionScalar>(_ core: Core<Scalar>) -> Double {
        let rows = Double(core.x.count * core.y.map.count) * (output + rowTap * Double(core.x.taps))
        return rows + Double(core.count) * (output + columnTap * Double(core.y.taps))
    }

    func recursive<Scalar: ConvolutionScalar>(_ core: Core<Scalar>) -> Double {
        let rows = Double(core.x.map.count * core.y.sourceCount)
        return (rows + Double(core.x.count * core.y.map.count)) * (output + recursion)
    }

    func spectral<Scalar: ConvolutionScalar>(_ core: Core<Scalar>) -> Double {
        let points = Double(core.x.map.count) * Double(core.y.map.count)
        return points * spectralPoint * max(1, Double(points.exponent))
    }

    /// The tile that makes the convolution cheapest, and what it then costs.
    func tileSize<Scalar: ConvolutionScalar>(for core: Core<Scalar>) -> (size: TileSize, cost: Double) {
        var best: (size: TileSize, cost: Double)?
        for height in candidates(core.y) {
            for width in candidates(core.x) {
                let size = TileSize(width: width, height: height)
                let (across, down) = (size.outputs(core.x, in: width), size.outputs(core.y, in: height))
                let tiles = ((core.x.count + across - 1) / across) * ((core.y.count + down - 1) / down)
                let point = width * height <= cachedPoints ? tilePoint : distantTilePoint
                // Two tiles share one transform, and a tile without a partner costs as much as two.
                let cost = Double((tiles + 1) / 2 * 2) * Double(width * height) * point
                if cost < best?.cost ?? .infinity { best = (size, cost) }
            }
        }
        guard let best else { preconditionFailure("there is a tile for every axis") }
        return best
    }

    /// Multiples of sixteen without a prime factor above 3, from the first that holds the taps to the first that holds the whole line.
    private func candidates(_ axis: AxisPlan) -> [Int] {
        var sizes: [Int] = []
        var size = 16
        while size < axis.map.count {
            if size >= axis.reach { sizes.append(size) }
            size = Self.tileLength(atLeast: size + 1)
        }
        return sizes + [size]
    }

    private static func tileLength(atLeast minimum: Int) -> Int {
        var best = Int.max
        var odd = 16
        while odd < best {
            var candidate = odd
            while candidate < minimum { candidate *= 2 }
            best = min(best, candidate)
            odd *= 3
        }
        return best
    }
}
