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
        let free = options.freeParameters(withSigma: withSigma && low < high)
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
    func evaluate(_ kernels: UnsafeBufferPointer<Double>, _ shape: GaussianShape) throws -> ShapeEvaluation {
        try nested?.evaluate(kernels, shape) ?? model.evaluate(kernels, shape)
    }

    /// Whether nested bases stand for the fit's basis at a shape.
    func isNested(at shape: GaussianShape) -> Bool { nested?.stands(at: shape) ?? false }
}
