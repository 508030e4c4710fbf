import Parallelism

/// Two-dimensional transforms of one real picture, on all threads of the shared pool.
///
/// A *plane* is memory for `height` rows of `pitch` complex numbers. A picture of `width` × `height` is stored in it row by row, each row's scalars
/// from the row's beginning; after `forward` the first `spectrumWidth` complex numbers of row l are the spectrum X[k, l], k = 0 … width/2. Rows
/// are transformed in place, columns in blocks that are first gathered into neighbouring memory. Every row and every block of columns is one
/// item of work, so the number of threads does not change the result.
public final class PlaneTransform<Scalar: FourierScalar>: Sendable {
    /// Columns of the picture.
    public let width: Int
    /// Rows of the picture.
    public let height: Int
    /// Columns of the half spectrum, width/2 + 1.
    public var spectrumWidth: Int { width / 2 + 1 }
    /// The distance between rows of a plane, in complex numbers.
    public let pitch: Int

    /// Complex numbers in 64 bytes: the width of a block of columns.
    private static var blockWidth: Int { 32 / MemoryLayout<Scalar>.size }
    private var blockCount: Int { (spectrumWidth + Self.blockWidth - 1) / Self.blockWidth }
    private var blockScalars: Int { height * Self.blockWidth * 2 }
    private let rows: Partition

    private let rowForward: FourierPlan<Scalar>
    private let rowInverse: FourierPlan<Scalar>
    private let columnsForward: FourierPlan<Scalar>
    private let columnsInverse: FourierPlan<Scalar>

    /// Plans for pictures of `width` × `height`.
    public init(width: Int, height: Int, effort: PlanningEffort = .estimate) {
        precondition(width >= 1 && height >= 1, "a picture has at least one sample, not \(width) × \(height)")
        (self.width, self.height) = (width, height)
        let block = Self.blockWidth
        var pitch = (width / 2 + 1 + block - 1) / block * block
        // Rows a multiple of 4096 bytes apart would compete for the same few lines of the cache.
        if pitch * 2 * MemoryLayout<Scalar>.size % 4096 == 0 { pitch += block }
        self.pitch = pitch
        rows = Partition(itemCount: height, blockLength: max(1, 8192 / width))
        rowForward = FourierPlan(TransformLayout(kind: .realToComplex, length: width), inPlace: true, effort: effort)
        rowInverse = FourierPlan(TransformLayout(kind: .complexToReal, length: width), inPlace: true, effort: effort)
        let column = TransformAxis(length: height, stride: block)
        let batch = TransformAxis(length: block, stride: 1)
        columnsForward = FourierPlan(
            TransformLayout(kind: .complexForward, axes: [column], batch: [batch]), inPlace: true, effort: effort)
        columnsInverse = FourierPlan(
            TransformLayout(kind: .complexBackward, axes: [column], batch: [batch]), inPlace: true, effort: effort)
    }

    /// A plane of zeros.
    public func makePlane() -> AlignedBuffer<Scalar> { AlignedBuffer(zeros: height * pitch * 2) }

    /// Replaces the picture in `plane` by its spectrum.
    public func forward(_ plane: AlignedBuffer<Scalar>) {
        transformRows(plane, rowForward)
        forEachBlock { block, scratch in
            gather(block, of: plane, into: scratch)
            columnsForward.execute(scratch, scratch)
            scatter(scratch, to: block, of: plane)
        }
    }

    /// Replaces the spectrum in `plane` by width·height times its picture.
    public func inverse(_ plane: AlignedBuffer<Scalar>) {
        forEachBlock { block, scratch in
            gather(block, of: plane, into: scratch)
            columnsInverse.execute(scratch, scratch)
            scatter(scratch, to: block, of: plane)
        }
        transformRows(plane, rowInverse)
    }

    /// A function of frequency in the form that `filter` takes, sampled from `transfer(k, l)` = (real part, imaginary part).
    ///
    /// - Parameter transfer: the value at wave number k = 0 … width/2 and −height/2 < l ≤ height/2, with conjugate symmetry where the
    ///   picture is to stay real: transfer(k, −l) conjugate to transfer(−k, l).
    public func makeTransfer(_ transfer: (_ k: Int, _ l: Int) -> (Scalar, Scalar)) -> AlignedBuffer<Scalar> {
        let result = AlignedBuffer<Scalar>(zeros: blockCount * blockScalars)
        let block = Self.blockWidth
        for row in 0..<height {
            let l = row <= height / 2 ? row : row - height
            for k in 0..<spectrumWidth {
                let at = result.pointer + (k / block * blockScalars + (row * block + k % block) * 2)
                (at[0], at[1]) = transfer(k, l)
            }
        }
        return result
    }

    /// The spectrum of the picture in `plane`, times `scale`, in the form that `filter` takes. Overwrites `plane`.
    public func transfer(ofKernelIn plane: AlignedBuffer<Scalar>, scale: Scalar) -> AlignedBuffer<Scalar> {
        let result = AlignedBuffer<Scalar>(zeros: blockCount * blockScalars)
        transformRows(plane, rowForward)
        forEachBlock { block, scratch in
            gather(block, of: plane, into: scratch)
            columnsForward.execute(scratch, scratch)
            let target = result.pointer + block * blockScalars
            for i in 0..<blockScalars { target[i] = scale * scratch.pointer[i] }
        }
        return result
    }

    /// Multiplies the spectrum of the picture in `plane` by `transfer`, or its conjugate: width·height times a circular convolution, or its adjoint.
    ///
    /// Forward transform, product and inverse of a block of columns happen in one visit, while they are in the cache.
    public func filter(_ plane: AlignedBuffer<Scalar>, by transfer: AlignedBuffer<Scalar>, conjugated: Bool = false) {
        precondition(transfer.count == blockCount * blockScalars, "the transfer function belongs to another size")
        transformRows(plane, rowForward)
        forEachBlock { block, scratch in
            gather(block, of: plane, into: scratch)
            columnsForward.execute(scratch, scratch)
            Scalar.fourierLibrary.multiply(
                scratch.pointer, transfer.pointer + block * blockScalars, height * Self.blockWidth, conjugated)
            columnsInverse.execute(scratch, scratch)
            scatter(scratch, to: block, of: plane)
        }
        transformRows(plane, rowInverse)
    }

    private func transformRows(_ plane: AlignedBuffer<Scalar>, _ plan: FourierPlan<Scalar>) {
        precondition(plane.count == height * pitch * 2, "the plane belongs to another size")
        WorkerPool.shared.forEach(rows.count) { block, _ in
            for row in rows[block] {
                let memory = UnsafeMutableBufferPointer(start: plane.pointer + row * pitch * 2, count: pitch * 2)
                plan.execute(memory, memory)
            }
        }
    }

    private func forEachBlock(_ body: (Int, AlignedBuffer<Scalar>) -> Void) {
        WorkerPool.shared.forEach(blockCount, scratch: { AlignedBuffer<Scalar>(zeros: blockScalars) }, body)
    }

    private func gather(_ block: Int, of plane: AlignedBuffer<Scalar>, into scratch: AlignedBuffer<Scalar>) {
        precondition(plane.count == height * pitch * 2, "the plane belongs to another size")
        let from = UnsafeRawPointer(plane.pointer) + block * 64
        let to = UnsafeMutableRawPointer(scratch.pointer)
        let rowBytes = pitch * 2 * MemoryLayout<Scalar>.size
        for row in 0..<height { (to + row * 64).copyMemory(from: from + row * rowBytes, byteCount: 64) }
    }

    private func scatter(_ scratch: AlignedBuffer<Scalar>, to block: Int, of plane: AlignedBuffer<Scalar>) {
        let to = UnsafeMutableRawPointer(plane.pointer) + block * 64
        let from = UnsafeRawPointer(scratch.pointer)
        let rowBytes = pitch * 2 * MemoryLayout<Scalar>.size
        for row in 0..<height { (to + row * rowBytes).copyMemory(from: from + row * 64, byteCount: 64) }
    }
}
