/// A binary floating-point format of 8 bits: a sign, an exponent, a significand, as the Open Compute Project's "OCP 8-bit floating
/// point" of 2023 has them, and the variants without a negative zero of Noune et al. 2022 (arXiv:2206.02915).
struct Float8 {
    /// How a format keeps what is no number.
    enum Specials {
        /// As IEEE 754: the greatest exponent is for infinities and NaN.
        case ieee
        /// Only all ones are NaN, in both signs, and there is no infinity.
        case onlyAllOnes
        /// Only the pattern of a negative zero is NaN, and there is no infinity.
        case onlyNegativeZero
    }

    let fractionBits: Int
    let bias: Int
    let specials: Specials

    static let e4m3 = Float8(fractionBits: 3, bias: 7, specials: .onlyAllOnes)
    static let e5m2 = Float8(fractionBits: 2, bias: 15, specials: .ieee)
    static let e4m3fnuz = Float8(fractionBits: 3, bias: 8, specials: .onlyNegativeZero)
    static let e5m2fnuz = Float8(fractionBits: 2, bias: 16, specials: .onlyNegativeZero)

    /// The number whose bit pattern is `bits`. Every one is exact in single precision.
    func decoded(_ bits: UInt8) -> Float {
        let leadingOne = 1 << fractionBits
        let fraction = Int(bits) & (leadingOne - 1)
        let exponentField = (Int(bits) & 0x7F) >> fractionBits
        let isNegative = bits >> 7 == 1
        switch specials {
        case .ieee where exponentField == 0x7F >> fractionBits:
            guard fraction == 0 else { return .nan }
            return isNegative ? -.infinity : .infinity
        case .onlyAllOnes where bits & 0x7F == 0x7F, .onlyNegativeZero where bits == 0x80: return .nan
        default: break
        }
        let magnitude =
            exponentField == 0
            ? Float(sign: .plus, exponent: 1 - bias - fractionBits, significand: Float(fraction))
            : Float(
                sign: .plus, exponent: exponentField - bias - fractionBits, significand: Float(leadingOne + fraction))
        return isNegative ? -magnitude : magnitude
    }

    /// The power of two that a scale of eight bits of exponent and nothing else is; all ones are NaN.
    static func decodedScale(_ bits: UInt8) -> Float {
        bits == 0xFF ? .nan : Float(sign: .plus, exponent: Int(bits) - 127, significand: 1)
    }
}
