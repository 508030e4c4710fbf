import FourierTransforms

/// What the algorithms cost, in nanoseconds of one thread, and so which is the fastest for a convolution.
///
/// The figures come from measurement, and a choice that depends on the run would change results in their last bits from run to run, so the library uses
/// one committed model, `standard`.
struct CostModel: Sendable {
    /// A weight times a sample in a sum over a rectangle of taps.
    let planeTap: Double
    /// The same along rows, and along columns.
    let rowTap: Double
    let columnTap: Double
    /// An output's way through an algorithm's memory.
    let sample: Double
    /// A sample in both recursions of one axis.
    let recursion: Double
    /// A point of a complex transform in two dimensions, for each factor of two in its number of points; and the same out of the cache.
    let cachedPoint: Double
    let distantPoint: Double
    /// Points of the largest transform that stays in the cache.
    let cachedPoints: Double

    /// Measured on one core of an AMD EPYC with AVX-512 at 1 MB of second-level cache, in single precision.
    static let standard = CostModel(
        planeTap: 0.02, rowTap: 0.03, columnTap: 0.02, sample: 1, recursion: 2.5, cachedPoint: 0.12, distantPoint: 0.25,
        cachedPoints: 90_000)

    /// The algorithm with the least expected cost.
    func fastest<Scalar: ConvolutionScalar>(for core: Core<Scalar>) -> ConvolutionMethod {
        var costs: [(ConvolutionMethod, Double)] = [
            (.direct, direct(core)), (.spectral, spectral(core)), (.tiled, tileSize(for: core).cost),
        ]
        if case .product = core.weights { costs.append((.separable, separable(core))) }
        if let gaussian = core.gaussian, min(gaussian.x.sigma, gaussian.y.sigma) >= 4,
            max(gaussian.x.order, gaussian.y.order) <= 2
        {
            costs.append((.recursive, recursive(core)))
        }
        return costs.min { $0.1 < $1.1 }?.0 ?? .direct
    }

    /// Twice the bytes take twice the time, in every algorithm.
    private func width<Scalar: ConvolutionScalar>(_: Core<Scalar>) -> Double { Double(MemoryLayout<Scalar>.size) / 4 }

    func direct<Scalar: ConvolutionScalar>(_ core: Core<Scalar>) -> Double {
        width(core) * Double(core.count) * (sample + planeTap * Double(core.x.taps * core.y.taps))
    }

    func separable<Scalar: ConvolutionScalar>(_ core: Core<Scalar>) -> Double {
        let rows = Double(core.x.count * core.y.sourceCount) * (sample + rowTap * Double(core.x.taps))
        return width(core) * (rows + Double(core.count) * (sample + columnTap * Double(core.y.taps)))
    }

    func recursive<Scalar: ConvolutionScalar>(_ core: Core<Scalar>) -> Double {
        let rows = Double(core.x.map.count * core.y.sourceCount)
        return width(core) * (rows + Double(core.x.count * core.y.map.count)) * (sample + recursion)
    }

    func spectral<Scalar: ConvolutionScalar>(_ core: Core<Scalar>) -> Double {
        // A real picture is half a complex one.
        0.5 * width(core) * transforms(points: Double(core.x.map.count * core.y.map.count))
    }

    private func transforms(points: Double) -> Double {
        let perLevel = points <= cachedPoints ? cachedPoint : distantPoint
        return points * (2 * perLevel * max(1, points.logarithm) + 4 * sample)
    }

    /// The tile that makes the convolution cheapest, and what it then costs.
    func tileSize<Scalar: ConvolutionScalar>(for core: Core<Scalar>) -> (size: TileSize, cost: Double) {
        var best: (size: TileSize, cost: Double)?
        for height in candidates(core.y) {
            for width in candidates(core.x) {
                let size = TileSize(width: width, height: height)
                let (across, down) = (size.outputs(core.x, in: width), size.outputs(core.y, in: height))
                let tiles = ((core.x.count + across - 1) / across) * ((core.y.count + down - 1) / down)
                let cost = self.width(core) * Double((tiles + 1) / 2) * transforms(points: Double(width * height))
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

extension Double {
    fileprivate var logarithm: Double { Double(exponent) + significand - 1 }
}
