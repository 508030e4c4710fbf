extension SampledFunction {
    /// The function on a grid finer by `factor`, constant over every cell of this one: piecewise constant interpolation, of first order.
    ///
    /// The integral stays the same. It is the adjoint of averaging, `coarsened(by:)`, in the functions' inner products.
    /// Band-limited interpolation of periodic functions is `bandLimitedResampled` of the module FourierTransforms.
    @inlinable public func refined(by factor: Int) -> SampledFunction {
        let fine = grid.refined(by: factor)
        var values: [Scalar] = []
        values.reserveCapacity(fine.count)
        for row in 0..<fine.height {
            let start = row / factor * grid.width
            for column in 0..<grid.width {
                values.append(contentsOf: repeatElement(storage[start + column], count: factor))
            }
        }
        return SampledFunction(grid: fine, values: values)
    }

    /// The function on a grid coarser by `factor`.
    ///
    /// Keeping the domain, every value is the mean over `factor` × `factor` cells: of second order for smooth functions, the integral stays the
    /// same, and both extents must be multiples of `factor`. Keeping the first sample, every `factor`-th sample in both directions is
    /// kept as it is, so what oscillates faster than the coarse grid can follow is aliased.
    @inlinable public func coarsened(by factor: Int, keeping alignment: GridAlignment = .domain) -> SampledFunction {
        let coarse = grid.coarsened(by: factor, keeping: alignment)
        var values: [Scalar] = []
        values.reserveCapacity(coarse.count)
        for row in 0..<coarse.height {
            for column in 0..<coarse.width {
                let start = row * factor * grid.width + column * factor
                values.append(alignment == .domain ? cellMean(from: start, factor) : storage[start])
            }
        }
        return SampledFunction(grid: coarse, values: values)
    }

    @inlinable func cellMean(from start: Int, _ factor: Int) -> Scalar {
        var sum: Scalar = 0
        for row in 0..<factor {
            for column in 0..<factor { sum += storage[start + row * grid.width + column] }
        }
        return sum / Scalar(factor * factor)
    }
}
