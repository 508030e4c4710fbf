/// Two-dimensional transforms of one real picture of which each of several processes holds some rows, a *slab*.
///
/// A slab is memory for the process's rows, `pitch` scalars apart, and for the part of the spectrum that the process holds after `forward`, in
/// whatever order that is: the same for every picture, so that spectra are multiplied point by point where they lie. All processes make the same
/// calls in the same order.
public protocol SlabTransform: AnyObject {
    /// Columns of the picture.
    var width: Int { get }
    /// Rows of the picture.
    var height: Int { get }
    /// The rows that this process holds; perhaps none.
    var rows: Range<Int> { get }
    /// The distance between rows of a slab, in scalars.
    var pitch: Int { get }

    /// A slab of zeros.
    func makeSlab() -> AlignedBuffer<Float>
    /// Replaces the picture by its spectrum.
    func forward(_ slab: AlignedBuffer<Float>)
    /// Replaces the spectrum by width·height times its picture.
    func inverse(_ slab: AlignedBuffer<Float>)
}

extension SlabTransform {
    /// Multiplies the spectrum in `slab` by the conjugate of the one in `other`, point by point.
    public func multiply(_ slab: AlignedBuffer<Float>, byConjugateOf other: AlignedBuffer<Float>) {
        precondition(slab.count == other.count, "the slabs belong to different sizes")
        Float.fourierLibrary.multiply(slab.pointer, other.pointer, slab.count / 2, true)
    }
}

/// A slab that is the whole picture, for a process by itself.
public final class WholeSlab: SlabTransform {
    private let transform: PlaneTransform<Float>

    /// Plans for pictures of `width` × `height`.
    public init(width: Int, height: Int) { transform = PlaneTransform(width: width, height: height) }

    /// Columns of the picture.
    public var width: Int { transform.width }
    /// Rows of the picture.
    public var height: Int { transform.height }
    /// All rows.
    public var rows: Range<Int> { 0..<height }
    /// The distance between rows, in scalars.
    public var pitch: Int { transform.pitch * 2 }

    /// A slab of zeros.
    public func makeSlab() -> AlignedBuffer<Float> { transform.makePlane() }
    /// Replaces the picture by its spectrum.
    public func forward(_ slab: AlignedBuffer<Float>) { transform.forward(slab) }
    /// Replaces the spectrum by width·height times its picture.
    public func inverse(_ slab: AlignedBuffer<Float>) { transform.inverse(slab) }
}
