import TensorFiles
import Tensors

/// Weights that a file keeps in parts, by the habits of PyTorch's `weight_norm`, `spectral_norm` and pruning.
enum NormalizedWeights {
    /// How the parts make the weight.
    enum Recipe: Sendable, Hashable {
        /// A tensor as it is stored.
        case stored(String)
        /// g v / ‖v‖, the norm over all axes along which g has one element (Salimans and Kingma 2016, arXiv:1602.07868).
        case weightNorm(magnitude: String, direction: String)
        /// w / (uᵀ W v) with W the matrix [out, rest] (Miyato et al. 2018, arXiv:1802.05957).
        case spectralNorm(original: String, left: String, right: String)
        /// w · mask.
        case masked(original: String, mask: String)

        /// The tensors that are read.
        var parts: [String] {
            switch self {
            case .stored(let name): [name]
            case .weightNorm(let magnitude, let direction): [magnitude, direction]
            case .spectralNorm(let original, let left, let right): [original, left, right]
            case .masked(let original, let mask): [original, mask]
            }
        }
    }

    /// A weight that is put together.
    struct Whole {
        /// The name that the weight has without its parts.
        let name: String
        let recipe: Recipe
        /// The tensor whose shape and type the weight has.
        let model: TensorArchive.Entry
    }

    /// The weights that are kept in parts among `entries`, in their order.
    static func wholes(among entries: [TensorArchive.Entry]) -> [Whole] {
        let parts = entries.filter { entry in others.contains { entry.name.hasSuffix($0) } }
        guard !parts.isEmpty || entries.contains(where: { $0.name.hasSuffix("weight_orig") }) else { return [] }
        let byName = Dictionary(parts.map { ($0.name, $0) }) { first, _ in first }
        return entries.compactMap { entry in
            if let base = entry.name.without(suffix: "weight_g"), let direction = byName[base + "weight_v"],
                areMagnitude(entry.shape, of: direction.shape)
            {
                return Whole(
                    name: base + "weight",
                    recipe: .weightNorm(magnitude: entry.name, direction: direction.name), model: direction)
            }
            if let base = entry.name.without(suffix: "parametrizations.weight.original0"),
                let direction = byName[base + "parametrizations.weight.original1"],
                areMagnitude(entry.shape, of: direction.shape)
            {
                return Whole(
                    name: base + "weight",
                    recipe: .weightNorm(magnitude: entry.name, direction: direction.name), model: direction)
            }
            if let base = entry.name.without(suffix: "weight_orig") {
                if let mask = byName[base + "weight_mask"], mask.shape == entry.shape {
                    return Whole(
                        name: base + "weight", recipe: .masked(original: entry.name, mask: mask.name), model: entry)
                }
                return spectral(base, entry, byName[base + "weight_u"], byName[base + "weight_v"])
            }
            if let base = entry.name.without(suffix: "parametrizations.weight.original") {
                let vectors = base + "parametrizations.weight.0._"
                return spectral(base, entry, byName[vectors + "u"], byName[vectors + "v"])
            }
            return nil
        }
    }

    /// What names of the second and further parts end in.
    private static let others = [
        "weight_v", "weight_u", "weight_mask", "parametrizations.weight.original1", "parametrizations.weight.0._u",
        "parametrizations.weight.0._v", "parametrizations.weight.original",
    ]

    private static func spectral(
        _ base: String, _ original: TensorArchive.Entry, _ left: TensorArchive.Entry?, _ right: TensorArchive.Entry?
    ) -> Whole? {
        // A transposed convolution's matrix has other rows; its vectors then have other lengths, and its scale is left alone.
        guard let left, let right, original.shape.rank > 1, left.shape.extents == [original.shape[0]],
            right.shape.count == original.shape.count / max(original.shape[0], 1), right.shape.rank == 1
        else {
            return Whole(name: base + "weight", recipe: .stored(original.name), model: original)
        }
        return Whole(
            name: base + "weight",
            recipe: .spectralNorm(original: original.name, left: left.name, right: right.name), model: original)
    }

    private static func areMagnitude(_ magnitude: TensorShape, of direction: TensorShape) -> Bool {
        if magnitude.rank == 0 { return true }
        return magnitude.rank == direction.rank
            && zip(magnitude.extents, direction.extents).allSatisfy { $0 == $1 || $0 == 1 }
    }

    /// Reads the parts and makes the weight.
    /// - Throws: `TensorFileError` where a part cannot be read.
    /// - Complexity: O(count).
    static func read(_ recipe: Recipe, named name: String, from archive: TensorArchive) throws(TensorFileError)
        -> StoredTensor
    {
        switch recipe {
        case .stored(let stored):
            var tensor = try archive.tensor(named: stored)
            tensor.name = name
            return tensor
        case .masked(let original, let mask):
            let (weight, mask) = (try archive.tensor(named: original), try archive.tensor(named: mask))
            return weight.replacing(zip(weight.doubles, mask.doubles).map { $0 * $1 }, name: name)
        case .weightNorm(let magnitude, let direction):
            let (g, v) = (try archive.tensor(named: magnitude), try archive.tensor(named: direction))
            return v.replacing(scaled(v.doubles, v.shape, to: g.doubles, g.shape), name: name)
        case .spectralNorm(let original, let left, let right):
            let weight = try archive.tensor(named: original)
            let (u, v) = (try archive.tensor(named: left).doubles, try archive.tensor(named: right).doubles)
            let taps = weight.doubles
            var norm = 0.0
            for row in u.indices {
                let product = zip(taps[row * v.count..<(row + 1) * v.count], v).reduce(0) { $0 + $1.0 * $1.1 }
                norm += u[row] * product
            }
            return weight.replacing(taps.map { $0 / norm }, name: name)
        }
    }

    private static func scaled(_ v: [Double], _ shape: TensorShape, to g: [Double], _ gShape: TensorShape) -> [Double] {
        // The element of g that belongs to each element of v.
        var places = [0]
        var stride = g.count
        for axis in 0..<shape.rank {
            let extent = gShape.rank == 0 ? 1 : gShape[axis]
            stride /= max(extent, 1)
            let steps = (0..<shape[axis]).map { extent == 1 ? 0 : $0 * stride }
            places = places.flatMap { place in steps.map { place + $0 } }
        }
        var energies = [Double](repeating: 0, count: g.count)
        for (element, place) in zip(v, places) { energies[place] += element * element }
        return zip(v, places).map { element, place in
            energies[place] > 0 ? element * g[place] / energies[place].squareRoot() : 0
        }
    }
}

extension StoredTensor {
    fileprivate func replacing(_ values: [Double], name: String) -> StoredTensor {
        StoredTensor(name: name, shape: shape, values, as: scalarType == .float64 ? .float64 : .float32)
    }
}

extension String {
    /// The string without the suffix; nil where it does not end so, at its start or after a dot or slash.
    fileprivate func without(suffix: String) -> String? {
        guard hasSuffix(suffix) else { return nil }
        let base = String(dropLast(suffix.count))
        return base.isEmpty || base.hasSuffix(".") || base.hasSuffix("/") ? base : nil
    }
}
