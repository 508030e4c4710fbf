import FourierTransforms
import Parallelism
import Randomness
import TestSupport
import Testing

@Suite struct PlaneTransformTests {
    private static let sizes = [(1, 1), (1, 5), (6, 1), (4, 4), (15, 8), (16, 12), (33, 10), (40, 27)]

    @Test(arguments: sizes) func spectrumAgreesWithTheDefinition(width: Int, height: Int) {
        check(width, height, Double.self)
        check(width, height, Float.self)
    }

    private func check<Scalar: FourierScalar>(_ width: Int, _ height: Int, _: Scalar.Type) {
        var generator = SeededGenerator(seed: 1)
        let x = random(width * height, &generator, Scalar.self)
        let transform = PlaneTransform<Scalar>(width: width, height: height)
        let plane = filled(transform, x)
        transform.forward(plane)
        let naive = NaiveFourier.transform(x.map { (Double($0), 0) }, width: width, height: height)
        let (mine, reference) = spectra(transform, plane, naive)
        // ε·√n growth of both the fast and the naive transform, times the spectrum's norm √n‖x‖.
        let n = Double(width * height)
        #expect(
            distance(mine, reference) <= 8 * Double(Scalar.ulpOfOne) * (n.squareRoot() + 4) * n.squareRoot() * l2(x))
        transform.inverse(plane)
        let back = (0..<height).flatMap { row in (0..<width).map { plane.pointer[row * transform.pitch * 2 + $0] } }
        #expect(
            distance(back, x.map { Double($0) * n }) <= 8 * Double(Scalar.ulpOfOne) * (n.squareRoot() + 4) * n * l2(x))
    }

    private func spectra<Scalar: FourierScalar>(
        _ transform: PlaneTransform<Scalar>, _ plane: AlignedBuffer<Scalar>, _ naive: [(Double, Double)]
    ) -> ([Scalar], [Double]) {
        var (mine, reference): ([Scalar], [Double]) = ([], [])
        for row in 0..<transform.height {
            for k in 0..<transform.spectrumWidth {
                let at = plane.pointer + (row * transform.pitch + k) * 2
                mine += [at[0], at[1]]
                reference += [naive[row * transform.width + k].0, naive[row * transform.width + k].1]
            }
        }
        return (mine, reference)
    }

    /// Filtering by the spectrum of a kernel is circular convolution; by its conjugate, circular correlation.
    @Test(arguments: [false, true]) func filterIsCircularConvolution(conjugated: Bool) {
        var generator = SeededGenerator(seed: 2)
        let (width, height) = (10, 9)
        let transform = PlaneTransform<Double>(width: width, height: height)
        let (x, kernel) = (random(90, &generator, Double.self), random(90, &generator, Double.self))
        let plane = filled(transform, x)
        let transfer = transform.transfer(ofKernelIn: filled(transform, kernel), scale: 1.0 / 90)
        transform.filter(plane, by: transfer, conjugated: conjugated)
        let sign = conjugated ? -1 : 1
        let expected = (0..<90).map { i in
            (0..<90).reduce(0.0) { sum, j in
                let column = (i % width - sign * (j % width) + width) % width
                let row = (i / width - sign * (j / width) + height) % height
                return sum + kernel[j] * x[row * width + column]
            }
        }
        let result = (0..<height).flatMap { row in (0..<width).map { plane.pointer[row * transform.pitch * 2 + $0] } }
        #expect(distance(result, expected) <= 1e-13 * l2(x) * l2(kernel))
    }

    @Test func sampledTransferShiftsByWholeSamples() {
        var generator = SeededGenerator(seed: 3)
        let transform = PlaneTransform<Double>(width: 8, height: 6)
        let x = random(48, &generator, Double.self)
        let plane = filled(transform, x)
        let impulse = (0..<48).map { $0 == 2 * 8 + 3 ? 1.0 : 0 }
        let reference = transform.transfer(ofKernelIn: filled(transform, impulse), scale: 1.0 / 48)
        let transfer = transform.makeTransfer { k, l in
            let i = 3 * k * 6 + 2 * l * 8
            let turn = NaiveFourier.transform((0..<48).map { $0 == 1 ? (1, 0) : (0, 0) })[((i % 48) + 48) % 48]
            return (turn.0 / 48, turn.1 / 48)
        }
        #expect(distance(transfer.array, reference.array) <= 1e-15)
        transform.filter(plane, by: transfer)
        #expect(abs(plane.pointer[2 * transform.pitch * 2 + 3] - x[0]) < 1e-13)
    }

    @Test func sameBitsOnAnyNumberOfThreads() {
        var generator = SeededGenerator(seed: 4)
        let transform = PlaneTransform<Float>(width: 90, height: 64)
        let x = random(90 * 64, &generator, Float.self)
        let before = WorkerPool.shared.threadCount
        defer { WorkerPool.shared.threadCount = before }
        let results = [1, 2, 3].map { threadCount in
            WorkerPool.shared.threadCount = threadCount
            let plane = filled(transform, x)
            transform.forward(plane)
            return plane.array.map(\.bitPattern)
        }
        #expect(results[0] == results[1] && results[0] == results[2])
    }

    private func filled<Scalar: FourierScalar>(_ transform: PlaneTransform<Scalar>, _ x: [Scalar]) -> AlignedBuffer<
        Scalar
    > {
        let plane = transform.makePlane()
        for (i, value) in x.enumerated() {
            plane.pointer[i / transform.width * transform.pitch * 2 + i % transform.width] = value
        }
        return plane
    }
}
