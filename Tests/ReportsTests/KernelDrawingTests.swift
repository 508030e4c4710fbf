import Testing

@testable import Reports

struct KernelDrawingTests {
    @Test func everyValueIsACellWithItsColourAndTooltip() {
        let image = KernelImage(width: 3, height: 2, values: [-2, -1, 0, 1, 2, .nan])
        let parsed = ParsedMarkup(image.svg(name: "a <kernel>"))
        let cells = parsed.attributes(of: "path")
        #expect(
            cells.map { $0["d"] } == [
                "M0 0h1v1h-1z", "M1 0h1v1h-1z", "M2 0h1v1h-1z", "M0 1h1v1h-1z", "M1 1h1v1h-1z", "M2 1h1v1h-1z",
            ])
        #expect(cells.map { $0["fill"] } == image.values.map { DivergingScale.color(of: $0, limit: 2).css })
        #expect(parsed.texts["title"] == ["-2.00", "-1.00", "0.00", "1.00", "2.00", "–"])
        #expect(parsed.attributes(of: "svg").first?["viewBox"] == "0 0 3 2")
        #expect(parsed.attributes(of: "svg").first?["aria-label"] == "a <kernel>, 2 × 3, from -2.00 to 2.00")
    }

    @Test func aSharedLimitPalesTheSmallerImage() {
        let image = KernelImage(width: 1, height: 1, values: [1])
        #expect(image.svg(limit: 5, name: "").contains(DivergingScale.color(of: 0.2, limit: 1).css))
        #expect(
            KernelRow("", panels: [("a", image), ("b", KernelImage(width: 1, height: 1, values: [-5]))]).limit == 5)
    }

    @Test func anImageWithoutNumbersHasARange() {
        #expect(KernelImage(width: 1, height: 1, values: [.nan]).svg(name: "x").contains("from 0.00 to 0.00"))
    }
}
