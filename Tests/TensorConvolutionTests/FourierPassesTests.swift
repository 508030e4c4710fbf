import Parallelism
import Randomness
import Testing

@testable import TensorConvolution

/// Passes that threads share, and passes that each has for itself.
@Suite struct FourierPassesTests {
    struct Case: Sendable {
        var batch = 256
        var inputs: Int
        var outputs: Int
        var groups = 1
        var dilation = 1
        var stride = 1
    }

    static let cases = [
        Case(inputs: 18, outputs: 33), Case(inputs: 33, outputs: 3), Case(inputs: 2, outputs: 17, stride: 2),
        Case(batch: 64, inputs: 17, outputs: 5, dilation: 2), Case(inputs: 20, outputs: 20, groups: 20),
    ]

    private func axis(_ c: Case, input: Int, kernel: Int) -> Axis {
        let output = (input + c.stride - 1) / c.stride
        return Axis(
            input: input, output: output, kernel: kernel, dilation: c.dilation, stride: c.stride,
            padding: (kernel - 1) * c.dilation / 2)
    }

    /// The output and the kernel's gradient, one part after another.
    private func results(
        _ parts: [FourierConvolution], _ x: [Float], _ k: [Float], _ g: [Float], threads: Int
    ) -> (output: [Float], gradient: [Float]) {
        let pool = WorkerPool(threadCount: threads)
        let workSpace = WorkSpace()
        var (output, gradient) = ([Float](repeating: .nan, count: g.count), [Float](repeating: .nan, count: k.count))
        for (index, part) in parts.enumerated() {
            let count = max(part.correlationCount(workers: threads), part.gradientCount(workers: threads))
            let memory = workSpace.reserve(count)
            output.withUnsafeMutableBufferPointer { output in
                guard let output = output.baseAddress else { return }
                part.correlate(
                    input: x, kernel: k, bias: nil, accumulate: index > 0, output: output, pool: pool, memory: memory)
            }
            gradient.withUnsafeMutableBufferPointer { gradient in
                guard let gradient = gradient.baseAddress else { return }
                part.kernelGradient(input: x, outputGradient: g, into: gradient, pool: pool, memory: memory)
            }
        }
        return (output, gradient)
    }

    @Test("Passes are a matter of speed alone, and of who computes them not even a bit", arguments: cases)
    func agreement(_ c: Case) {
        let geometry = CorrelationGeometry(
            batch: c.batch, vertical: axis(c, input: 9, kernel: 3), horizontal: axis(c, input: 8, kernel: 5),
            inputChannels: c.inputs, outputChannels: c.outputs, groups: c.groups)
        var generator = SeededGenerator(seed: 5)
        func random(_ count: Int) -> [Float] { (0..<count).map { _ in Float(generator.normal()) } }
        let (x, k, g) = (random(geometry.inputCount), random(geometry.kernelCount), random(geometry.outputCount))
        let many = FourierConvolution.parts(of: geometry, isAdjoint: false, passBytes: 1)
        #expect(many.allSatisfy { $0.passes.count == 16 && $0.runs.count == 8 })
        #expect(many.allSatisfy { !$0.sharesPasses($0.runs.count, threads: 2) && $0.sharesPasses(16, threads: 5) })
        let one = results(many, x, k, g, threads: 1)
        for threads in [2, 5] {
            let several = results(many, x, k, g, threads: threads)
            #expect(several.output == one.output)
            #expect(several.gradient == one.gradient)
        }
        let whole = FourierConvolution.parts(of: geometry, isAdjoint: false)
        #expect(whole.allSatisfy { $0.passes.count == 1 })
        let together = results(whole, x, k, g, threads: 2)
        // The same products in a different order: each result's error is a few roundings of the whole's size.
        #expect(relativeDifference(one.output, together.output) < 1e-6)
        #expect(relativeDifference(one.gradient, together.gradient) < 1e-6)
    }

    private func relativeDifference(_ a: [Float], _ b: [Float]) -> Double {
        let difference = zip(a, b).reduce(0) { $0 + (Double($1.0) - Double($1.1)) * (Double($1.0) - Double($1.1)) }
        return (difference / b.reduce(0) { $0 + Double($1) * Double($1) }).squareRoot()
    }
}
