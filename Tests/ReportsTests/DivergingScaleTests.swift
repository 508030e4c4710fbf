import Foundation
import Testing

@testable import Reports

struct DivergingScaleTests {
    private let steps = (0...500).map { Double($0) / 500 }

    @Test func theEndsAndTheMiddleAreThePublishedClasses() {
        #expect(DivergingScale.color(of: -2, limit: 2).css == "#053061")
        #expect(DivergingScale.color(of: 0, limit: 2).css == "#f7f7f7")
        #expect(DivergingScale.color(of: 2, limit: 2).css == "#67001f")
        #expect(DivergingScale.color(of: 1.2, limit: 2).css == "#d6604d")
    }

    @Test func luminanceFallsAwayFromZeroOnBothSides() {
        for sign in [-1.0, 1.0] {
            let luminances = steps.map { DivergingScale.color(of: sign * $0, limit: 1).luminance }
            // Components are rounded to 1/255, which moves the luminance of neighbours by less than 0.003.
            #expect(zip(luminances, luminances.dropFirst()).allSatisfy { $1 <= $0 + 0.003 })
            #expect(luminances[0] > 0.9 && luminances[500] < 0.04)
        }
    }

    /// Values of equal magnitude weigh alike: their lightness L* = 116 Y^(1/3) − 16 differs by at most 7 of 100.
    @Test func bothSignsAreEquallyDark() {
        func lightness(_ value: Double) -> Double {
            116 * pow(DivergingScale.color(of: value, limit: 1).luminance, 1 / 3) - 16
        }
        #expect(steps.allSatisfy { abs(lightness($0) - lightness(-$0)) < 7 })
    }

    @Test func theSignShowsAsBlueOrRed() {
        for step in steps where step > 0.1 {
            let (negative, positive) = (
                DivergingScale.color(of: -step, limit: 1), DivergingScale.color(of: step, limit: 1)
            )
            #expect(negative.blue > negative.red)
            #expect(positive.red > positive.blue)
        }
    }

    @Test func valuesBeyondTheLimitALimitOfZeroAndNoNumber() {
        #expect(DivergingScale.color(of: 9, limit: 1) == DivergingScale.color(of: 1, limit: 1))
        #expect(DivergingScale.color(of: 9, limit: 0) == DivergingScale.color(of: 0, limit: 1))
        #expect(DivergingScale.color(of: .nan, limit: 1) == DivergingScale.missing)
        #expect(DivergingScale.color(of: .infinity, limit: 1) == DivergingScale.missing)
    }

    @Test func theIndexedColoursFallAwayFromZeroToo() {
        for sign in [-1.0, 1.0] {
            let luminances = (0...5).map {
                Self.indexed(DivergingScale.indexedColor(of: sign * Double($0), limit: 5)).luminance
            }
            #expect(zip(luminances, luminances.dropFirst()).allSatisfy { $1 < $0 })
        }
        #expect(DivergingScale.indexedColor(of: 0, limit: 0) == 255)
        #expect(DivergingScale.indexedColor(of: 0.09, limit: 1) == 255)
        #expect(DivergingScale.indexedColor(of: .nan, limit: 1) == RGBColor(0x888888).nearestIndexed)
    }

    @Test func everyIndexedColourHasTheHueOfItsClass() {
        for (index, anchor) in zip(DivergingScale.indexed, DivergingScale.anchors) {
            let color = Self.indexed(index)
            #expect((color.red > color.blue) == (anchor.red > anchor.blue))
            #expect(abs(color.luminance - anchor.luminance) < 0.12)
        }
    }

    @Test func anIndexedColourIsNearestToItself() {
        for index in 16...255 {
            #expect(Self.indexed(Self.indexed(index).nearestIndexed) == Self.indexed(index))
        }
    }

    @Test func okabeAndItoColoursDifferInLuminanceFromThePageAndFromEachOther() {
        for style in SeriesStyle.all {
            // Contrast (L₁ + 0.05) / (L₂ + 0.05) with the dark page is at least the 3 that WCAG asks of figures.
            #expect((style.dark.luminance + 0.05) / (RGBColor(0x14171A).luminance + 0.05) > 3)
            #expect(1.05 / (style.light.luminance + 0.05) > 2)
        }
        #expect(Set(SeriesStyle.all.map(\.light)).count == SeriesStyle.count)
        #expect(Set(SeriesStyle.all.map(\.dark)).count == SeriesStyle.count)
        #expect(Set(SeriesStyle.all.map(\.dashes)).count == SeriesStyle.count)
        #expect(Set(SeriesStyle.all.map(\.marker)).count == SeriesStyle.count)
        #expect(Set((0..<12).map { SeriesStyle.of($0).marker }).count == 12)
        for index in 0..<6 { #expect(SeriesStyle.of(index).dashes != SeriesStyle.of(index + 6).dashes) }
    }

    private static func indexed(_ index: Int) -> RGBColor {
        if index >= 232 { return RGBColor(UInt32(8 + 10 * (index - 232)) * 0x010101) }
        let levels: [UInt32] = [0, 95, 135, 175, 215, 255]
        let place = index - 16
        return RGBColor(levels[place / 36] << 16 | levels[place / 6 % 6] << 8 | levels[place % 6])
    }
}
