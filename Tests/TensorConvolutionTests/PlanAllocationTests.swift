#if os(Linux)
    import Parallelism
    import TensorConvolution
    import TestSupport
    import Tensors
    import Testing

    /// A call of a plan after the first takes no block from the heap on one thread, however small, however soon it is given back.
    ///
    /// Debug builds take small ones, a few to some hundreds a call, optimised or not, as closures of one file are objects to the next; they are asked
    /// for blocks of 4 KB and more only, and the release of `make check` for all.
    @Suite(
        "Memory of a planned convolution",
        .enabled(if: HeapTrace.isAvailable, "the C library's tracing of its heap is not there"))
    struct PlanAllocationTests {
        private static let repeats = 4
        #if DEBUG
            private static let leastSize = 4 << 10
        #else
            private static let leastSize = 1
        #endif

        private struct Case {
            let shape: ConvolutionShape
            let direction: ConvolutionDirection
            let algorithm: ConvolutionAlgorithm

            var name: String { "\(algorithm) \(direction) \(shape.kernel) stride \(shape.vertical.stride)" }
        }

        /// Dense, strided, pointwise, depthwise and few channels, in every algorithm that can compute them.
        private static func cases() throws -> [Case] {
            var shapes: [ConvolutionShape] = []
            for (kernel, stride, inputs, outputs, groups) in [
                (3, 1, 16, 20, 1), (3, 2, 16, 20, 1), (1, 1, 16, 11, 1), (5, 1, 3, 16, 1), (3, 1, 24, 24, 24),
                (7, 1, 16, 16, 16), (3, 2, 8, 16, 8),
            ] {
                let axis = try ConvolutionAxis(input: 20, kernel: kernel, stride: stride)
                shapes.append(
                    try ConvolutionShape(
                        batch: 9, vertical: axis, horizontal: axis, inputChannels: inputs, outputChannels: outputs,
                        groups: groups))
            }
            return shapes.flatMap { shape in
                ConvolutionDirection.allCases.flatMap { direction in
                    ConvolutionAlgorithm.allCases.filter { $0.supports(shape) }
                        .map { Case(shape: shape, direction: direction, algorithm: $0) }
                }
            }
        }

        private func trace() throws {
            let pool = WorkerPool(threadCount: 1)
            let prepared = try Self.cases().map { item in
                (ConvolutionTrial(item.shape), ConvolutionPlan(item.shape, item.direction, algorithm: item.algorithm))
            }
            HeapTrace.begin()
            for (trial, plan) in prepared {
                let workSpace = WorkSpace()
                trial.run(plan, workSpace, pool)
                HeapTrace.repeatedly(Self.repeats) { trial.run(plan, workSpace, pool) }
            }
            // What must be seen.
            HeapTrace.repeatedly(Self.repeats) { withExtendedLifetime(Tensor([1 << 10])) {} }
        }

        @Test func noCallAfterTheFirstTakesMemory() throws {
            if HeapTrace.isChild { return try trace() }
            let cases = try Self.cases()
            let counts = try HeapTrace.countsInChild(filter: "PlanAllocationTests", ofAtLeast: Self.leastSize)
            try #require(counts.count == (cases.count + 1) * Self.repeats)
            for (index, item) in cases.enumerated() {
                // The least of several: the test runner has threads of its own.
                let least = counts[index * Self.repeats..<(index + 1) * Self.repeats].min() ?? 0
                #expect(least == 0, "\(item.name) takes \(least) blocks")
            }
            #expect(counts.suffix(Self.repeats).allSatisfy { $0 >= 1 }, "a block is not seen")
        }
    }
#endif
