/// Integrals, inner products and norms.
///
/// All are the midpoint rule, h_x·h_y · Σ over the samples. Its error is O(h²) for a twice differentiable function on the rectangle. For a
/// function that is periodic over the domain, or that vanishes with its derivatives at the border, it falls faster than any power of h, and
/// for a trigonometric polynomial with fewer than n periods over n samples it is zero. A product's bandwidth is the sum of the factors', so
/// an inner product of two such functions is exact only where both stay below n/2 together.
///
/// Terms are formed and added in `Double` for both precisions, in an order fixed by the grid: eight interleaved lanes along a row, then row after
/// row. The rounding error is at most (width/8 + height + 12)·2⁻⁵³ of the sum of the terms' magnitudes.
extension SampledFunction {
    /// ∫ f over the domain.
    @inlinable public func integral() -> Double {
        sum { Double($0) }
    }

    /// The mean of f over the domain.
    @inlinable public func mean() -> Double {
        integral() / (grid.cellArea * Double(grid.count))
    }

    /// ⟨f, g⟩ = ∫ f·g over the domain; both functions are on the same grid.
    @inlinable public func inner(_ other: SampledFunction) -> Double {
        precondition(grid == other.grid, "functions on different grids have no inner product")
        return storage.withUnsafeBufferPointer { f in
            other.storage.withUnsafeBufferPointer { g in
                sumOfTerms { Double(f[$0]) * Double(g[$0]) }
            }
        }
    }

    /// ‖f‖₁ = ∫ |f|.
    @inlinable public func l1Norm() -> Double {
        sum { Double($0.magnitude) }
    }

    /// ‖f‖₂ = √∫ f².
    @inlinable public func l2Norm() -> Double {
        sum { Double($0) * Double($0) }.squareRoot()
    }

    /// The largest magnitude of a sample; not a number where any sample is none.
    @inlinable public func maxNorm() -> Double {
        var largest: Scalar = 0
        for value in storage {
            if value.isNaN { return .nan }
            largest = Scalar.maximum(largest, value.magnitude)
        }
        return Double(largest)
    }

    @inlinable func sum(_ term: (Scalar) -> Double) -> Double {
        storage.withUnsafeBufferPointer { f in sumOfTerms { term(f[$0]) } }
    }

    /// The weighted sum of `term(i)` over all samples i, in the order described above.
    @inlinable func sumOfTerms(_ term: (Int) -> Double) -> Double {
        var total = 0.0
        for row in 0..<grid.height {
            var index = row * grid.width
            let end = index + grid.width
            var lanes = SIMD8<Double>.zero
            while index + 8 <= end {
                lanes += SIMD8(
                    term(index), term(index + 1), term(index + 2), term(index + 3),
                    term(index + 4), term(index + 5), term(index + 6), term(index + 7))
                index += 8
            }
            while index < end {
                lanes[0] += term(index)
                index += 1
            }
            total += lanes.sum()
        }
        return total * grid.cellArea
    }
}
