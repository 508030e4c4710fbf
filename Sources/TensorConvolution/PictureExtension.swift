import Parallelism
import SampledSpaces

/// Pictures extended over their border: a linear map of the pictures, so that a convolution with any boundary is this map followed by
/// one that needs no boundary, and its gradient the gradient of that followed by this map's adjoint.
struct PictureExtension: Sendable {
    let batch: Int
    let channels: Int
    let vertical: Axis
    let horizontal: Axis

    /// One axis: the number of samples, and which of them stands at each place of the extended axis.
    struct Axis: Sendable {
        let count: Int
        let sources: [Int?]

        init(_ axis: ConvolutionAxis, boundary: Boundary) {
            count = axis.input
            sources = (-axis.paddingBefore..<axis.input + axis.paddingAfter).map {
                boundary.source(of: $0, count: axis.input)
            }
        }
    }

    init(_ shape: ConvolutionShape) {
        batch = shape.batch
        channels = shape.inputChannels
        vertical = Axis(shape.vertical, boundary: shape.boundary)
        horizontal = Axis(shape.horizontal, boundary: shape.boundary)
    }

    /// The number of floats of the extended pictures.
    var count: Int { batch * vertical.sources.count * horizontal.sources.count * channels }

    /// Writes the extended pictures.
    func extend(_ pictures: UnsafePointer<Float>, into extended: UnsafeMutablePointer<Float>, pool: WorkerPool) {
        let rows = vertical.sources.count
        let width = horizontal.sources.count
        pool.forEach(batch * rows) { item in
            let (picture, row) = item.quotientAndRemainder(dividingBy: rows)
            let to = extended + item * width * channels
            guard let source = vertical.sources[row] else {
                to.update(repeating: 0, count: width * channels)
                return
            }
            let from = pictures + (picture * vertical.count + source) * horizontal.count * channels
            for (x, source) in horizontal.sources.enumerated() {
                if let source {
                    (to + x * channels).update(from: from + source * channels, count: channels)
                } else {
                    (to + x * channels).update(repeating: 0, count: channels)
                }
            }
        }
    }

    /// Writes the adjoint: for every sample the sum over the places where it stands.
    func fold(_ extended: UnsafePointer<Float>, into pictures: UnsafeMutablePointer<Float>, pool: WorkerPool) {
        let rows = vertical.sources.count
        let width = horizontal.sources.count
        pool.forEach(batch) { picture in
            let to = pictures + picture * vertical.count * horizontal.count * channels
            to.update(repeating: 0, count: vertical.count * horizontal.count * channels)
            for (row, source) in vertical.sources.enumerated() {
                guard let source else { continue }
                let from = extended + (picture * rows + row) * width * channels
                for (x, column) in horizontal.sources.enumerated() {
                    guard let column else { continue }
                    add(from + x * channels, to: to + (source * horizontal.count + column) * channels, channels)
                }
            }
        }
    }
}
