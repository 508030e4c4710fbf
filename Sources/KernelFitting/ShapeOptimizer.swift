import Foundation

/// Climbs to a local maximum of the explained energy inside a box, by a quasi-Newton method (BFGS) that starts from Kaufman's
/// curvature.
///
/// Source: Nocedal and Wright, *Numerical Optimization*, 2nd ed., 6.1 and 16.7 (the bounds).
enum ShapeOptimizer {
    /// A maximum, and whether a parameter ended at a bound that it would have crossed.
    struct Maximum {
        var shape: GaussianShape
        var energy: Double
        var isAtBound: Bool
        var rank: Int
    }

    /// The longest step of a parameter: half the distance between the places a search starts from, so that a climb ends on the hill it
    /// began on.
    private static let longestStep = 0.2

    /// The local maximum that is reached from `start`, which lies in the box.
    ///
    /// - Parameters:
    ///   - free: The parameters that may change.
    ///   - bounds: The range of each of them.
    ///   - evaluate: The energy and its derivatives at a shape.
    static func climb(
        from start: GaussianShape, free: [GaussianShape.Parameter], bounds: [ClosedRange<Double>],
        evaluate: (GaussianShape) throws -> ShapeEvaluation
    ) rethrows -> Maximum {
        var shape = start
        var current = try evaluate(shape)
        var curvature = current.curvature
        var isStuck = false
        for _ in 0..<80 where !isStuck {
            let place = free.map { shape.parameters[$0.rawValue] }
            let movable = free.indices.filter { index in
                let gradient = current.gradient[index]
                return !(place[index] <= bounds[index].lowerBound && gradient < 0)
                    && !(place[index] >= bounds[index].upperBound && gradient > 0)
            }
            guard var step = newtonStep(curvature, current.gradient, movable) else { break }
            let promised = movable.reduce(0) { $0 + step[$1] * current.gradient[$1] }
            // The energy is then known to about 10⁻¹³ of itself, and the parameters to the square root of that.
            guard promised > 1e-13 * abs(current.energy) else { break }
            let longest = step.reduce(0) { max($0, abs($1)) }
            if longest > longestStep { step = step.map { $0 * longestStep / longest } }
            isStuck = true
            var fraction = 1.0
            for _ in 0..<14 {
                let next = free.indices.map {
                    min(max(place[$0] + fraction * step[$0], bounds[$0].lowerBound), bounds[$0].upperBound)
                }
                var trial = shape
                for (index, parameter) in free.enumerated() { trial.parameters[parameter.rawValue] = next[index] }
                let moved = zip(next, place).map { $0 - $1 }
                let evaluation = try evaluate(trial)
                let expected = zip(moved, current.gradient).reduce(0) { $0 + $1.0 * $1.1 }
                if evaluation.energy >= current.energy + 1e-4 * expected {
                    let bend = zip(current.gradient, evaluation.gradient).map { $0 - $1 }
                    update(&curvature, along: moved, bend)
                    isStuck = evaluation.energy <= current.energy
                    shape = trial
                    current = evaluation
                    break
                }
                fraction *= 0.3
            }
        }
        let isAtBound = free.indices.contains { index in
            let value = shape.parameters[free[index].rawValue]
            let edge = 1e-5 * (bounds[index].upperBound - bounds[index].lowerBound)
            return value - bounds[index].lowerBound < edge || bounds[index].upperBound - value < edge
        }
        return Maximum(shape: shape, energy: current.energy, isAtBound: isAtBound, rank: current.rank)
    }

    /// The step (C + μI)⁻¹ g over the movable parameters, μ as small as makes the matrix safely positive definite; zero for the others.
    private static func newtonStep(_ curvature: [[Double]], _ gradient: [Double], _ movable: [Int]) -> [Double]? {
        guard !movable.isEmpty else { return nil }
        let scale = movable.map { curvature[$0][$0] }.max() ?? 0
        let size = movable.map { abs(gradient[$0]) }.max() ?? 0
        guard size > 0 else { return nil }
        var damping = 1e-10 * scale + 1e-300
        for _ in 0..<60 {
            var matrix = movable.map { row in movable.map { curvature[row][$0] } }
            for index in matrix.indices { matrix[index][index] += damping }
            if let solution = solve(matrix, movable.map { gradient[$0] }) {
                var step = [Double](repeating: 0, count: gradient.count)
                for (index, parameter) in movable.enumerated() { step[parameter] = solution[index] }
                return step
            }
            damping = max(10 * damping, 1e-6 * size)
        }
        return nil
    }

    /// The solution of a positive definite system by Cholesky's factorisation, or nil where it is not positive definite.
    private static func solve(_ matrix: [[Double]], _ rightHandSide: [Double]) -> [Double]? {
        var (l, x) = (matrix, rightHandSide)
        for j in l.indices {
            for k in 0..<j { l[j][j] -= l[j][k] * l[j][k] }
            guard l[j][j] > 1e-14 * abs(matrix[j][j]), l[j][j].isFinite else { return nil }
            l[j][j] = l[j][j].squareRoot()
            for i in (j + 1)..<max(l.count, j + 1) {
                for k in 0..<j { l[i][j] -= l[i][k] * l[j][k] }
                l[i][j] /= l[j][j]
            }
            for k in 0..<j { x[j] -= l[j][k] * x[k] }
            x[j] /= l[j][j]
        }
        for j in l.indices.reversed() {
            for i in (j + 1)..<max(l.count, j + 1) { x[j] -= l[i][j] * x[i] }
            x[j] /= l[j][j]
        }
        return x
    }

    /// BFGS' update of the curvature, left out where the gradient does not say that the energy bends down along the move.
    private static func update(_ curvature: inout [[Double]], along s: [Double], _ y: [Double]) {
        let bent = curvature.map { row in zip(row, s).reduce(0) { $0 + $1.0 * $1.1 } }
        let sCs = zip(s, bent).reduce(0) { $0 + $1.0 * $1.1 }
        let sy = zip(s, y).reduce(0) { $0 + $1.0 * $1.1 }
        guard sCs > 0, sy > 1e-8 * sCs else { return }
        for i in s.indices {
            for j in s.indices { curvature[i][j] += y[i] * y[j] / sy - bent[i] * bent[j] / sCs }
        }
    }
}
