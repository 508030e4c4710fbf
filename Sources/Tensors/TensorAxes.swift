extension Tensor {
    /// The same elements in the same order under another shape with as many elements. Memory is shared, nothing is copied.
    /// - Complexity: O(1).
    public func reshaped(to shape: TensorShape) -> Tensor {
        precondition(shape.count == count, "a tensor of shape \(self.shape) cannot become one of shape \(shape)")
        return Tensor(shape: shape, storage: storage)
    }

    /// The tensor whose axis n is this one's axis `axes[n]`.
    ///
    /// `permuted([2, 3, 1, 0])` takes kernels `[out, in, height, width]` to `[height, width, in, out]`.
    /// - Precondition: `axes` names each axis once.
    /// - Complexity: O(count).
    public func permuted(_ axes: [Int]) -> Tensor {
        precondition(axes.sorted() == Array(0..<shape.rank), "\(axes) does not name each axis of \(shape) once")
        let strides = shape.strides
        let permutedStrides = axes.map { strides[$0] }
        let permutedShape = TensorShape(axes.map { shape[$0] })
        let (rowLength, step) = (permutedShape.extents.last ?? 1, permutedStrides.last ?? 1)
        return Tensor(permutedShape) { result in
            withUnsafeBufferPointer { source in
                permutedShape.forEachRow(strides: permutedStrides) { position, offset in
                    for i in 0..<rowLength { result[position + i] = source[offset + i * step] }
                }
            }
        }
    }

    /// The tensor with its axes in reverse order: the transpose of a matrix.
    /// - Complexity: O(count).
    public var transposed: Tensor { permuted((0..<shape.rank).reversed()) }
}
