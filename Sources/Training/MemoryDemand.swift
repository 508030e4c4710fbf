import Foundation
import NeuralNetworks
import Parallelism

extension NetworkGraph {
    /// Checks that the values that a compiled network holds have room in the memory that this process may use.
    ///
    /// - Parameters:
    ///   - batch: The number of pictures that are computed together.
    ///   - computesGradients: Whether the network is to be trained.
    ///   - memory: The bytes of memory there are; see `MachineShare`.
    /// - Throws: `TrainingError.memory` where they have none. What convolutions work in is not counted, so that a network may need more.
    public func checkMemory(
        batch: Int, computesGradients: Bool = true,
        memory: UInt64 = MachineShare.current.memory
    ) throws(TrainingError) {
        let needed = leastBytes(batch: batch, computesGradients: computesGradients)
        guard needed <= Double(memory) else {
            throw .memory(needed: needed, there: Double(memory), batch: batch)
        }
    }
}
