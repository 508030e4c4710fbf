/// A number for each parameter of a shape, at its `GaussianShape.Parameter.rawValue`; the other lanes are zero.
typealias ShapeVector = SIMD8<Double>

/// A number for each pair of parameters of a shape.
struct ShapeMatrix {
    private var values = SIMD32<Double>()

    subscript(row: Int, column: Int) -> Double {
        get { values[5 * row + column] }
        set { values[5 * row + column] = newValue }
    }
}

/// The energy explained at a shape, and how it changes with the parameters that are free.
struct ShapeEvaluation {
    /// The energy explained.
    var energy = 0.0
    /// Its derivatives by the free parameters.
    var gradient = ShapeVector()
    /// An approximation of minus its second derivatives, positive semidefinite: 2 VᵀV, V as in `ShapeModel`.
    var curvature = ShapeMatrix()
    /// The rank of the basis.
    var rank: Int
}
