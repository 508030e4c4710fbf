import Foundation

/// Discrete Fourier transforms by their definition, in double precision, as a reference.
public enum NaiveFourier {
    /// X[m] = Σ x[j] exp(sign·2πi·jm/n) of complex numbers (real part, imaginary part).
    public static func transform(_ x: [(Double, Double)], sign: Double = -1) -> [(Double, Double)] {
        let n = x.count
        // The angle is reduced exactly, in integers, before the sine and cosine.
        let roots = (0..<n).map { j -> (Double, Double) in
            let angle = sign * 2 * Double.pi * Double(j) / Double(n)
            return (cos(angle), sin(angle))
        }
        return (0..<n).map { m in
            var sum = (0.0, 0.0)
            for j in 0..<n {
                let (c, s) = roots[j * m % n]
                sum.0 += x[j].0 * c - x[j].1 * s
                sum.1 += x[j].0 * s + x[j].1 * c
            }
            return sum
        }
    }

    /// The transform along both axes of `height` rows of `width` complex numbers.
    public static func transform(_ x: [(Double, Double)], width: Int, height: Int, sign: Double = -1) -> [(
        Double, Double
    )] {
        var rows: [(Double, Double)] = []
        for row in 0..<height { rows += transform(Array(x[row * width..<(row + 1) * width]), sign: sign) }
        var result = rows
        for column in 0..<width {
            let transformed = transform((0..<height).map { rows[$0 * width + column] }, sign: sign)
            for row in 0..<height { result[row * width + column] = transformed[row] }
        }
        return result
    }
}
