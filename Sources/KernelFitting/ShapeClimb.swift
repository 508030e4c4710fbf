import Foundation

/// The parameters that a search may change, and their ranges.
struct ShapeBox {
    /// The places of the free parameters in a `ShapeVector`.
    let free: [Int]
    /// The ends of their ranges; infinite for the other parameters.
    private(set) var low = ShapeVector(repeating: -.infinity)
    private(set) var high = ShapeVector(repeating: .infinity)

    /// - Parameter range: The range of a parameter.
    init(free: [GaussianShape.Parameter], range: (GaussianShape.Parameter) -> ClosedRange<Double>) {
        self.free = free.map(\.rawValue)
        for parameter in free {
            low[parameter.rawValue] = range(parameter).lowerBound
            high[parameter.rawValue] = range(parameter).upperBound
        }
    }

    /// Whether a free parameter lies at an end of its range.
    func isAtBound(_ shape: GaussianShape) -> Bool {
        let place = shape.parameters
        return free.contains {
            let edge = 1e-5 * (high[$0] - low[$0])
            return place[$0] - low[$0] < edge || high[$0] - place[$0] < edge
        }
    }
}

/// A climb to a local maximum of the explained energy inside a box, a step at a time, by a quasi-Newton method (BFGS) that starts from
/// Kaufman's curvature.
///
/// Source: Nocedal and Wright, *Numerical Optimization*, 2nd ed., 6.1 and 16.7 (the bounds).
struct ShapeClimb {
    /// Where the climb has come to.
    private(set) var shape: GaussianShape
    /// The energy there and its derivatives.
    private(set) var current: ShapeEvaluation
    /// Whether it has arrived.
    private(set) var isDone = false
    /// By how much the energy would rise in the next step if it were quadratic and the step not held back, twice over.
    private(set) var promise = 0.0
    private let box: ShapeBox
    private var place: ShapeVector
    private var curvature: ShapeMatrix
    private var next = ShapeVector()
    private var stepsLeft = 80

    /// The longest step of a parameter: about the least distance between the places a search starts from, so that a climb ends on the hill it
    /// began on.
    private static let longestStep = 0.2

    /// A climb from a shape in the box.
    init(from start: GaussianShape, in box: ShapeBox, evaluate: (GaussianShape) throws -> ShapeEvaluation) rethrows {
        shape = start
        self.box = box
        place = start.parameters
        current = try evaluate(start)
        curvature = current.curvature
        plan()
    }

    /// Whether another climb, a better one, has come to the same place, to within an eighth of what is least between the places to start from.
    func isNear(_ other: ShapeClimb) -> Bool {
        let distance = place - other.place
        return max(distance.max(), -distance.min()) < 0.02
    }

    /// One step up.
    mutating func advance(_ evaluate: (GaussianShape) throws -> ShapeEvaluation) rethrows {
        guard !isDone else { return }
        stepsLeft -= 1
        let before = current.energy
        let hasRisen = try search(evaluate)
        isDone = !hasRisen || current.energy <= before || stepsLeft == 0
        if !isDone { plan() }
    }

    /// Shortens the planned step until the energy rises by enough of what the gradient promises (Armijo's condition); false where it never
    /// does.
    private mutating func search(_ evaluate: (GaussianShape) throws -> ShapeEvaluation) rethrows -> Bool {
        var fraction = 1.0
        for _ in 0..<14 {
            var trial = shape
            let target = (place + fraction * next).clamped(lowerBound: box.low, upperBound: box.high)
            trial.parameters = target
            let evaluation = try evaluate(trial)
            let moved = target - place
            if evaluation.energy >= current.energy + 1e-4 * (moved * current.gradient).sum() {
                bend(along: moved, current.gradient - evaluation.gradient)
                (shape, place, current) = (trial, target, evaluation)
                return true
            }
            fraction *= 0.3
        }
        return false
    }

    /// Plans the next step, or ends the climb where it promises nothing.
    private mutating func plan() {
        let gradient = current.gradient
        let movable = box.free.filter { index in
            // A parameter that a hair separates from its bound would take the step's length and leave the others none.
            let hair = 1e-6 * (box.high[index] - box.low[index])
            return gradient[index] < 0 ? place[index] > box.low[index] + hair : place[index] < box.high[index] - hair
        }
        next = newtonStep(movable)
        promise = (next * gradient).sum()
        // The energy is then known to about 10⁻¹³ of itself, and the parameters to the square root of that.
        isDone = !(promise > 1e-13 * abs(current.energy))
        let longest = max(next.max(), -next.min())
        if longest > Self.longestStep { next *= Self.longestStep / longest }
    }

    /// The step (C + μI)⁻¹ g over the movable parameters, μ as small as makes the matrix safely positive definite; zero for the others.
    private func newtonStep(_ movable: [Int]) -> ShapeVector {
        var (scale, size) = (0.0, 0.0)
        for index in movable {
            scale = max(scale, curvature[index, index])
            size = max(size, abs(current.gradient[index]))
        }
        guard size > 0 else { return .zero }
        var damping = 1e-10 * scale + 1e-300
        for _ in 0..<60 {
            if let step = solve(movable, damping) { return step }
            damping = max(10 * damping, 1e-6 * size)
        }
        return .zero
    }

    /// The solution of a positive definite system by Cholesky's factorisation, or nil where it is not positive definite.
    private func solve(_ movable: [Int], _ damping: Double) -> ShapeVector? {
        var (l, x) = (ShapeMatrix(), ShapeVector())
        for (row, j) in movable.enumerated() {
            for k in movable[...row] {
                var value = curvature[j, k] + (j == k ? damping : 0)
                for earlier in movable where earlier < k { value -= l[j, earlier] * l[k, earlier] }
                if k != j {
                    l[j, k] = value / l[k, k]
                } else {
                    guard value > 1e-14 * abs(curvature[j, j] + damping), value.isFinite else { return nil }
                    l[j, j] = value.squareRoot()
                }
            }
            x[j] = current.gradient[j]
            for k in movable[..<row] { x[j] -= l[j, k] * x[k] }
            x[j] /= l[j, j]
        }
        for j in movable.reversed() {
            for i in movable where i > j { x[j] -= l[i, j] * x[i] }
            x[j] /= l[j, j]
        }
        return x
    }

    /// BFGS' update of the curvature, left out where the gradient does not say that the energy bends down along the move.
    private mutating func bend(along s: ShapeVector, _ y: ShapeVector) {
        var bent = ShapeVector()
        for i in box.free {
            for j in box.free { bent[i] += curvature[i, j] * s[j] }
        }
        let (sCs, sy) = ((s * bent).sum(), (s * y).sum())
        guard sCs > 0, sy > 1e-8 * sCs else { return }
        for i in box.free {
            for j in box.free { curvature[i, j] += y[i] * y[j] / sy - bent[i] * bent[j] / sCs }
        }
    }
}
