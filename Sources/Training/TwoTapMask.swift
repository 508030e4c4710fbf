import NeuralNetworks
import Tensors

/// Two taps of every kernel, at opposite ends, and no others: the receptive field of the whole kernel in one direction.
///
/// It applies to square kernels of odd size from 3×3 on; other tensors keep all their weights.
public enum TwoTapMask: String, Hashable, Sendable, Codable, CaseIterable {
    /// The ends of the middle row.
    case horizontal
    /// The ends of the middle column.
    case vertical
    /// The upper left and the lower right corner.
    case diagonal
    /// The upper right and the lower left corner.
    case antidiagonal
    /// All four directions in turn: kernel (input, output) has direction (input + output) mod 4.
    case mixed

    private static let directions: [TwoTapMask] = [.horizontal, .diagonal, .vertical, .antidiagonal]

    /// The masks for a network.
    public func masks(for graph: NetworkGraph) -> PruningMasks {
        var masks = PruningMasks(for: graph)
        for (place, parameter) in graph.parameters.enumerated() where Self.applies(to: parameter) {
            masks.masks[place] = mask(parameter.shape)
        }
        return masks
    }

    /// Whether any kernel of a network can have two taps.
    public static func applies(to graph: NetworkGraph) -> Bool { graph.parameters.contains(where: applies) }

    private static func applies(to parameter: ParameterSpecification) -> Bool {
        guard parameter.role == .kernel else { return false }
        let side = parameter.shape[0]
        return side >= 3 && side % 2 == 1 && parameter.shape[1] == side
    }

    private func mask(_ shape: TensorShape) -> Tensor {
        let (side, inputs, outputs) = (shape[0], shape[2], shape[3])
        var mask = Tensor(shape)
        for i in 0..<inputs {
            for o in 0..<outputs {
                let own = self == .mixed ? Self.directions[(i + o) % 4] : self
                for (row, column) in own.ends(side) { mask[row, column, i, o] = 1 }
            }
        }
        return mask
    }

    private func ends(_ side: Int) -> [(row: Int, column: Int)] {
        let (middle, last) = (side / 2, side - 1)
        switch self {
        case .horizontal, .mixed: return [(middle, 0), (middle, last)]
        case .vertical: return [(0, middle), (last, middle)]
        case .diagonal: return [(0, 0), (last, last)]
        case .antidiagonal: return [(0, last), (last, 0)]
        }
    }
}
