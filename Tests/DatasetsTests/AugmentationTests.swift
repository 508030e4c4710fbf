import Randomness
import Testing

@testable import Datasets

@Suite struct AugmentationTests {
    /// The varied picture of bytes, as numbers from 0 to 255.
    private func varied(
        _ pixels: [UInt8], height: Int, width: Int, channels: Int = 1, _ variation: PictureVariation
    ) -> [Float] {
        var target = [Float](repeating: -1, count: pixels.count)
        var row = [Float](repeating: 0, count: width * channels)
        pixels.withUnsafeBufferPointer { source in
            target.withUnsafeMutableBufferPointer { target in
                row.withUnsafeMutableBufferPointer { row in
                    guard let source = source.baseAddress, let target = target.baseAddress, let row = row.baseAddress
                    else { return }
                    variation.apply(
                        to: source, height: height, width: width, channels: channels, into: target, row: row)
                }
            }
        }
        return target.map { $0 * 255 }
    }

    // Weights and pixels are exact to a few units in the last place of 255.
    private func expectClose(_ a: [Float], _ b: [Float], _ location: SourceLocation = #_sourceLocation) {
        #expect(
            a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) < 1e-3 }, "\(a) \(b)", sourceLocation: location)
    }

    @Test func wholeShiftsMovePixelsAndContinueEdges() {
        let picture: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8, 9]
        expectClose(
            varied(picture, height: 3, width: 3, .init(isMirrored: false, down: 1, right: 0)),
            [1, 2, 3, 1, 2, 3, 4, 5, 6])
        expectClose(
            varied(picture, height: 3, width: 3, .init(isMirrored: false, down: 0, right: -1)),
            [2, 3, 3, 5, 6, 6, 8, 9, 9])
        expectClose(
            varied(picture, height: 3, width: 3, .init(isMirrored: false, down: -5, right: 5)),
            [7, 7, 7, 7, 7, 7, 7, 7, 7])
    }

    @Test func shiftsBetweenPixelsInterpolate() {
        // A picture linear in both directions stays so: its value at (y, x) becomes that at (y − down, x − right), edges aside.
        let picture = (0..<36).map { (i: Int) -> UInt8 in UInt8(10 * (i / 6) + 20 * (i % 6)) }
        let shifted = varied(picture, height: 6, width: 6, .init(isMirrored: false, down: 0.3, right: -1.6))
        for y in 1..<6 {
            for x in 0..<4 {
                let wanted = 10 * (Float(y) - 0.3) + 20 * (Float(x) + 1.6)
                #expect(abs(shifted[y * 6 + x] - wanted) < 1e-3)
            }
        }
    }

    @Test func mirroringExchangesColumnsAfterTheShift() {
        let picture: [UInt8] = [1, 10, 2, 20, 3, 30, 4, 40]
        expectClose(
            varied(picture, height: 1, width: 4, channels: 2, .init(isMirrored: true, down: 0, right: 0)),
            [4, 40, 3, 30, 2, 20, 1, 10])
        expectClose(
            varied(picture, height: 1, width: 4, channels: 2, .init(isMirrored: true, down: 0, right: 1)),
            [3, 30, 2, 20, 1, 10, 1, 10])
    }

    @Test func variationsAreDrawnAsStated() {
        var random = SeededGenerator(seed: 5)
        let drawn = (0..<4_000).map { _ in Augmentation.flipsAndShifts.draw(height: 32, width: 50, &random) }
        // Standard errors: 0.5/√4000 = 0.008 for the share; of the mean of a uniform number on ±3.2, 1.85/√4000 = 0.03.
        #expect(abs(Double(drawn.count { $0.isMirrored }) / 4_000 - 0.5) < 0.04)
        #expect(drawn.allSatisfy { abs($0.down) <= 3.2 && abs($0.right) <= 5 })
        #expect(drawn.contains { $0.down > 3 } && drawn.contains { $0.right < -4.8 })
        #expect(abs(drawn.reduce(0) { $0 + $1.down } / 4_000) < 0.15)
        #expect(Augmentation.none.draw(height: 32, width: 32, &random) == .init(isMirrored: false, down: 0, right: 0))
    }
}
