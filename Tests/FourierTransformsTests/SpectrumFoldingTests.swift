import FourierTransforms
import Randomness
import Testing

@Suite struct SpectrumFoldingTests {
    private func spectrum(_ x: [Double], slices: Int = 1) -> [Double] {
        let n = x.count / 2 / slices
        let layout = TransformLayout(
            kind: .complexForward, axes: [TransformAxis(length: n, stride: slices)],
            batch: [TransformAxis(length: slices, stride: 1)])
        return run(FourierPlan(layout), x)
    }

    @Test(arguments: [(12, 3, 1), (12, 4, 2), (10, 1, 1), (8, 8, 3)])
    func foldedSpectrumIsThatOfEverySthSample(period: Int, factor: Int, slices: Int) {
        var generator = SeededGenerator(seed: 1)
        let x = random(2 * period * slices, &generator, Double.self)
        let slice = 2 * slices
        let kept: [Double] = (0..<period / factor).flatMap { m -> ArraySlice<Double> in
            let start = m * factor * slice
            return x[start..<start + slice]
        }
        let full = spectrum(x, slices: slices)
        var folded = [Double](repeating: 0, count: kept.count)
        full.withUnsafeBufferPointer { full in
            folded.withUnsafeMutableBufferPointer {
                SpectrumFolding.fold(full, period: period, by: factor, sliceLength: slices, into: $0)
            }
        }
        #expect(distance(folded, spectrum(kept, slices: slices)) <= 1e-14 * l2(full))
    }

    @Test(arguments: [(12, 3), (12, 4), (10, 1), (8, 8)])
    func repeatedSpectrumIsThatOfSpreadTaps(period: Int, factor: Int) {
        var generator = SeededGenerator(seed: 2)
        let taps = random(2 * period / factor, &generator, Double.self)
        var repeated = [Double](repeating: 0, count: 2 * period)
        spectrum(taps).withUnsafeBufferPointer { short in
            repeated.withUnsafeMutableBufferPointer {
                SpectrumFolding.repeat(short, period: period, times: factor, sliceLength: 1, into: $0)
            }
        }
        #expect(distance(repeated, spectrum(spread(taps, by: factor, period: period))) <= 1e-14 * l2(repeated) * 4)
    }

    /// For a dilation that does not divide the period the taps wrap around it, as they do in a circular convolution.
    @Test(arguments: [(12, 3), (12, 5), (10, 1), (9, 7), (10, 13)])
    func dilatedSpectrumIsThatOfDilatedTaps(period: Int, dilation: Int) {
        var generator = SeededGenerator(seed: 3)
        let taps = random(2 * period, &generator, Double.self)
        let full = spectrum(taps)
        var dilated = [Double](repeating: 0, count: 2 * period)
        full.withUnsafeBufferPointer { full in
            dilated.withUnsafeMutableBufferPointer {
                SpectrumFolding.dilate(full, period: period, by: dilation, sliceLength: 1, into: $0)
            }
        }
        #expect(distance(dilated, spectrum(spread(taps, by: dilation, period: period))) <= 1e-14 * l2(full) * 4)
    }

    private func spread(_ taps: [Double], by factor: Int, period: Int) -> [Double] {
        var result = [Double](repeating: 0, count: 2 * period)
        for j in 0..<taps.count / 2 {
            result[2 * (j * factor % period)] += taps[2 * j]
            result[2 * (j * factor % period) + 1] += taps[2 * j + 1]
        }
        return result
    }
}
