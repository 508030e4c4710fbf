import ContinuousCNN
import Foundation
import Reports

/// A filtered picture on its way to a file.
struct FilterOutput<Scalar: ConvolutionScalar> {
    let request: FilterRequest
    let kernel: FilterKernel
    let colors: [SampledFunction<Scalar>]
    let alpha: SampledFunction<Scalar>?
    let source: PictureRows
    /// Whether numbers that are none are gaps; else a picture does not take them.
    let hasGaps: Bool

    private var grid: Grid { colors[0].grid }

    /// Writes the file, and returns what its scale is where that is not the plain one.
    func write(progress: (String, Int, Int) -> Void, notice: (String) -> Void) throws -> String? {
        if request.isArray {
            try writeArray(notice)
            return nil
        }
        return try writePicture(progress, notice)
    }

    /// The numbers themselves, [height, width] or [height, width, channels], alpha last.
    private func writeArray(_ notice: (String) -> Void) throws {
        let infinite = colors.reduce(0) { $0 + $1.values.count(where: \.isInfinite) }
        if infinite > 0 {
            notice(
                "\(Format.count(infinite)) numbers of the result are infinite: of a pixel that is so, or beyond what \(Scalar.self == Float.self ? "single precision holds; --precision double holds more" : "double precision holds")"
            )
        }
        let planes = (colors + (alpha.map { [$0] } ?? [])).map(\.values)
        var shape = [grid.height, grid.width]
        var numbers = planes[0]
        if planes.count > 1 {
            shape.append(planes.count)
            numbers = [Scalar](repeating: 0, count: grid.count * planes.count)
            for (channel, plane) in planes.enumerated() {
                for i in 0..<grid.count { numbers[i * planes.count + channel] = plane[i] }
            }
        }
        let tensor =
            if let numbers = numbers as? [Float] {
                StoredTensor(name: "filtered", shape: TensorShape(shape), numbers)
            } else {
                StoredTensor(name: "filtered", shape: TensorShape(shape), numbers.map { Double($0) })
            }
        try NpyFile.write(tensor, to: request.output)
    }

    /// Values from 0 to white, or in the colours of their sign; what lies beyond the scale is cut, and said to be.
    private func writePicture(_ progress: (String, Int, Int) -> Void, _ notice: (String) -> Void) throws -> String? {
        let scale = PictureScale(isSigned: kernel.isSigned, end: try scaleEnd(notice), depth: source.depth)
        let colorCount = scale.isSigned ? 3 : colors.count
        let channels = PictureChannels(rawValue: colorCount + (alpha == nil ? 0 : 1)) ?? .grey
        if !hasGaps { try checkNumbers() }
        let writer = try PNGWriter(
            request.output,
            PictureFormat(
                width: grid.width, height: grid.height, channels: channels, depth: source.depth,
                density: source.density))
        let alphaScale = PictureScale(isSigned: false, end: 1, depth: source.depth)
        var (cut, ignored) = (PictureScale.Cut(), PictureScale.Cut())
        var row = [UInt16](repeating: 0, count: grid.width * channels.count)
        for y in 0..<grid.height {
            progress("writing rows", y, grid.height)
            func line(_ plane: SampledFunction<Scalar>) -> [Scalar] {
                Array(plane.values[y * grid.width..<(y + 1) * grid.width])
            }
            for (place, plane) in colors.enumerated() {
                let samples = scale.samples(line(plane), &cut)
                let width = scale.isSigned ? 3 : 1
                for x in 0..<grid.width {
                    for i in 0..<width { row[x * channels.count + place + i] = samples[width * x + i] }
                }
            }
            if let alpha {
                let samples = alphaScale.samples(line(alpha), &ignored)
                for x in 0..<grid.width { row[x * channels.count + colorCount] = samples[x] }
            }
            try writer.write(row: row)
        }
        try writer.finish()
        progress("writing rows", grid.height, grid.height)
        for line in scale.notices(cut, of: grid.count * colors.count, in: request.output) { notice(line) }
        return scale.description
    }

    private func checkNumbers() throws(CommandFailure) {
        for plane in colors {
            if let bad = plane.values.firstIndex(where: \.isNaN) {
                throw CommandFailure(
                    "\(request.output.relativePath): the result at column \(bad % grid.width), row \(bad / grid.width) is not a number, but a picture holds numbers (.npy takes the result)"
                )
            }
        }
    }

    /// The magnitude at the end of the scale, said to the person, who cannot read numbers off a picture otherwise.
    private func scaleEnd(_ notice: (String) -> Void) throws(CommandFailure) -> Double {
        if let limit = request.limit { return limit }
        guard kernel.isStretched else { return source.white }
        let largest =
            colors.map { plane in
                plane.values.reduce(Scalar(0)) { $1.isNaN ? (hasGaps ? $0 : .infinity) : max($0, $1.magnitude) }
            }.max() ?? 0
        guard largest.isFinite else {
            throw CommandFailure(
                "\(request.output.relativePath): the result is not finite everywhere, so it has no scale; --limit sets one"
            )
        }
        notice("the scale of \(request.output.lastPathComponent) ends at \(Float(largest)), the largest magnitude")
        return largest > 0 ? Double(largest) : 1
    }
}
