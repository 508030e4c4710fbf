import CInnerLoops
import Testing

/// The loops of layers against the plain loops that their comments state, on small integers so that sums are exact, for every remainder of
/// vectors of sixteen and of periods.
@Suite("Loops of layers for every number of values")
struct LayerLoopsTests {
    /// Counts around one and two vectors and periods, each with a period that it fills, fills in part, or exceeds.
    private static let shapes: [(count: Int, period: Int)] = (0...35).flatMap { count in
        [1, 3, 7, 16, 17, 48].map { (count, $0) }
    }

    @Test func sumsAndMoments() {
        var memory = Memory(seed: 301)
        for (count, period) in Self.shapes {
            let (x, pivot) = (memory.integers(count), memory.integers(period))
            let start = memory.integers(period)
            var (sums, first, second) = (start, start, start)
            ccnn_channelSums(count, period, x, &sums)
            ccnn_channelMoments(count, period, x, pivot, &first, &second)
            var (expectedSums, expectedFirst, expectedSecond) = (start, start, start)
            for i in 0..<count {
                let t = x[i] - pivot[i % period]
                expectedSums[i % period] += x[i]
                expectedFirst[i % period] += t
                expectedSecond[i % period] += t * t
            }
            #expect(sums == expectedSums && first == expectedFirst && second == expectedSecond)
        }
    }

    @Test(arguments: [false, true]) func scaleAndShift(rectifies: Bool) {
        var memory = Memory(seed: 302)
        for (count, period) in Self.shapes {
            let (x, scale, shift) = (memory.integers(count), memory.integers(period), memory.integers(period))
            var y = [Float](repeating: untouched, count: count + 1)
            ccnn_scaleShift(count, period, x, scale, shift, rectifies, &y)
            for i in 0..<count {
                let t = scale[i % period] * x[i] + shift[i % period]
                #expect(y[i] == (rectifies ? max(t, 0) : t))
            }
            #expect(y[count] == untouched)
        }
    }

    @Test func whatIsNoNumberStaysSo() {
        var y: [Float] = [0, 0, 0]
        ccnn_scaleShift(3, 1, [.nan, 1, -1], [1], [0], true, &y)
        #expect(y[0].isNaN && y[1] == 1 && y[2] == 0)
        ccnn_rectify(3, [-1, .nan, 2], &y)
        #expect(y[0] == 0 && y[1].isNaN && y[2] == 2)
    }

    @Test(arguments: [false, true]) func gradientOfNormalization(rectifies: Bool) {
        var memory = Memory(seed: 303)
        for (count, period) in Self.shapes {
            let (x, dy) = (memory.integers(count), memory.integers(count))
            let (scale, shift, mean) = (memory.integers(period), memory.integers(period), memory.integers(period))
            let (a, b, c) = (memory.integers(period), memory.integers(period), memory.integers(period))
            let start = memory.integers(period)
            var (sums, products) = (start, start)
            ccnn_gradientMoments(count, period, dy, x, scale, shift, mean, rectifies, &sums, &products)
            var dx = [Float](repeating: untouched, count: count + 1)
            ccnn_normalizationGradient(count, period, dy, x, scale, shift, a, b, c, rectifies, &dx)
            var (expectedSums, expectedProducts) = (start, start)
            for i in 0..<count {
                let k = i % period
                let g = !rectifies || scale[k] * x[i] + shift[k] > 0 ? dy[i] : 0
                expectedSums[k] += g
                expectedProducts[k] += g * (x[i] - mean[k])
                #expect(dx[i] == a[k] * g - b[k] * x[i] - c[k])
            }
            #expect(sums == expectedSums && products == expectedProducts && dx[count] == untouched)
            var inPlace = dy
            inPlace.withUnsafeMutableBufferPointer { values in
                guard let address = values.baseAddress else { return }
                ccnn_normalizationGradient(count, period, address, x, scale, shift, a, b, c, rectifies, address)
            }
            #expect(inPlace[...] == dx[..<count])
        }
    }

    @Test func rectification() {
        var memory = Memory(seed: 304)
        for count in 0...35 {
            let (x, dy) = (memory.integers(count), memory.integers(count))
            var (y, dx, sum) = (x, dy, x)
            ccnn_rectify(count, x, &y)
            ccnn_rectifyGradient(count, dy, x, &dx)
            ccnn_add(count, x, dy, &sum)
            #expect(y == x.map { max($0, 0) })
            #expect(dx == zip(dy, x).map { $1 > 0 ? $0 : 0 })
            #expect(sum == zip(x, dy).map { $0 + $1 })
        }
    }

    /// Against double precision; a step is a handful of operations, each with an error of half a unit in the last place.
    @Test func optimizers() {
        var memory = Memory(seed: 305)
        for count in 0...35 {
            let (gradient, start) = (memory.normals(count), memory.normals(count))
            let moment = memory.normals(count).map { abs($0) }
            var settings = ccnn_adam(
                beta1: 0.75, beta2: 0.875, rest1: 0.25, rest2: 0.125, rate: 0.125, epsilon: 0.25, decay: 0.0625, l2: 0.5
            )
            var (m, v, w) = (moment, moment, start)
            ccnn_adamStep(count, &settings, gradient, &m, &v, &w)
            var descent = ccnn_descent(momentum: 0.75, rate: 0.125, l2: 0.5)
            var (velocity, weights) = (moment, start)
            ccnn_descentStep(count, &descent, gradient, &velocity, &weights)
            for i in 0..<count {
                let (old, before) = (Double(start[i]), Double(moment[i]))
                let h = Double(gradient[i]) + 0.5 * old
                let first = 0.75 * before + 0.25 * h
                let second = 0.875 * before + 0.125 * h * h
                let expected = old - (0.125 * first / (second.squareRoot() + 0.25) + 0.0625 * old)
                #expect(abs(Double(m[i]) - first) < 2e-6 && abs(Double(v[i]) - second) < 2e-6)
                #expect(abs(Double(w[i]) - expected) < 2e-6)
                let speed = 0.75 * before + h
                #expect(abs(Double(velocity[i]) - speed) < 2e-6)
                #expect(abs(Double(weights[i]) - (old - 0.125 * speed)) < 2e-6)
            }
        }
    }
}
