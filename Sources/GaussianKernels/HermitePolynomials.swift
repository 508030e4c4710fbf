import Foundation

/// The probabilists' Hermite polynomials Heₙ: He₀ = 1, He₁ = x, Heₙ₊₁ = x Heₙ − n Heₙ₋₁.
///
/// They carry the derivatives of the Gaussian: g⁽ⁿ⁾(x; σ) = (−1/σ)ⁿ Heₙ(x/σ) g(x; σ). Their values overflow where they are beyond 10³⁰⁸, for |x| ≤ 2√n
/// not up to degree 200.
/// Source: NIST Digital Library of Mathematical Functions, 18.3, 18.5 and 18.9.
public enum HermitePolynomials {
    /// The values He₀(x), …, Heₙ(x) for n = `degree`.
    ///
    /// - Complexity: O(`degree`).
    public static func values(through degree: Int, at x: Double) -> [Double] {
        precondition(degree >= 0, "a polynomial's degree is not negative")
        var values = [1.0]
        values.reserveCapacity(degree + 1)
        if degree >= 1 { values.append(x) }
        for n in 1..<max(degree, 1) {
            values.append(x * values[n] - Double(n) * values[n - 1])
        }
        return values
    }

    /// The value Heₙ(x) for n = `degree`, not negative, by the three-term recurrence.
    ///
    /// - Complexity: O(`degree`).
    public static func value(degree: Int, at x: Double) -> Double {
        precondition(degree >= 0, "a polynomial's degree is not negative")
        var (previous, current) = (0.0, 1.0)
        for n in 0..<degree {
            (previous, current) = (current, x * current - Double(n) * previous)
        }
        return current
    }

    /// The highest degree whose zeros can be found without overflow.
    static let highestDegreeOfZeros = 200

    /// The zeros of Heₙ for n = `degree` from 0 to 200, ascending; they are real, simple and symmetric about 0.
    ///
    /// The zeros of Heₙ₋₁ separate those of Heₙ, and all lie within ±2√n, so each has a bracket of its own, which bisection
    /// narrows until no number lies between its ends.
    /// - Complexity: O(`degree`³).
    public static func zeros(degree: Int) -> [Double] {
        precondition(
            (0...highestDegreeOfZeros).contains(degree), "zeros are found up to degree \(highestDegreeOfZeros)")
        var zeros: [Double] = []
        for n in stride(from: 1, through: degree, by: 1) {
            let outer = 2 * Double(n).squareRoot()
            let separators = [-outer] + zeros + [outer]
            zeros = (0..<n).map { k in
                // The middle zero of an odd polynomial is 0, which bisection would only approach.
                if 2 * k + 1 == n { return 0 }
                return bisect(separators[k], separators[k + 1]) { value(degree: n, at: $0) }
            }
        }
        return zeros
    }

    private static func bisect(_ low: Double, _ high: Double, _ function: (Double) -> Double) -> Double {
        var (low, high) = (low, high)
        let signAtLow = function(low).sign
        while true {
            let middle = low + (high - low) / 2
            guard middle > low, middle < high else { return middle }
            if function(middle).sign == signAtLow { low = middle } else { high = middle }
        }
    }
}
