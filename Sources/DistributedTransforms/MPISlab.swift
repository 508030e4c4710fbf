#if MPI
    import CFFTWMPI
    import FourierTransforms
    import MessagePassing

    /// A slab under FFTW's distributed transforms.
    ///
    /// The spectrum stays transposed, which saves two of the four exchanges that a forward and an inverse transform would make otherwise. Each of the
    /// two sends all but 1/n of a slab to the other n − 1 ranks. Source: the FFTW manual, "Distributed-memory FFTW with MPI", sections 6.4 and 6.5.
    ///
    /// It is unchecked because plans and memory are used by the thread of MPI alone, while the caller waits.
    final class MPISlab: SlabTransform, @unchecked Sendable {
        let width: Int
        let height: Int
        let rows: Range<Int>
        let pitch: Int
        private let count: Int
        private let ranks: MPICommunicator
        private let forwardPlan: OpaquePointer
        private let inversePlan: OpaquePointer

        private struct Plans: @unchecked Sendable {
            let rows: Range<Int>
            let count: Int
            let forward: OpaquePointer?
            let inverse: OpaquePointer?
        }

        init(width: Int, height: Int, on ranks: MPICommunicator) {
            (self.width, self.height, self.ranks) = (width, height, ranks)
            let columns = width / 2 + 1
            pitch = 2 * columns
            let plans = ranks.call { world in
                fftwf_mpi_init()
                var (first, own, firstTransposed, ownTransposed) = (0, 0, 0, 0)
                let complexCount = fftwf_mpi_local_size_2d_transposed(
                    height, columns, world, &own, &first, &ownTransposed, &firstTransposed)
                let scratch = AlignedBuffer<Float>(uninitialized: 2 * max(complexCount, 1))
                let complex = UnsafeMutableRawPointer(scratch.pointer).assumingMemoryBound(to: fftwf_complex.self)
                let flags = UInt32(FFTW_ESTIMATE)
                return Plans(
                    rows: first..<first + own, count: scratch.count,
                    forward: fftwf_mpi_plan_dft_r2c_2d(
                        height, width, scratch.pointer, complex, world, flags | UInt32(FFTW_MPI_TRANSPOSED_OUT)),
                    inverse: fftwf_mpi_plan_dft_c2r_2d(
                        height, width, complex, scratch.pointer, world, flags | UInt32(FFTW_MPI_TRANSPOSED_IN)))
            }
            guard let forward = plans.forward, let inverse = plans.inverse else {
                preconditionFailure("FFTW has no plan for \(width) × \(height) points on \(ranks.count) ranks")
            }
            (rows, count, forwardPlan, inversePlan) = (plans.rows, plans.count, forward, inverse)
        }

        func makeSlab() -> AlignedBuffer<Float> { AlignedBuffer(zeros: count) }

        func forward(_ slab: AlignedBuffer<Float>) {
            run(forwardPlan, slab) { plan, real, complex in fftwf_mpi_execute_dft_r2c(plan, real, complex) }
        }

        func inverse(_ slab: AlignedBuffer<Float>) {
            run(inversePlan, slab) { plan, real, complex in fftwf_mpi_execute_dft_c2r(plan, complex, real) }
        }

        private struct Arguments: @unchecked Sendable {
            let plan: OpaquePointer
            let memory: UnsafeMutablePointer<Float>
        }

        private func run(
            _ plan: OpaquePointer, _ slab: AlignedBuffer<Float>,
            _ execute:
                @escaping @Sendable (
                    OpaquePointer, UnsafeMutablePointer<Float>, UnsafeMutablePointer<fftwf_complex>
                ) -> Void
        ) {
            precondition(slab.count == count, "the slab belongs to another size")
            let arguments = Arguments(plan: plan, memory: slab.pointer)
            ranks.call { _ in
                let complex = UnsafeMutableRawPointer(arguments.memory).assumingMemoryBound(to: fftwf_complex.self)
                execute(arguments.plan, arguments.memory, complex)
            }
            withExtendedLifetime(slab) {}
        }
    }
#endif
