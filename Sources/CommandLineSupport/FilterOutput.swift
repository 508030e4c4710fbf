import ContinuousCNN
import Foundation
import Reports

/// A filtered picture on its way to a file.
struct FilterOutput {
    private let request: FilterRequest
    private let colors: [SampledFunction<Float>]
    private let alpha: SampledFunction<Float>?
    private let depth: PictureDepth

    init(
        _ request: FilterRequest, colors: [SampledFunction<Float>], alpha: SampledFunction<Float>?, depth: PictureDepth
    ) {
        (self.request, self.colors, self.alpha, self.depth) = (request, colors, alpha, depth)
    }

    private var grid: Grid { colors[0].grid }

    func write(progress: (String, Int, Int) -> Void, notice: (String) -> Void) throws {
        if request.isArray {
            try writeArray()
        } else if request.filter.isSigned {
            try writeSigned(progress, notice)
        } else {
            try writePlanes(progress, notice)
        }
    }

    /// The numbers themselves, [height, width] or [height, width, channels], alpha last.
    private func writeArray() throws {
        let planes = (colors + (alpha.map { [$0] } ?? [])).map(\.values)
        var shape = [grid.height, grid.width]
        var numbers = planes[0]
        if planes.count > 1 {
            shape.append(planes.count)
            numbers = [Float](repeating: 0, count: grid.count * planes.count)
            for (channel, plane) in planes.enumerated() {
                for i in 0..<grid.count { numbers[i * planes.count + channel] = plane[i] }
            }
        }
        try NpyFile.write(StoredTensor(name: "filtered", shape: TensorShape(shape), numbers), to: request.output)
    }

    /// Values as they are, cut to the picture's range; the length of a gradient is stretched so that its largest value is white.
    private func writePlanes(_ progress: (String, Int, Int) -> Void, _ notice: (String) -> Void) throws {
        var planes = colors
        if case .gradientMagnitude = request.filter {
            let limit = try scaleEnd(notice)
            planes = planes.map { plane in plane.map { $0 / limit } }
        } else if let limit = request.limit {
            planes = planes.map { plane in plane.map { $0 / Float(limit) } }
        }
        let channels = PictureChannels(rawValue: planes.count + (alpha == nil ? 0 : 1)) ?? .grey
        let picture = Picture(
            width: grid.width, height: grid.height, channels: channels, depth: depth,
            planes: (planes + (alpha.map { [$0] } ?? [])).map(\.values))
        try picture.write(to: request.output, depth: depth) { progress("writing rows", $0, $1) }
    }

    /// Blue below zero, near white at zero, red above; eight bits, which is what the scale's colours have.
    private func writeSigned(_ progress: (String, Int, Int) -> Void, _ notice: (String) -> Void) throws {
        let limit = Double(try scaleEnd(notice))
        let channels: PictureChannels = alpha == nil ? .color : .colorAlpha
        let writer = try PNGWriter(
            request.output, PictureFormat(width: grid.width, height: grid.height, channels: channels, depth: .eight))
        var row = [UInt16](repeating: 0, count: grid.width * channels.count)
        for y in 0..<grid.height {
            progress("writing rows", y, grid.height)
            for x in 0..<grid.width {
                let color = DivergingScale.color(of: Double(colors[0][x, y]), limit: limit)
                let at = x * channels.count
                (row[at], row[at + 1], row[at + 2]) = (UInt16(color.red), UInt16(color.green), UInt16(color.blue))
                if let alpha { row[at + 3] = UInt16((min(max(alpha[x, y], 0), 1) * 255).rounded()) }
            }
            try writer.write(row: row)
        }
        try writer.finish()
        progress("writing rows", grid.height, grid.height)
    }

    /// The magnitude at the end of the scale, said to the person, who cannot read numbers off a picture otherwise.
    private func scaleEnd(_ notice: (String) -> Void) throws(CommandFailure) -> Float {
        if let limit = request.limit { return Float(limit) }
        let norms = colors.map { $0.maxNorm() }
        guard norms.allSatisfy(\.isFinite), let largest = norms.max() else {
            throw CommandFailure(
                "\(request.output.relativePath): the result is not finite everywhere, so it has no scale; --limit sets one"
            )
        }
        notice("the scale of \(request.output.lastPathComponent) ends at \(Float(largest)), the largest magnitude")
        return largest > 0 ? Float(largest) : 1
    }
}
