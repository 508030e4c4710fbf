/// Single elements, by as many indices as the tensor has axes. Each index is checked; inner loops use the pointers instead.
extension Tensor {
    /// The element of a tensor with one axis.
    @inlinable public subscript(i: Int) -> Float {
        get { storage.elements[position(i)] }
        set {
            let position = position(i)
            withUnsafeMutableBufferPointer { $0[position] = newValue }
        }
    }

    /// The element of a tensor with two axes.
    @inlinable public subscript(i: Int, j: Int) -> Float {
        get { storage.elements[position(i, j)] }
        set {
            let position = position(i, j)
            withUnsafeMutableBufferPointer { $0[position] = newValue }
        }
    }

    /// The element of a tensor with three axes.
    @inlinable public subscript(i: Int, j: Int, k: Int) -> Float {
        get { storage.elements[position(i, j, k)] }
        set {
            let position = position(i, j, k)
            withUnsafeMutableBufferPointer { $0[position] = newValue }
        }
    }

    /// The element of a tensor with four axes.
    @inlinable public subscript(i: Int, j: Int, k: Int, l: Int) -> Float {
        get { storage.elements[position(i, j, k, l)] }
        set {
            let position = position(i, j, k, l)
            withUnsafeMutableBufferPointer { $0[position] = newValue }
        }
    }

    @inlinable func position(_ i: Int) -> Int {
        precondition(shape.rank == 1, "one index into a tensor of another rank")
        return checked(i, 0)
    }

    @inlinable func position(_ i: Int, _ j: Int) -> Int {
        precondition(shape.rank == 2, "two indices into a tensor of another rank")
        return checked(i, 0) * shape[1] + checked(j, 1)
    }

    @inlinable func position(_ i: Int, _ j: Int, _ k: Int) -> Int {
        precondition(shape.rank == 3, "three indices into a tensor of another rank")
        return (checked(i, 0) * shape[1] + checked(j, 1)) * shape[2] + checked(k, 2)
    }

    @inlinable func position(_ i: Int, _ j: Int, _ k: Int, _ l: Int) -> Int {
        precondition(shape.rank == 4, "four indices into a tensor of another rank")
        return ((checked(i, 0) * shape[1] + checked(j, 1)) * shape[2] + checked(k, 2)) * shape[3] + checked(l, 3)
    }

    /// The index given, after the check that it lies on its axis.
    @inlinable func checked(_ index: Int, _ axis: Int) -> Int {
        precondition(index >= 0 && index < shape[axis], "index outside the tensor")
        return index
    }
}
