/// A binary floating-point format of 16 bits: a sign, an exponent, a significand, laid out as in IEEE 754.
///
/// `Float16` of the standard library does not exist on every processor that this package runs on, and no type there rounds to
/// bfloat16, so both formats are computed from their two widths.
struct HalfPrecision {
    /// The number of bits of the significand's fraction.
    let fractionBits: Int

    /// IEEE 754 half precision.
    static let float16 = HalfPrecision(fractionBits: 10)

    /// The upper half of single precision.
    static let bfloat16 = HalfPrecision(fractionBits: 7)

    private var bias: Int { (1 << (14 - fractionBits)) - 1 }
    private var greatestExponentField: Int { (1 << (15 - fractionBits)) - 1 }

    /// The number whose bit pattern is `bits`. Every one is exact in single precision.
    func decoded(_ bits: UInt16) -> Float {
        let leadingOne = 1 << fractionBits
        let fraction = Int(bits) & (leadingOne - 1)
        let exponentField = (Int(bits) >> fractionBits) & greatestExponentField
        let magnitude: Float =
            if exponentField == greatestExponentField {
                fraction == 0 ? .infinity : .nan
            } else if exponentField == 0 {
                Float(sign: .plus, exponent: 1 - bias - fractionBits, significand: Float(fraction))
            } else {
                Float(
                    sign: .plus, exponent: exponentField - bias - fractionBits,
                    significand: Float(leadingOne + fraction))
            }
        return bits >> 15 == 0 ? magnitude : -magnitude
    }

    /// The bit pattern of the number nearest to `value`, of two equally near ones the one with an even pattern.
    ///
    /// Rounding is done once, from double precision; numbers beyond the greatest finite one by half a unit become infinite.
    func encoded(_ value: Double) -> UInt16 {
        let sign: UInt16 = value.sign == .minus ? 1 << 15 : 0
        let infinity = UInt16(greatestExponentField) << fractionBits
        guard !value.isNaN else { return sign | infinity | 1 << (fractionBits - 1) }
        let magnitude = value.magnitude
        guard magnitude < Double(sign: .plus, exponent: bias + 1, significand: 1) else { return sign | infinity }
        // Below the normal numbers the unit in the last place no longer shrinks; there the exponent field is 0.
        let exponent = magnitude == 0 ? 1 - bias : max(Int(magnitude.exponent), 1 - bias)
        let unitsInLastPlace = Double(sign: .plus, exponent: fractionBits - exponent, significand: magnitude)
        let rounded = Int(unitsInLastPlace.rounded(.toNearestOrEven))
        // The leading one, or a carry into the next power of two, adds to the exponent field: the formats are made so.
        return sign | UInt16(((exponent + bias - 1) << fractionBits) + rounded)
    }
}
