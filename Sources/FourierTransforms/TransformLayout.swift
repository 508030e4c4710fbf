/// What a transform computes. None divides by the number of points: backward after forward multiplies by it.
public enum TransformKind: Sendable, Hashable {
    /// X[m] = Σ x[j] exp(−2πi·j·m/n) of complex x.
    case complexForward
    /// x[j] = Σ X[m] exp(+2πi·j·m/n) to complex x.
    case complexBackward
    /// The forward transform of real x, of which the last axis keeps m = 0 … n/2; the rest is its conjugate mirror image.
    case realToComplex
    /// The backward transform to real x of such a half spectrum. Overwrites its input.
    case complexToReal
}

/// One axis of a transform, or one loop over transforms: how many points, and how far apart they lie.
public struct TransformAxis: Sendable, Hashable {
    /// The number of points of the real or complex function along the axis, or of transforms in the loop.
    public let length: Int
    /// The distance of neighbours in the input; in complex numbers where the input is complex, else in scalars.
    public let inputStride: Int
    /// The distance of neighbours in the output; in complex numbers where the output is complex, else in scalars.
    public let outputStride: Int

    /// An axis of `length` points.
    public init(length: Int, inputStride: Int, outputStride: Int) {
        precondition(length >= 1, "an axis has at least one point, not \(length)")
        precondition(
            inputStride >= 1 && outputStride >= 1, "strides are positive, not \(inputStride) and \(outputStride)")
        (self.length, self.inputStride, self.outputStride) = (length, inputStride, outputStride)
    }

    /// An axis of `length` points with the same distance in input and output.
    public init(length: Int, stride: Int) {
        self.init(length: length, inputStride: stride, outputStride: stride)
    }
}

/// Which points a transform reads and writes.
public struct TransformLayout: Sendable, Hashable {
    /// What is computed.
    public let kind: TransformKind
    /// The axes of one transform, outermost first; the last is the one that real transforms halve.
    public let axes: [TransformAxis]
    /// Loops over transforms.
    public let batch: [TransformAxis]

    /// A transform of `kind` over `axes`, repeated over `batch`.
    public init(kind: TransformKind, axes: [TransformAxis], batch: [TransformAxis] = []) {
        precondition(axes.count == 1 || axes.count == 2, "transforms have one or two axes, not \(axes.count)")
        (self.kind, self.axes, self.batch) = (kind, axes, batch)
    }

    /// One dimension, `length` neighbouring points.
    public init(kind: TransformKind, length: Int) {
        self.init(kind: kind, axes: [TransformAxis(length: length, stride: 1)])
    }

    /// Two dimensions, `height` rows of `width` points, row-major without gaps; half spectra have width/2 + 1 columns.
    public init(kind: TransformKind, width: Int, height: Int) {
        let half = width / 2 + 1
        let rows = TransformAxis(
            length: height, inputStride: kind == .complexToReal ? half : width,
            outputStride: kind == .realToComplex ? half : width)
        self.init(kind: kind, axes: [rows, TransformAxis(length: width, stride: 1)])
    }

    /// Complex transforms in two dimensions of `channels` pictures at once, channels innermost: [height, width, channels] complex numbers.
    ///
    /// With two real channels as one complex number this is the layout of the tensor engine, `channels` then counting pairs.
    public init(kind: TransformKind, width: Int, height: Int, interleavedChannels channels: Int) {
        precondition(
            kind == .complexForward || kind == .complexBackward,
            "interleaved channels are transformed as complex numbers")
        self.init(
            kind: kind,
            axes: [
                TransformAxis(length: height, stride: width * channels), TransformAxis(length: width, stride: channels),
            ],
            batch: [TransformAxis(length: channels, stride: 1)])
    }

    /// The number of scalars from the first to the last that the input touches.
    public var inputCount: Int {
        let halved = kind == .complexToReal
        return extent(halved: halved, stride: \.inputStride) * (kind == .realToComplex ? 1 : 2)
    }

    /// The number of scalars from the first to the last that the output touches.
    public var outputCount: Int {
        let halved = kind == .realToComplex
        return extent(halved: halved, stride: \.outputStride) * (kind == .complexToReal ? 1 : 2)
    }

    private func extent(halved: Bool, stride: (TransformAxis) -> Int) -> Int {
        var last = 0
        for (index, axis) in (batch + axes).enumerated() {
            let isLast = index == batch.count + axes.count - 1
            let length = halved && isLast ? axis.length / 2 + 1 : axis.length
            last += (length - 1) * stride(axis)
        }
        return last + 1
    }
}
