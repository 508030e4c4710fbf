#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

extension SeededGenerator {
    /// A number uniformly distributed on [0, 1), a multiple of 2⁻⁵³.
    public mutating func uniform() -> Double {
        Double(next() >> 11) * 0x1p-53
    }

    /// A standard normal number, by Marsaglia's polar method (SIAM Review 6(3), 1964, doi:10.1137/1006063).
    public mutating func normal() -> Double {
        while true {
            let u = 2 * uniform() - 1
            let v = 2 * uniform() - 1
            let s = u * u + v * v
            if s > 0, s < 1 { return u * (-2 * log(s) / s).squareRoot() }
        }
    }

    /// A number with the χ² distribution of `degreesOfFreedom` ≥ 1.
    ///
    /// Twice a gamma-distributed number of shape `degreesOfFreedom`/2, by Marsaglia and Tsang's method (ACM TOMS 26(3), 2000,
    /// doi:10.1145/358407.358414), with a normal squared added where the shape would fall below one.
    public mutating func chiSquared(degreesOfFreedom: Int) -> Double {
        precondition(degreesOfFreedom >= 1, "a χ² number needs at least one degree of freedom")
        guard degreesOfFreedom > 1 else {
            let z = normal()
            return z * z
        }
        let d = Double(degreesOfFreedom) / 2 - 1.0 / 3
        let c = 1 / (9 * d).squareRoot()
        while true {
            let x = normal()
            let t = 1 + c * x
            guard t > 0 else { continue }
            let v = t * t * t
            if log(1 - uniform()) < x * x / 2 + d * (1 - v + log(v)) { return 2 * d * v }
        }
    }
}
