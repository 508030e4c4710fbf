import Foundation

/// Student's t distribution, for intervals of means of few values.
public enum StudentDistribution {
    /// The probability of a value below `t` with `freedom` degrees of freedom.
    ///
    /// Through the incomplete beta function: 1 − I_x(ν/2, ½)/2 with x = ν/(ν + t²) (Abramowitz and Stegun 26.7.1).
    public static func cumulative(_ t: Double, freedom: Double) -> Double {
        precondition(freedom > 0, "there are degrees of freedom")
        let tail = incompleteBeta(freedom / (freedom + t * t), freedom / 2, 0.5) / 2
        return t > 0 ? 1 - tail : tail
    }

    /// The value below which a number lies with probability `p`.
    ///
    /// - Complexity: O(log(range/precision)), by bisection.
    public static func quantile(_ p: Double, freedom: Double) -> Double {
        precondition(p > 0 && p < 1, "a probability between 0 and 1")
        if p < 0.5 { return -quantile(1 - p, freedom: freedom) }
        var (low, high) = (0.0, 1.0)
        while cumulative(high, freedom: freedom) < p, high < 1e12 { high *= 2 }
        for _ in 0..<200 where high - low > 1e-13 * high {
            let middle = (low + high) / 2
            if cumulative(middle, freedom: freedom) < p { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }

    /// The regularised incomplete beta function I_x(a, b), by its continued fraction (Abramowitz and Stegun 26.5.8), evaluated by Lentz's
    /// method.
    static func incompleteBeta(_ x: Double, _ a: Double, _ b: Double) -> Double {
        guard x > 0 else { return 0 }
        guard x < 1 else { return 1 }
        // The fraction converges fast on this side of the mean.
        guard x <= (a + 1) / (a + b + 2) else { return 1 - incompleteBeta(1 - x, b, a) }
        let front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x)) / a
        var (fraction, c, d) = (1.0, 1.0, 0.0)
        for step in 0..<500 {
            let m = Double(step / 2)
            let numerator: Double
            if step == 0 {
                numerator = 1
            } else if step % 2 == 0 {
                numerator = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
            } else {
                numerator = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
            }
            d = 1 / (1 + numerator * d)
            c = 1 + numerator / c
            fraction *= c * d
            if abs(c * d - 1) < 1e-15 { break }
        }
        return front * (fraction - 1)
    }
}
