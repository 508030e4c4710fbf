import Foundation

/// The exponentially scaled modified Bessel functions e^{−s} I_k(s) of integer order.
enum BesselFunctions {
    /// The values e^{−s} I₀(s), …, e^{−s} I_m(s) for m = `order`, with a relative error of a few units of rounding.
    ///
    /// Miller's backward recurrence I_{k−1} = I_{k+1} + (2k/s) I_k, stable in this direction, started beyond the orders that
    /// matter and scaled by the identity e^{−s}(I₀ + 2ΣI_k) = 1. Source: NIST Digital Library of Mathematical Functions,
    /// 10.29.1, 10.35.5 and 10.74(iv).
    /// - Complexity: O(`order` + √s).
    static func scaledI(through order: Int, at s: Double) -> [Double] {
        precondition(
            order >= 0 && s >= 0, "Bessel functions are asked for from order 0 on at arguments that are not negative")
        // The first term (s/2)ᵏ/k! of the power series; the recurrence's factors 2k/s would overflow where s is smaller still.
        guard s > 1e-20 else {
            return (1..<(order + 1)).reduce(into: [1.0]) { $0.append($0[$1 - 1] * (s / 2) / Double($1)) }
        }
        // I_k falls like exp(−k²/2s) up to k ≈ s and faster beyond: 12√s + 30 orders further it is below rounding.
        let start = order + Int((12 * s.squareRoot()).rounded(.up)) + 30
        var values = [Double](repeating: 0, count: order + 1)
        var (next, current, sum) = (0.0, 1e-290, 0.0)
        for k in stride(from: start, through: 0, by: -1) {
            if k <= order { values[k] = current }
            sum += k == 0 ? current : 2 * current
            guard k > 0 else { break }
            (next, current) = (current, next + 2 * Double(k) / s * current)
            if current > 1e250 {
                let scale = 1e-250
                next *= scale
                current *= scale
                sum *= scale
                for index in values.indices { values[index] *= scale }
            }
        }
        return values.map { $0 / sum }
    }
}
