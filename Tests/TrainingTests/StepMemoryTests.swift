#if os(Linux) && !DEBUG
    import NeuralNetworks
    import Parallelism
    import TensorConvolution
    import Tensors
    import TestSupport
    import Testing
    import Training

    /// A training step after the first takes nothing from the heap on one thread: forward, loss, backward and Adam make no object, however small.
    ///
    /// With optimisation only: without it every closure is one.
    @Suite(
        "Objects of a step",
        .enabled(if: HeapTrace.isAvailable, "the C library's tracing of its heap is not there"))
    struct StepMemoryTests {
        /// All algorithms, strides, dilations, and depthwise layers are among these.
        private static let names = ["large-kernel", "dilated", "strided", "depthwise-cascade"]
        private static let repeats = 4

        private func trace() throws {
            let (pool, batch) = (WorkerPool(threadCount: 1), 16)
            let labels = [UInt8](repeating: 1, count: batch)
            for name in Self.names {
                let graph = try NetworkGraph(try #require(StandardNetwork.named(name)).description())
                let network = CompiledNetwork(
                    graph, weights: NetworkWeights(graph, seed: 1), batch: batch,
                    planner: ConvolutionPlanner(pool: pool), pool: pool)
                var optimizer = Optimizer(.adam(epsilon: 1e-7), for: graph)
                let pictures = Tensor(graph.input.tensor(batch: batch), repeating: 0.5)
                func step() {
                    network.forward(pictures, isTraining: true)
                    _ = network.backward {
                        SoftmaxCrossEntropy.evaluate(scores: $0, labels: labels, gradient: &$1, pool: pool)
                    }
                    optimizer.step(network, rate: 1e-3, l2: 1e-4)
                }
                step()
                HeapTrace.begin()
                HeapTrace.repeatedly(Self.repeats, step)
            }
            // What must be seen.
            HeapTrace.repeatedly(Self.repeats) { withExtendedLifetime(Tensor([1])) {} }
        }

        @Test func aStepMakesNoObject() throws {
            if HeapTrace.isChild { return try trace() }
            let counts = try HeapTrace.countsInChild(filter: "StepMemoryTests", ofAtLeast: 1)
            try #require(counts.count == (Self.names.count + 1) * Self.repeats)
            for (index, name) in Self.names.enumerated() {
                // The least of several: the test runner has threads of its own.
                let least = counts[index * Self.repeats..<(index + 1) * Self.repeats].min() ?? 0
                #expect(least == 0, "a step of \(name) makes \(least) objects")
            }
            #expect(counts.suffix(Self.repeats).allSatisfy { $0 >= 1 }, "a block is not seen")
        }
    }
#endif
