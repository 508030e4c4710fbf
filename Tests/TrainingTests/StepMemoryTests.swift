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
    /// In the release of `make check` only: where files are compiled apart, optimised or not, closures are objects.
    @Suite(
        "Objects of a step",
        .enabled(if: HeapTrace.isAvailable, "the C library's tracing of its heap is not there"))
    struct StepMemoryTests {
        /// All algorithms, strides, dilations, depthwise layers, and jets of a fixed σ are among these.
        private static let networks: [NetworkDescription] =
            ["large-kernel", "dilated", "strided", "depthwise-cascade"].compactMap {
                StandardNetwork.named($0)?.description()
            } + [
                NetworkDescription(
                    name: "jets", height: 32, width: 32, channels: 3,
                    layers: [
                        .gaussianJet(.init(order: 2, sigma: 1, radius: 3, scale: .fixed, channels: 16)), .normalization,
                        .gaussianJet(.init(order: 1, sigmas: [1, 2, 3, 4], radius: 3, scale: .fixed, channels: 4)),
                    ] + .classifier(classes: 10))
            ]
        private static let repeats = 4

        private func trace() throws {
            let (pool, batch) = (WorkerPool(threadCount: 1), 16)
            let labels = [UInt8](repeating: 1, count: batch)
            for description in Self.networks {
                let graph = try NetworkGraph(description)
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
            try #require(counts.count == (Self.networks.count + 1) * Self.repeats)
            for (index, name) in Self.networks.map(\.name).enumerated() {
                // The least of several: the test runner has threads of its own.
                let least = counts[index * Self.repeats..<(index + 1) * Self.repeats].min() ?? 0
                #expect(least == 0, "a step of \(name) makes \(least) objects")
            }
            #expect(counts.suffix(Self.repeats).allSatisfy { $0 >= 1 }, "a block is not seen")
        }
    }
#endif
