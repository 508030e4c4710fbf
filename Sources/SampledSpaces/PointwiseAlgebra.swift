extension SampledFunction {
    /// The function with `transform` applied to every sample.
    @inlinable public func map(_ transform: (Scalar) throws -> Scalar) rethrows -> SampledFunction {
        SampledFunction(grid: grid, values: try storage.map(transform))
    }

    /// The function whose samples are `combine` of this one's and `other`'s, both on the same grid.
    @inlinable public func combined(
        with other: SampledFunction, _ combine: (Scalar, Scalar) throws -> Scalar
    ) rethrows -> SampledFunction {
        precondition(grid == other.grid, "functions on different grids cannot be combined sample by sample")
        return SampledFunction(
            grid: grid, values: try (0..<storage.count).map { try combine(storage[$0], other.storage[$0]) })
    }

    /// The pointwise sum of two functions on the same grid.
    @inlinable public static func + (f: SampledFunction, g: SampledFunction) -> SampledFunction {
        f.combined(with: g, +)
    }

    /// The pointwise difference of two functions on the same grid.
    @inlinable public static func - (f: SampledFunction, g: SampledFunction) -> SampledFunction {
        f.combined(with: g, -)
    }

    /// The pointwise product of two functions on the same grid.
    @inlinable public static func * (f: SampledFunction, g: SampledFunction) -> SampledFunction {
        f.combined(with: g, *)
    }

    /// The multiple of a function.
    @inlinable public static func * (factor: Scalar, f: SampledFunction) -> SampledFunction { f.map { factor * $0 } }

    /// The function of the opposite sign.
    @inlinable public static prefix func - (f: SampledFunction) -> SampledFunction { f.map { -$0 } }
}
