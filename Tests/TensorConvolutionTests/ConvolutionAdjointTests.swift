import Parallelism
import Randomness
import TensorConvolution
import Tensors
import TestSupport
import Testing

@Suite("Gradients are adjoints, and threads change nothing")
struct ConvolutionAdjointTests {
    static func inner(_ a: Tensor, _ b: Tensor) -> Double {
        zip(a.elements, b.elements).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }

    static func norm(_ a: Tensor) -> Double { inner(a, a).squareRoot() }

    @Test("⟨y, x ⋆ k⟩ = ⟨x, gradient⟩ = ⟨k, gradient⟩", arguments: ConvolutionAlgorithm.allCases, 0..<4)
    func identities(algorithm: ConvolutionAlgorithm, seed: Int) {
        var random = RandomConvolutions(generator: SeededGenerator(seed: 6, index: seed), largest: 4_000_000)
        let workSpace = WorkSpace()
        for _ in 0..<Thoroughness.cases(20) {
            let shape = random.shape(for: algorithm)
            let (x, k, y) = (random.tensor(shape.input), random.tensor(shape.kernel), random.tensor(shape.output))
            var output = Tensor(shape.output)
            ConvolutionPlan(shape, .forward, algorithm: algorithm)
                .forward(input: x, kernel: k, into: &output, using: workSpace)
            var inputGradient = Tensor(shape.input)
            ConvolutionPlan(shape, .inputGradient, algorithm: algorithm)
                .inputGradient(outputGradient: y, kernel: k, into: &inputGradient, using: workSpace)
            var kernelGradient = Tensor(shape.kernel)
            ConvolutionPlan(shape, .kernelGradient, algorithm: algorithm)
                .kernelGradient(input: x, outputGradient: y, into: &kernelGradient, using: workSpace)
            // Each inner product errs by at most the relative error of its result times the product of the norms.
            let bound = ConvolutionPlanTests.bound(algorithm)
            let value = Self.inner(y, output)
            let scale = max(
                Self.norm(y) * Self.norm(output), Self.norm(x) * Self.norm(inputGradient),
                Self.norm(k) * Self.norm(kernelGradient))
            #expect(abs(value - Self.inner(x, inputGradient)) <= 2 * bound * scale, "\(shape)")
            #expect(abs(value - Self.inner(k, kernelGradient)) <= 2 * bound * scale, "\(shape)")
        }
    }

    @Test("One thread and several give the same bits", arguments: ConvolutionAlgorithm.allCases)
    func threads(algorithm: ConvolutionAlgorithm) {
        var random = RandomConvolutions(generator: SeededGenerator(seed: 7), largest: 4_000_000)
        let pools = [1, 2, 5].map(WorkerPool.init(threadCount:))
        for _ in 0..<Thoroughness.cases(40) {
            let shape = random.shape(for: algorithm)
            let (x, k, y) = (random.tensor(shape.input), random.tensor(shape.kernel), random.tensor(shape.output))
            let results = pools.map { pool in
                let workSpace = WorkSpace()
                var output = Tensor(shape.output)
                var inputGradient = Tensor(shape.input)
                var kernelGradient = Tensor(shape.kernel)
                ConvolutionPlan(shape, .forward, algorithm: algorithm)
                    .forward(input: x, kernel: k, into: &output, using: workSpace, pool: pool)
                ConvolutionPlan(shape, .inputGradient, algorithm: algorithm)
                    .inputGradient(outputGradient: y, kernel: k, into: &inputGradient, using: workSpace, pool: pool)
                ConvolutionPlan(shape, .kernelGradient, algorithm: algorithm)
                    .kernelGradient(
                        input: x, outputGradient: y, into: &kernelGradient, using: workSpace, pool: pool)
                return [output, inputGradient, kernelGradient].map { $0.elements.map(\.bitPattern) }
            }
            #expect(results[0] == results[1] && results[0] == results[2], "\(shape)")
        }
    }

    @Test("A work space does not grow after the first call, and is as large as the plan says")
    func workSpace() throws {
        let shape = try ConvolutionShape(
            batch: 2, vertical: ConvolutionAxis(input: 20, kernel: 3),
            horizontal: ConvolutionAxis(input: 24, kernel: 3),
            inputChannels: 5, outputChannels: 7)
        var random = RandomConvolutions(generator: SeededGenerator(seed: 8))
        let (x, k) = (random.tensor(shape.input), random.tensor(shape.kernel))
        let pool = WorkerPool(threadCount: 2)
        for algorithm in ConvolutionAlgorithm.allCases {
            let plan = ConvolutionPlan(shape, .forward, algorithm: algorithm)
            let workSpace = WorkSpace()
            var output = Tensor(shape.output)
            plan.forward(input: x, kernel: k, into: &output, using: workSpace, pool: pool)
            let size = workSpace.byteCount
            #expect(size >= plan.workSpaceByteCount(threads: 2))
            plan.forward(input: x, kernel: k, into: &output, using: workSpace, pool: pool)
            #expect(workSpace.byteCount == size)
        }
    }
}
