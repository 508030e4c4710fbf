import Randomness
import Testing

@testable import TensorFiles

@Suite struct HalfPrecisionTests {
    /// Values from the definitions: 2⁻²⁴ and 65504 are the least and greatest of half precision, 2⁻¹³³ and (2 − 2⁻⁷)·2¹²⁷ of bfloat16.
    @Test func knownPatterns() {
        let half: [(UInt16, Float)] = [
            (0x0000, 0), (0x3C00, 1), (0xC000, -2), (0x7BFF, 65504), (0x0001, 0x1p-24), (0x0400, 0x1p-14),
            (0x3555, 0.333251953125),
            (0x7C00, .infinity), (0xFC00, -.infinity), (0x03FF, 0x3FFp-24),
        ]
        for (bits, value) in half {
            #expect(HalfPrecision.float16.decoded(bits) == value)
            #expect(HalfPrecision.float16.encoded(Double(value)) == bits)
        }
        let brain: [(UInt16, Float)] = [
            (0x0000, 0), (0x3F80, 1), (0xC000, -2), (0x7F7F, 0x1.FEp127), (0x0001, 0x1p-133), (0x0080, 0x1p-126),
            (0x7F80, .infinity), (0x4049, 3.140625),
        ]
        for (bits, value) in brain {
            #expect(HalfPrecision.bfloat16.decoded(bits) == value)
            #expect(HalfPrecision.bfloat16.encoded(Double(value)) == bits)
        }
    }

    @Test(arguments: [HalfPrecision.float16, .bfloat16]) func everyPatternSurvives(format: HalfPrecision) {
        for bits in UInt16.min...UInt16.max {
            let value = format.decoded(bits)
            guard !value.isNaN else {
                #expect(format.decoded(format.encoded(Double(value))).isNaN)
                continue
            }
            #expect(format.encoded(Double(value)) == bits)
        }
    }

    /// bfloat16 is the upper half of single precision, so that a shift decodes it.
    @Test func brainIsHalfOfSingle() {
        for bits in UInt16.min...UInt16.max {
            let expected = Float(bitPattern: UInt32(bits) << 16)
            let value = HalfPrecision.bfloat16.decoded(bits)
            #expect(value == expected || (value.isNaN && expected.isNaN))
        }
    }

    /// Between neighbours a and b, everything below the midpoint goes to a, everything above to b, the midpoint to the even one.
    @Test(arguments: [HalfPrecision.float16, .bfloat16]) func roundsToNearestEven(format: HalfPrecision) {
        let infinity = format.encoded(.infinity)
        for bits in 0..<(infinity - 1) {
            let (a, b) = (Double(format.decoded(bits)), Double(format.decoded(bits + 1)))
            let middle = (a + b) / 2
            #expect(format.encoded(middle) == (bits % 2 == 0 ? bits : bits + 1))
            #expect(format.encoded(middle.nextDown) == bits)
            #expect(format.encoded(middle.nextUp) == bits + 1)
            #expect(format.encoded(-middle.nextUp) == (bits + 1) | 0x8000)
        }
    }

    @Test func overflowsAtHalfAUnitBeyondTheGreatest() {
        #expect(HalfPrecision.float16.encoded(65520.0.nextDown) == 0x7BFF)
        #expect(HalfPrecision.float16.encoded(65520) == 0x7C00)
        #expect(HalfPrecision.float16.encoded(-1e300) == 0xFC00)
        #expect(HalfPrecision.bfloat16.encoded(0x1.FFp127.nextDown) == 0x7F7F)
        #expect(HalfPrecision.bfloat16.encoded(0x1.FFp127) == 0x7F80)
        #expect(HalfPrecision.float16.encoded(.leastNonzeroMagnitude) == 0)
        #expect(HalfPrecision.float16.encoded(-0.0) == 0x8000)
        #expect(HalfPrecision.float16.decoded(HalfPrecision.float16.encoded(.nan)).isNaN)
    }

    /// From double precision through single would round twice: 1 + 2⁻¹¹ + 2⁻⁴⁰ lies above a midpoint that single precision would put
    /// it on.
    @Test func roundsOnce() {
        #expect(HalfPrecision.float16.encoded(1 + 0x1p-11 + 0x1p-40) == 0x3C01)
        #expect(HalfPrecision.bfloat16.encoded(1 + 0x1p-8 + 0x1p-40) == 0x3F81)
    }
}
