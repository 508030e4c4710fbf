import Testing

@testable import Reports

struct LogarithmicTicksTests {
    @Test func powersOfTenOnALongAxis() {
        let ticks = LogarithmicTicks(in: 0.5e-9...2, preferring: [])
        #expect(ticks.labelled.map(\.label).contains("10⁻⁸"))
        #expect(ticks.labelled.map(\.label).contains("10⁰"))
        #expect(ticks.labelled.count <= 8)
    }

    @Test func multiplesOnAShortAxis() {
        #expect(LogarithmicTicks(in: 0.8...60, preferring: []).labelled.map(\.label) == ["1", "3", "10", "30"])
        #expect(LogarithmicTicks(in: 0.07...4.2, preferring: []).labelled.map(\.label) == ["0.1", "0.3", "1", "3"])
        #expect(LogarithmicTicks(in: 23...67, preferring: []).labelled.map(\.label) == ["30", "40", "50", "60"])
    }

    @Test func fewPlacesOfTheDataAreTheTicks() {
        let ticks = LogarithmicTicks(in: 23...67, preferring: [24, 32, 40, 48, 64])
        #expect(ticks.labelled.map(\.label) == ["24", "32", "40", "48", "64"])
        #expect(
            LogarithmicTicks(in: 0.2...5, preferring: [0.25, 0.5, 1, 2, 4]).labelled.map(\.label) == [
                "0.25", "0.5", "1", "2", "4",
            ])
        #expect(
            LogarithmicTicks(in: 20...70, preferring: [24, 24.1, 60]).labelled.map(\.label) == [
                "20", "30", "40", "50", "60", "70",
            ])
    }

    @Test(arguments: [-300, -20, -5, -1, 0, 3, 12, 290])
    func ticksLieInTheRangeAndRise(_ decade: Int) throws {
        for width in [1.05, 2, 5, 11, 90, 1e3, 1e8, 1e17] {
            let low = try #require(Double("1.7e\(decade)"))
            let range = low...min(low * width, .greatestFiniteMagnitude)
            let ticks = LogarithmicTicks(in: range, preferring: [])
            let values = ticks.labelled.map(\.value)
            #expect((values + ticks.unlabelled).allSatisfy(range.contains))
            #expect(zip(values, values.dropFirst()).allSatisfy(<))
            #expect(values.count <= 9)
            #expect(Set(ticks.labelled.map(\.label)).count == values.count)
        }
    }
}
