import ContinuousCNN
import Foundation
import Reports

/// The picture's planes, read row by row, and how far their pixels are known.
struct FilterInput<Scalar: ConvolutionScalar> {
    private(set) var colors: [SampledFunction<Scalar>]
    let alpha: SampledFunction<Scalar>?
    /// Alpha times the mask; nil where every pixel is wholly known.
    private let weights: SampledFunction<Scalar>?
    /// Whether pixels may be missing otherwise than by alpha.
    let hasGaps: Bool

    /// - Throws: `PictureError`, `TensorFileError` or `CommandFailure` where a file cannot be read, does not fit, or holds numbers that the precision
    ///   does not.
    init(
        _ source: PictureRows, mask: URL?, progress: (String, Int, Int) -> Void, notice: (String) -> Void
    ) throws {
        let planes = try Self.planes(source, progress)
        if source.scalarType == .int64 || source.scalarType == .uint64, Scalar.self == Double.self {
            let large = planes.reduce(0) { $0 + $1.values.count { $0.magnitude > 9_007_199_254_740_992 } }
            if large > 0 {
                notice("\(Format.count(large)) integers beyond 2⁵³ were rounded, as double precision has no more bits")
            }
        }
        colors = Array(planes.prefix(source.colors))
        alpha = source.hasAlpha ? planes.last : nil
        let mask = try mask.map { try Self.mask($0, source) }
        switch (alpha, mask) {
        case (let alpha?, let mask?): weights = alpha * mask
        // Where everything is opaque, or known, weights would change nothing but the time.
        case (let plane?, nil), (nil, let plane?): weights = plane.values.allSatisfy { $0 == 1 } ? nil : plane
        case (nil, nil): weights = nil
        }
        let missing = colors.reduce(0) { $0 + $1.values.count(where: \.isNaN) }
        if missing > 0 {
            notice(
                "\(Format.count(missing)) of \(Format.count(colors.count * source.grid.count)) numbers of \(source.file.lastPathComponent) are NaN, which is a gap: they have no weight"
            )
        }
        hasGaps = missing > 0 || mask != nil
    }

    /// Whether any pixel counts less than wholly.
    var isWeighted: Bool { weights != nil || colors.contains { $0.values.contains(where: \.isNaN) } }

    /// The weights of the pixels of a colour; nil where all are 1.
    func weights(of color: Int) -> SampledFunction<Scalar>? {
        let plane = colors[color]
        guard plane.values.contains(where: \.isNaN) else { return weights }
        return plane.combined(with: weights ?? SampledFunction(grid: plane.grid, constant: 1)) { $0.isNaN ? 0 : $1 }
    }

    private static func planes(
        _ source: PictureRows, _ progress: (String, Int, Int) -> Void
    ) throws -> [SampledFunction<Scalar>] {
        var rows = source
        let (grid, count) = (rows.grid, rows.colors + (rows.hasAlpha ? 1 : 0))
        var planes = [[Scalar]](repeating: [], count: count)
        for plane in planes.indices { planes[plane].reserveCapacity(grid.count) }
        let isNarrowed = Scalar.self == Float.self && rows.precision == .double
        for row in 0..<grid.height {
            progress("reading rows", row, grid.height)
            let pixels: [Scalar]
            if isNarrowed {
                let wide: [Double] = try rows.pixels(ofRow: row)
                pixels = wide.map { Scalar($0) }
                if let place = wide.indices.first(where: { wide[$0].isFinite && !pixels[$0].isFinite }) {
                    throw CommandFailure(
                        "\(rows.file.relativePath): row \(row), column \(place / count) holds \(wide[place]), which single precision does not; --precision double does"
                    )
                }
            } else {
                pixels = try rows.pixels(ofRow: row)
            }
            for plane in planes.indices {
                planes[plane].append(
                    contentsOf: stride(from: plane, to: pixels.count, by: count).lazy.map { pixels[$0] })
            }
        }
        progress("reading rows", grid.height, grid.height)
        return planes.map { SampledFunction(grid: grid, values: $0) }
    }

    /// The weights of a mask: shares of white, numbers from 0 to 1, integers that are 0 or not.
    private static func mask(_ file: URL, _ source: PictureRows) throws -> SampledFunction<Scalar> {
        let rows = try PictureRows(file)
        let name = file.relativePath
        guard rows.colors == 1, !rows.hasAlpha else {
            throw CommandFailure(
                "\(name): a mask has one channel, but the file has \(rows.colors + (rows.hasAlpha ? 1 : 0))")
        }
        guard rows.grid == source.grid else {
            throw CommandFailure(
                "\(name): a mask has the picture's \(source.grid.width) × \(source.grid.height) pixels, but the file has \(rows.grid.width) × \(rows.grid.height)"
            )
        }
        var mask = try planes(rows) { _, _, _ in }[0]
        if let type = rows.scalarType, !type.isFloatingPoint { mask = mask.map { $0 == 0 ? 0 : 1 } }
        if let bad = mask.values.firstIndex(where: { !($0 >= 0 && $0 <= 1) }) {
            throw CommandFailure(
                "\(name): row \(bad / rows.grid.width), column \(bad % rows.grid.width) holds \(mask.values[bad]), but a mask's numbers are from 0 for a gap to 1"
            )
        }
        guard mask.values.contains(where: { $0 > 0 }) else {
            throw CommandFailure("\(name): the mask leaves out every pixel, but 1, or white, is a pixel that is known")
        }
        return mask
    }

    /// Replaces the colours by their mean.
    mutating func averageColors() {
        let sum = colors.dropFirst().reduce(colors[0], +)
        colors = [(1 / Scalar(colors.count)) * sum]
    }
}
