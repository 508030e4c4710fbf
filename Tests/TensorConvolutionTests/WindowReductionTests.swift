import Parallelism
import Randomness
import TensorConvolution
import Tensors
import TestSupport
import Testing

@Suite("Maximum, average and median over windows")
struct WindowReductionTests {
    static func randomShape(_ generator: inout SeededGenerator) -> WindowShape {
        while true {
            func axis() -> ConvolutionAxis? {
                let padding: ConvolutionPadding = Bool.random(using: &generator) ? .same : .valid
                return try? ConvolutionAxis(
                    input: Int.random(in: 1...9, using: &generator), kernel: Int.random(in: 1...4, using: &generator),
                    dilation: Int.random(in: 1...2, using: &generator),
                    stride: Int.random(in: 1...3, using: &generator),
                    padding: padding)
            }
            guard let vertical = axis(), let horizontal = axis() else { continue }
            let shape = try? WindowShape(
                batch: Int.random(in: 1...3, using: &generator), vertical: vertical, horizontal: horizontal,
                channels: Int.random(in: 1...19, using: &generator))
            if let shape { return shape }
        }
    }

    /// The samples of a window in order, with their positions.
    static func window(_ shape: WindowShape, _ n: Int, _ y: Int, _ x: Int, _ c: Int) -> [Int] {
        var positions: [Int] = []
        for u in 0..<shape.vertical.kernel {
            for v in 0..<shape.horizontal.kernel {
                let row = y * shape.vertical.stride + u * shape.vertical.dilation - shape.vertical.paddingBefore
                let column =
                    x * shape.horizontal.stride + v * shape.horizontal.dilation - shape.horizontal.paddingBefore
                guard (0..<shape.vertical.input).contains(row), (0..<shape.horizontal.input).contains(column) else {
                    continue
                }
                positions.append(
                    ((n * shape.vertical.input + row) * shape.horizontal.input + column) * shape.channels + c)
            }
        }
        return positions
    }

    @Test(
        "Against sorted windows, with the gradient on the samples that count", arguments: WindowReduction.Kind.allCases)
    func definition(kind: WindowReduction.Kind) {
        var generator = SeededGenerator(seed: 11)
        let pool = WorkerPool(threadCount: 2)
        for _ in 0..<Thoroughness.cases(100) {
            let shape = Self.randomShape(&generator)
            // Few different values, so that there are ties.
            let input = Tensor(
                shape.input, (0..<shape.input.count).map { _ in Float(Int.random(in: 0...4, using: &generator)) })
            let weights = Tensor(
                shape.output, (0..<shape.output.count).map { _ in Float(Int.random(in: -8...8, using: &generator)) })
            let reduction = WindowReduction(kind, shape)
            var output = Tensor(shape.output, repeating: .nan)
            reduction.forward(input: input, into: &output, pool: pool)
            var gradient = Tensor(shape.input, repeating: .nan)
            reduction.inputGradient(input: input, outputGradient: weights, into: &gradient, pool: pool)

            var expected = [Float](repeating: 0, count: shape.input.count)
            let values = input.elements
            for n in 0..<shape.batch {
                for y in 0..<shape.vertical.output {
                    for x in 0..<shape.horizontal.output {
                        for c in 0..<shape.channels {
                            let positions = Self.window(shape, n, y, x, c)
                            let sorted = positions.sorted { (values[$0], $0) < (values[$1], $1) }
                            let weight = weights[n, y, x, c]
                            let found = output[n, y, x, c]
                            switch kind {
                            case .maximum:
                                let largest = sorted.map { values[$0] }.max() ?? .nan
                                #expect(found == largest)
                                if let first = positions.first(where: { values[$0] == largest }) {
                                    expected[first] += weight
                                }
                            case .average:
                                let mean = positions.reduce(0) { $0 + values[$1] } / Float(positions.count)
                                #expect(abs(found - mean) < 1e-6)
                                for position in positions { expected[position] += weight / Float(positions.count) }
                            case .median:
                                let (low, high) = (sorted[(sorted.count - 1) / 2], sorted[sorted.count / 2])
                                #expect(found == (values[low] + values[high]) / 2)
                                expected[low] += weight / 2
                                expected[high] += weight / 2
                            }
                        }
                    }
                }
            }
            // At most 16 terms of at most 8 are summed.
            for (found, wanted) in zip(gradient.elements, expected) { #expect(abs(found - wanted) < 1e-4) }
        }
    }

    @Test("A window that lies outside the picture is refused")
    func outside() throws {
        let far = try ConvolutionAxis(input: 3, kernel: 2, padding: .explicit(before: 4, after: 0))
        let axis = try ConvolutionAxis(input: 3, kernel: 2)
        #expect(throws: ConvolutionShapeError.self) {
            try WindowShape(batch: 1, vertical: far, horizontal: axis, channels: 1)
        }
    }

    @Test("What is no number stays so, and the gradient goes there", arguments: WindowReduction.Kind.allCases)
    func notANumber(kind: WindowReduction.Kind) throws {
        let axis = try ConvolutionAxis(input: 3, kernel: 3, padding: .valid)
        let shape = try WindowShape(batch: 1, vertical: axis, horizontal: axis, channels: 1)
        let reduction = WindowReduction(kind, shape)
        for place in 0..<9 {
            var values: [Float] = [3, -1, .infinity, 0, 2, -.infinity, 1, 5, 4]
            values[place] = .nan
            let input = Tensor(shape.input, values)
            var (output, gradient) = (Tensor(shape.output), Tensor(shape.input))
            reduction.forward(input: input, into: &output)
            #expect(output.elements.allSatisfy { $0.isNaN })
            reduction.inputGradient(input: input, outputGradient: Tensor(shape.output, [1]), into: &gradient)
            #expect(gradient.elements[place] != 0)
        }
    }
}
