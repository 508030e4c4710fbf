#if os(Linux)
    import Glibc
    import NeuralNetworks
    import Parallelism
    import TensorConvolution
    import Tensors
    import Testing

    /// Whether the C library does as told; the sanitisers' allocators do not.
    private let givesBackAtOnce: Bool = {
        // Not in the module of the C library, though in the library.
        typealias Setter = @convention(c) (_ option: CInt, _ value: CInt) -> CInt
        let leastMapped: CInt = -3
        guard let function = dlsym(nil, "mallopt") else { return false }
        return unsafeBitCast(function, to: Setter.self)(leastMapped, 64 << 10) == 1
    }()

    /// A training step after the first takes no memory that depends on the shapes.
    ///
    /// The C library is told to take blocks that its heap has no room for from the system and to give them back at once, so that whoever asks for a few
    /// megabytes, as the features and work spaces of these batches are, and writes to them causes page faults on his thread, each time. Those are
    /// counted; the least count of several steps is looked at, as the system itself may move a page now and then.
    ///
    /// Objects of a few bytes stay unseen by this: the C library reuses what was freed without asking the system. The tests of `Training` see them.
    @Suite(
        "Memory of a step", .serialized,
        .enabled(if: givesBackAtOnce, "another allocator than the C library's is in place"))
    struct AllocationTests {
        private func pageFaults() -> Int {
            var usage = rusage()
            // This thread alone: other tests run beside this one.
            getrusage(__rusage_who_t(1), &usage)
            return usage.ru_minflt
        }

        /// Forward, loss and backward of the network with a given name, on one thread.
        private func step(_ name: String) throws -> () -> Void {
            let (pool, batch) = (WorkerPool(threadCount: 1), 16)
            let labels = [UInt8](repeating: 1, count: batch)
            let graph = try NetworkGraph(try #require(StandardNetwork.named(name)).description())
            let network = CompiledNetwork(
                graph, weights: NetworkWeights(graph, seed: 1), batch: batch, planner: ConvolutionPlanner(pool: pool),
                pool: pool)
            let pictures = Tensor(graph.input.tensor(batch: batch), repeating: 0.5)
            return {
                network.forward(pictures, isTraining: true)
                _ = network.backward {
                    SoftmaxCrossEntropy.evaluate(scores: $0, labels: labels, gradient: &$1, pool: pool)
                }
            }
        }

        /// The least number of page faults in five steps, after two that do not count.
        private func faults(_ name: String, beside: () -> Void = {}) throws -> Int {
            let step = try step(name)
            var counts: [Int] = []
            for _ in 0..<7 {
                let before = pageFaults()
                step()
                beside()
                counts.append(pageFaults() - before)
            }
            return counts.dropFirst(2).min() ?? 0
        }

        /// All three algorithms, strides, and depthwise layers are among these.
        @Test(arguments: ["large-kernel", "dilated", "strided", "depthwise-cascade"])
        func noStepAfterTheFirstTakesMemory(_ name: String) throws {
            #expect(try faults(name) == 0)
        }

        @Test func whatTakesMemoryIsSeen() throws {
            // More than other tests can have left in the heap.
            #expect(try faults("strided") { _ = Tensor([1 << 24]) } > 0)
        }
    }
#endif
