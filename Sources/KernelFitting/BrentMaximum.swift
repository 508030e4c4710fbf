/// The maximum of a function of one variable in a bracket, by Brent's method: parabolic interpolation where it converges,
/// golden sections where it does not.
///
/// Source: Brent, *Algorithms for Minimization without Derivatives*, Prentice-Hall 1973, chapter 5.
enum BrentMaximum {
    /// The place of a local maximum of `function` in `bracket`, to within about `tolerance`, and the value there.
    ///
    /// - Parameters:
    ///   - start: A place inside the bracket whose value is known, where the search begins.
    /// - Complexity: some 5 to 12 evaluations for smooth functions, O(log(width / tolerance)) for others.
    static func find(
        in bracket: ClosedRange<Double>, from start: (place: Double, value: Double), tolerance: Double,
        of function: (Double) throws -> Double
    ) rethrows -> (place: Double, value: Double) {
        let golden = (3 - 5.0.squareRoot()) / 2
        var (low, high) = (bracket.lowerBound, bracket.upperBound)
        var best = start
        var (second, third) = (start, start)
        var (step, stepBefore) = (0.0, 0.0)
        for _ in 0..<200 {
            let middle = (low + high) / 2
            if abs(best.place - middle) <= 2 * tolerance - (high - low) / 2 { break }
            let parabola = abs(stepBefore) > tolerance ? parabolicStep(best, second, third) : nil
            let toLow = low - best.place
            let toHigh = high - best.place
            if let parabola, abs(parabola) < abs(stepBefore) / 2, parabola > toLow, parabola < toHigh {
                stepBefore = step
                step = parabola
                let nearEnd = parabola - toLow < 2 * tolerance || toHigh - parabola < 2 * tolerance
                if nearEnd { step = middle > best.place ? tolerance : -tolerance }
            } else {
                stepBefore = best.place < middle ? toHigh : toLow
                step = golden * stepBefore
            }
            let move = abs(step) >= tolerance ? step : (step < 0 ? -tolerance : tolerance)
            let place = best.place + move
            let trial = (place: place, value: try function(place))
            if trial.value >= best.value {
                if place >= best.place { low = best.place } else { high = best.place }
                (third, second, best) = (second, best, trial)
            } else {
                if place < best.place { low = place } else { high = place }
                if trial.value >= second.value || second.place == best.place {
                    (third, second) = (second, trial)
                } else if trial.value >= third.value || third.place == best.place || third.place == second.place {
                    third = trial
                }
            }
        }
        return best
    }

    /// The step from the best of three points to the vertex of the parabola through them, or nil where there is none.
    private static func parabolicStep(
        _ best: (place: Double, value: Double), _ second: (place: Double, value: Double),
        _ third: (place: Double, value: Double)
    ) -> Double? {
        let a = (best.place - second.place) * (best.value - third.value)
        let b = (best.place - third.place) * (best.value - second.value)
        let numerator = (best.place - third.place) * b - (best.place - second.place) * a
        let denominator = 2 * (b - a)
        return denominator == 0 ? nil : -numerator / denominator
    }
}
