import Foundation

/// What a search maximises: the energy that jets of one order explain, as a function of the shape, evaluated in the cheapest way that is exact.
///
/// Not safe to use from several threads at once: it computes in memory of its own.
final class ShapeObjective {
    /// The energy for fits of every kind.
    let model: ShapeModel
    /// The parameters that are searched, and where.
    let box: ShapeBox
    private let nested: NestedShapeModel?

    init(_ options: FitOptions, order: Int, height: Int, width: Int, withSigma: Bool) {
        let (low, high) = options.logSigmaRange
        let free = options.freeParameters(withSigma: withSigma)
        model = ShapeModel(options: options, order: order, height: height, width: width, free: free)
        nested = NestedShapeModel(model)
        box = ShapeBox(free: free) { parameter in
            switch parameter {
            case .logSigma: low...high
            case .centerX: -options.centerLimit(width)...options.centerLimit(width)
            case .centerY: -options.centerLimit(height)...options.centerLimit(height)
            case .stretchP, .stretchQ: -log(GaussianShape.largestAspect)...log(GaussianShape.largestAspect)
            }
        }
    }

    /// The pooled energy of kernels, stored one after the other, and its derivatives.
    ///
    /// Where the fit truncates singular values, or nearly does, searches of more than σ go by the jet without the functions that
    /// `NestedShapeModel` leaves out for it: the same to about the tolerance of the truncation, except that either may keep one that the other
    /// does not. `settled` puts that right at the end.
    func evaluate(_ kernels: UnsafeBufferPointer<Double>, _ shape: GaussianShape) throws -> ShapeEvaluation {
        if let nested, nested.take(shape) || model.options.hasOwnShapes {
            return nested.evaluate(kernels, sigma: shape.sigma)
        }
        return try model.evaluate(kernels, shape)
    }

    /// The evaluation by the basis that the fit will have.
    func settled(_ kernels: UnsafeBufferPointer<Double>, _ shape: GaussianShape) throws -> ShapeEvaluation {
        if let nested, nested.take(shape) { return nested.evaluate(kernels, sigma: shape.sigma) }
        return try model.evaluate(kernels, shape)
    }

    /// Whether nested bases stand for the fit's basis at a shape.
    func isNested(at shape: GaussianShape) -> Bool { nested?.take(shape) ?? false }
}
