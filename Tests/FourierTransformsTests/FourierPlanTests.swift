import FourierTransforms
import Randomness
import TestSupport
import Testing

/// Transforms against their definition and their identities, in both precisions.
///
/// A fast transform's error is of order ε·log₂ n relative to the norm of the result (Schatzman, SIAM J. Sci. Comput. 17(5), 1996,
/// doi:10.1137/S1064827593247023); the checks allow 4·ε·log₂(2n) of the largest result's norm, √n times that of the input.
@Suite struct FourierPlanTests {
    private static let lengths = [1, 2, 3, 4, 5, 7, 8, 12, 13, 15, 16, 30, 36, 64, 100, 121]

    @Test(arguments: lengths) func complexInDoublePrecision(n: Int) { checkComplex(n, Double.self) }
    @Test(arguments: lengths) func complexInSinglePrecision(n: Int) { checkComplex(n, Float.self) }
    @Test(arguments: lengths) func realInDoublePrecision(n: Int) { checkReal(n, Double.self) }
    @Test(arguments: lengths) func realInSinglePrecision(n: Int) { checkReal(n, Float.self) }

    private func tolerance<Scalar: FourierScalar>(_ n: Int, norm: Double, _: Scalar.Type) -> Double {
        4 * Double(Scalar.ulpOfOne) * (Double(n).squareRoot() + 8) * norm
    }

    private func checkComplex<Scalar: FourierScalar>(_ n: Int, _: Scalar.Type) {
        var generator = SeededGenerator(seed: UInt64(n))
        let x = random(2 * n, &generator, Scalar.self)
        let norm = l2(x)
        let forward = FourierPlan<Scalar>(TransformLayout(kind: .complexForward, length: n))
        let backward = FourierPlan<Scalar>(TransformLayout(kind: .complexBackward, length: n))
        let (input, output) = (buffer(x), AlignedBuffer<Scalar>(zeros: 2 * n))
        forward.execute(input, output)
        #expect(input.array == x, "the input is kept")
        let naive = NaiveFourier.transform((0..<n).map { (Double(x[2 * $0]), Double(x[2 * $0 + 1])) })
        #expect(
            distance(output.array, naive.flatMap { [$0.0, $0.1] })
                <= tolerance(n, norm: norm * Double(n).squareRoot(), Scalar.self))
        // Parseval: ‖X‖² = n‖x‖².
        #expect(
            abs(l2(output.array) - norm * Double(n).squareRoot())
                <= tolerance(n, norm: norm * Double(n).squareRoot(), Scalar.self))
        let back = AlignedBuffer<Scalar>(zeros: 2 * n)
        backward.execute(output, back)
        #expect(
            distance(back.array, x.map { Double($0) * Double(n) }) <= tolerance(n, norm: norm * Double(n), Scalar.self))
    }

    private func checkReal<Scalar: FourierScalar>(_ n: Int, _: Scalar.Type) {
        var generator = SeededGenerator(seed: UInt64(n))
        let x = random(n, &generator, Scalar.self)
        let norm = l2(x) * Double(n).squareRoot()
        let forward = FourierPlan<Scalar>(TransformLayout(kind: .realToComplex, length: n))
        let backward = FourierPlan<Scalar>(TransformLayout(kind: .complexToReal, length: n))
        #expect(forward.keepsInput && !backward.keepsInput)
        let (input, output) = (buffer(x), AlignedBuffer<Scalar>(zeros: 2 * (n / 2 + 1)))
        forward.execute(input, output)
        #expect(input.array == x, "the input is kept")
        let naive = NaiveFourier.transform(x.map { (Double($0), 0) }).prefix(n / 2 + 1)
        #expect(distance(output.array, naive.flatMap { [$0.0, $0.1] }) <= tolerance(n, norm: norm, Scalar.self))
        let back = AlignedBuffer<Scalar>(zeros: n)
        backward.execute(output, back)
        #expect(
            distance(back.array, x.map { Double($0) * Double(n) })
                <= tolerance(n, norm: norm * Double(n).squareRoot(), Scalar.self))
    }

    @Test(arguments: [(5, 3), (8, 6), (1, 7), (12, 1), (9, 10)]) func twoDimensions(width: Int, height: Int) {
        var generator = SeededGenerator(seed: 3)
        let n = width * height
        let x = random(n, &generator, Double.self)
        let naive = NaiveFourier.transform(x.map { ($0, 0) }, width: width, height: height)
        let real = AlignedBuffer<Double>(zeros: (width / 2 + 1) * height * 2)
        FourierPlan(TransformLayout(kind: .realToComplex, width: width, height: height)).execute(buffer(x), real)
        let half = (0..<height).flatMap { row in naive[row * width..<row * width + width / 2 + 1] }
        #expect(distance(real.array, half.flatMap { [$0.0, $0.1] }) <= 1e-13 * l2(x))
        let back = AlignedBuffer<Double>(zeros: n)
        FourierPlan(TransformLayout(kind: .complexToReal, width: width, height: height)).execute(real, back)
        #expect(distance(back.array, x.map { $0 * Double(n) }) <= 1e-13 * Double(n) * l2(x))
    }

    @Test func linearity() {
        var generator = SeededGenerator(seed: 4)
        let (n, a) = (48, 1.75)
        let (x, y) = (random(2 * n, &generator, Double.self), random(2 * n, &generator, Double.self))
        let plan = FourierPlan<Double>(TransformLayout(kind: .complexForward, length: n))
        let sum = run(plan, zip(x, y).map { a * $0 + $1 })
        let parts = zip(run(plan, x), run(plan, y)).map { a * $0 + $1 }
        #expect(distance(sum, parts) <= 1e-14 * Double(n) * l2(x))
    }

    @Test func impulseAndShift() {
        var generator = SeededGenerator(seed: 5)
        let (n, shift) = (30, 7)
        let plan = FourierPlan<Double>(TransformLayout(kind: .complexForward, length: n))
        var impulse = [Double](repeating: 0, count: 2 * n)
        impulse[0] = 1
        #expect(run(plan, impulse) == (0..<n).flatMap { _ in [1.0, 0] })
        // x[j − s] has the spectrum X[m] exp(−2πi·ms/n), which is X[m] times the spectrum of the impulse at s.
        let x = random(2 * n, &generator, Double.self)
        let moved = (0..<n).flatMap { j in (0..<2).map { x[2 * ((j - shift + n) % n) + $0] } }
        impulse[0] = 0
        impulse[2 * shift] = 1
        let (spectrum, phase) = (run(plan, x), run(plan, impulse))
        let product = (0..<n).flatMap { m -> [Double] in
            let (a, b, c, d) = (spectrum[2 * m], spectrum[2 * m + 1], phase[2 * m], phase[2 * m + 1])
            return [a * c - b * d, a * d + b * c]
        }
        #expect(distance(run(plan, moved), product) <= 1e-13 * l2(x))
    }

    /// The engine's layout: channel pairs innermost, each transformed as a picture of its own.
    @Test func interleavedChannels() {
        var generator = SeededGenerator(seed: 6)
        let (width, height, channels) = (6, 5, 3)
        let x = random(2 * width * height * channels, &generator, Float.self)
        let layout = TransformLayout(kind: .complexForward, width: width, height: height, interleavedChannels: channels)
        let together = AlignedBuffer<Float>(zeros: x.count)
        FourierPlan(layout).execute(buffer(x), together)
        for channel in 0..<channels {
            let points = (0..<width * height).map { p -> (Double, Double) in
                let at = 2 * (p * channels + channel)
                return (Double(x[at]), Double(x[at + 1]))
            }
            let naive = NaiveFourier.transform(points, width: width, height: height)
            let own = (0..<width * height).flatMap { p in
                (0..<2).map { together.array[2 * (p * channels + channel) + $0] }
            }
            #expect(distance(own, naive.flatMap { [$0.0, $0.1] }) <= 1e-6 * l2(x) * 6)
        }
    }

    @Test func measuredPlansAgreeAndPlanningTouchesNoData() {
        var generator = SeededGenerator(seed: 7)
        let x = random(2 * 60, &generator, Float.self)
        let estimated = FourierPlan<Float>(TransformLayout(kind: .complexForward, length: 60))
        let measured = FourierPlan<Float>(TransformLayout(kind: .complexForward, length: 60), effort: .measure)
        #expect(distance(run(estimated, x), run(measured, x).map { Double($0) }) <= 1e-6 * l2(x) * 8)
    }

    @Test func unalignedPlansRunAnywhere() {
        var generator = SeededGenerator(seed: 8)
        let x = random(24, &generator, Float.self)
        let plan = FourierPlan<Float>(TransformLayout(kind: .complexForward, length: 12), needsAlignment: false)
        let (input, output) = (buffer([0] + x), AlignedBuffer<Float>(zeros: 25))
        plan.execute(
            UnsafeMutableBufferPointer(rebasing: input.scalars[1...]),
            UnsafeMutableBufferPointer(rebasing: output.scalars[1...]))
        let aligned = run(FourierPlan<Float>(TransformLayout(kind: .complexForward, length: 12)), x)
        #expect(distance(Array(output.array[1...]), aligned.map { Double($0) }) <= 1e-6 * l2(x) * 4)
    }

    @Test func misuseIsRefused() async {
        await #expect(processExitsWith: .failure) {
            let plan = FourierPlan<Float>(TransformLayout(kind: .complexForward, length: 12))
            let memory = AlignedBuffer<Float>(zeros: 100)
            plan.execute(
                UnsafeMutableBufferPointer(rebasing: memory.scalars[1..<40]),
                UnsafeMutableBufferPointer(rebasing: memory.scalars[48...]))
        }
        await #expect(processExitsWith: .failure) {
            let plan = FourierPlan<Float>(TransformLayout(kind: .complexForward, length: 12))
            plan.execute(AlignedBuffer(zeros: 24), AlignedBuffer(zeros: 23))
        }
        await #expect(processExitsWith: .failure) {
            let plan = FourierPlan<Float>(TransformLayout(kind: .complexForward, length: 12))
            let memory = AlignedBuffer<Float>(zeros: 24)
            plan.execute(memory, memory)
        }
    }

    @Test func plansAreMadeAndRunFromManyTasks() async {
        let x = (0..<128).map { Float($0 % 7) }
        let results = await withTaskGroup(of: [Float].self) { group in
            for _ in 0..<32 {
                group.addTask {
                    let plan = FourierPlan<Float>(TransformLayout(kind: .complexForward, length: 64))
                    let (input, output) = (AlignedBuffer<Float>(zeros: 128), AlignedBuffer<Float>(zeros: 128))
                    for (i, value) in x.enumerated() { input.pointer[i] = value }
                    plan.execute(input, output)
                    return output.array
                }
            }
            return await group.reduce(into: [[Float]]()) { $0.append($1) }
        }
        #expect(Set(results).count == 1)
    }
}

func random<Scalar: FourierScalar>(_ count: Int, _ generator: inout SeededGenerator, _: Scalar.Type) -> [Scalar] {
    (0..<count).map { _ in Scalar(generator.normal()) }
}

func buffer<Scalar: FourierScalar>(_ values: [Scalar]) -> AlignedBuffer<Scalar> {
    let buffer = AlignedBuffer<Scalar>(zeros: values.count)
    for (i, value) in values.enumerated() { buffer.pointer[i] = value }
    return buffer
}

func run<Scalar: FourierScalar>(_ plan: FourierPlan<Scalar>, _ x: [Scalar]) -> [Scalar] {
    let output = AlignedBuffer<Scalar>(zeros: plan.layout.outputCount)
    plan.execute(buffer(x), output)
    return output.array
}

func l2<Scalar: FourierScalar>(_ x: [Scalar]) -> Double {
    x.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
}

func distance<Scalar: FourierScalar>(_ x: [Scalar], _ y: [Double]) -> Double {
    guard x.count == y.count else { return .infinity }
    return zip(x, y).reduce(0.0) { $0 + (Double($1.0) - $1.1) * (Double($1.0) - $1.1) }.squareRoot()
}
