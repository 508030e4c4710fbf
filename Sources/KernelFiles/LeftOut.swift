import Tensors

/// A tensor of a file that is not fitted, and why.
public struct LeftOut: Sendable, Hashable {
    /// The kinds of reasons.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// What an optimiser remembers of a weight: moments, gradients.
        case optimizerState
        /// A running average of weights that are in the file themselves.
        case average
        /// A mask, or a part from which a weight is put together.
        case part
        /// Something else by its name or by what the file says: an embedding, positions, activations, a matrix.
        case otherUse
        /// Kernels of a single tap.
        case pointwise
        /// As many axes as no kernels have, or a bias.
        case otherRank
        /// Kernels of three dimensions.
        case threeDimensional
        /// Numbers of a type that is not read.
        case unreadable
        /// Whole numbers or truth values.
        case notReal
        /// No elements.
        case empty
        /// NaN or infinity among the elements.
        case notFinite
        /// Neither name nor shape tell the order of the axes.
        case unclearAxes
        /// More taps than a basis can be made for.
        case tooManyTaps
        /// The same numbers as a layer before.
        case duplicate
        /// Not among those asked for, or among those excluded.
        case notAsked
    }

    /// The tensor's name in the file.
    public let name: String
    /// Its extents; nil where the file's reader does not know them.
    public let shape: TensorShape?
    /// The kind of reason.
    public let kind: Kind
    /// The reason, to stand after the name and a colon.
    public let reason: String

    /// A tensor that is left out.
    ///
    /// - Parameters:
    ///   - name: The tensor's name in the file.
    ///   - shape: Its extents, where they are known.
    ///   - kind: The kind of reason.
    ///   - reason: The reason, to stand after the name and a colon.
    public init(name: String, shape: TensorShape?, kind: Kind, reason: String) {
        (self.name, self.shape, self.kind, self.reason) = (name, shape, kind, reason)
    }

    /// Whether somebody who fits a file should be told of this tensor by name, as it may be one of the kernels.
    public var deservesNotice: Bool {
        switch kind {
        case .threeDimensional, .unreadable, .empty, .notFinite, .unclearAxes, .tooManyTaps: true
        case .optimizerState, .average, .part, .otherUse, .pointwise, .otherRank, .notReal, .duplicate, .notAsked: false
        }
    }

    /// What `count` tensors of this kind are called in a sentence, where they are counted rather than named; nil where nobody misses them.
    public static func summary(of kind: Kind, count: Int) -> String? {
        let tensors = count == 1 ? "1 tensor" : "\(count) tensors"
        switch kind {
        case .optimizerState: return "\(tensors) of an optimiser's state"
        case .average: return "\(tensors) of running averages of the weights"
        case .duplicate: return "\(tensors) equal to one before"
        case .otherUse: return "\(tensors) that \(count == 1 ? "is no kernel" : "are no kernels") by name or use"
        default: return nil
        }
    }
}
