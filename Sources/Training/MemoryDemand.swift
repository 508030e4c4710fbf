import Foundation
import NeuralNetworks

extension NetworkGraph {
    /// Checks that the values that a compiled network holds have room in the machine's memory.
    ///
    /// - Parameters:
    ///   - batch: The number of pictures that are computed together.
    ///   - computesGradients: Whether the network is to be trained.
    ///   - memory: The bytes of memory there are.
    /// - Throws: `TrainingError.memory` where they have none. What convolutions work in is not counted, so that a network may need more.
    public func checkMemory(
        batch: Int, computesGradients: Bool = true,
        memory: UInt64 = ProcessInfo.processInfo.physicalMemory
    ) throws(TrainingError) {
        let needed = leastBytes(batch: batch, computesGradients: computesGradients)
        guard needed <= Double(memory) else {
            throw .memory(needed: needed, there: Double(memory), batch: batch)
        }
    }
}
