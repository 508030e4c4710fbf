import Testing

@testable import Reports

struct FormatTests {
    @Test(arguments: [
        (0.83216, 3, "0.832"), (12345.6, 3, "12346"), (0, 3, "0.00"), (-0.00012345, 2, "-0.00012"),
        (0.0000123, 3, "1.23e-5"),
        (1_234_567, 3, "1.23e6"), (9.996, 3, "10.0"), (999_999.9, 3, "1.00e6"), (.infinity, 3, "∞"),
        (-.infinity, 3, "-∞"),
        (.nan, 3, "–"), (.leastNonzeroMagnitude, 2, "4.9e-324"), (1, 1, "1"),
    ])
    func significantDigits(_ value: Double, _ digits: Int, _ text: String) {
        #expect(Format.significant(value, digits: digits) == text)
    }

    @Test func briefNumbersHaveNoZerosAtTheirEnd() {
        #expect(Format.brief(0.25) == "0.25")
        #expect(Format.brief(3) == "3")
        #expect(Format.brief(100) == "100")
        #expect(Format.brief(1.5e-7) == "1.5e-7")
        #expect(Format.brief(2e9) == "2e9")
        #expect(Format.brief(0) == "0")
    }

    @Test func zeroHasNoSign() {
        #expect(Format.fixed(-0.0001, decimals: 2) == "0.00")
        #expect(Format.fixed(-0.0, decimals: 0) == "0")
        #expect(Format.fixed(-0.01, decimals: 2) == "-0.01")
        #expect(Format.percent(-0.00001) == "0.0 %")
    }

    @Test(arguments: [
        (0.8321, 0.0042, "0.832 ± 0.004"), (0.8321, 0.0142, "0.832 ± 0.014"), (0.8321, 0.0096, "0.832 ± 0.010"),
        (12345, 67, "12345 ± 67"),
        (3.2, 1.1, "3.2 ± 1.1"), (3.2, 0.996, "3.2 ± 1.0"), (-2, 0.5, "-2.0 ± 0.5"), (1, 0, "1.000"),
        (1, .nan, "1.000"), (.nan, 1, "–"),
    ])
    func aValueEndsWhereItsUncertaintyDoes(_ value: Double, _ uncertainty: Double, _ text: String) {
        #expect(Format.measured(value, uncertainty: uncertainty) == text)
    }

    @Test func perCentAndCounts() {
        #expect(Format.percent(0.7612) == "76.1 %")
        #expect(Format.percent(0.7612, decimals: 0) == "76 %")
        #expect(Format.percent(.nan) == "–")
        #expect(Format.count(0) == "0")
        #expect(Format.count(999) == "999")
        #expect(Format.count(-25474) == "-25,474")
        #expect(Format.count(12_437_002) == "12,437,002")
        #expect(Format.count(.min).hasSuffix(",775,808"))
    }

    @Test(arguments: [
        (0, "0.00 ns"), (3.2e-9, "3.20 ns"), (0.0000125, "12.5 µs"), (0.00123, "1.23 ms"), (0.9994, "999 ms"),
        (0.9996, "1.00 s"), (59.9, "59.9 s"),
        (59.96, "1 min 0 s"), (192, "3 min 12 s"), (3600, "1 h 0 min"), (93_600, "1 d 2 h"), (-0.5, "-500 ms"),
        (.nan, "–"), (1e300, "–"),
    ])
    func lengthsOfTime(_ seconds: Double, _ text: String) {
        #expect(Format.seconds(seconds) == text)
    }

    @Test func aDurationIsItsSeconds() {
        #expect(Format.duration(.milliseconds(1234)) == "1.23 s")
    }

    @Test(arguments: [
        (0, "0 bytes"), (999, "999 bytes"), (1000, "1.00 kB"), (63_000_000, "63.0 MB"), (999_600, "1.00 MB"),
        (.max, "9.22 EB"), (-1500, "-1.50 kB"),
    ])
    func bytesInPowersOf1000(_ count: Int, _ text: String) {
        #expect(Format.bytes(count) == text)
    }
}
