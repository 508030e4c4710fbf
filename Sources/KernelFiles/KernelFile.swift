import Foundation
import KernelFitting
import TensorFiles
import Tensors

/// The convolutional layers of a file of weights: which of its tensors are kernels, and what was left out for what reason.
///
/// Opening looks at names, shapes and what the format says; elements are read by `read()`. The rule is that of
/// `Docs/Fitting.md#which-tensors-are-kernels`.
public struct KernelFile: Sendable {
    /// Which layers of a file are wanted.
    public struct Selection: Sendable, Hashable {
        /// The layers to take; empty for all. A pattern without a wildcard takes a tensor whatever its name suggests.
        public var layers: [NamePattern]
        /// The layers to leave out.
        public var excluded: [NamePattern]
        /// The order of the axes of tensors with as many axes, in place of what the file suggests.
        public var axes: KernelAxes?

        /// A selection; by default of all layers, their axes as the file suggests.
        ///
        /// - Parameters:
        ///   - layers: The layers to take; empty for all.
        ///   - excluded: The layers to leave out.
        ///   - axes: The order of the axes of tensors with as many axes.
        public init(layers: [NamePattern] = [], excluded: [NamePattern] = [], axes: KernelAxes? = nil) {
            (self.layers, self.excluded, self.axes) = (layers, excluded, axes)
        }
    }

    /// A layer that is taken.
    public struct Layer: Sendable, Hashable {
        /// The name in the file; of a weight put together from parts, the one that it has without them.
        public let storedName: String
        /// The name without the containers that all names of the file share; what the layer is called everywhere.
        public let name: String
        /// The tensor's extents.
        public let shape: TensorShape
        /// The type of its elements.
        public let scalarType: ScalarType
        /// How a convolution reads it.
        public let use: KernelUse
        let recipe: NormalizedWeights.Recipe

        /// Whether the weight is put together from several tensors of the file.
        public var isPutTogether: Bool { recipe.parts.count > 1 }
    }

    /// A layer with its taps.
    public struct Read: Sendable {
        /// What the file says of it.
        public let layer: Layer
        /// Its kernels, as a network correlates with them.
        public let kernels: KernelLayer
    }

    /// The layers taken with their taps, and those that their numbers keep from being fitted.
    public struct Contents: Sendable {
        /// The layers, in the order of the file.
        public let layers: [Read]
        /// The layers whose elements are not finite, or equal to those of one before.
        public let leftOut: [LeftOut]
    }

    /// The file.
    public let url: URL
    /// What the file's format is called.
    public let format: TensorArchive.Format
    /// The layers taken, in the order of the file.
    public let layers: [Layer]
    /// Every other tensor, in the order of the file; those that cannot be read follow.
    public let leftOut: [LeftOut]
    /// What a reader of figures should know about the file, a sentence each.
    public let remarks: [String]
    /// The patterns of the selection that no tensor matches.
    public let unmatched: [NamePattern]
    /// The containers around all names, such as `state_dict.module.`; empty for none.
    public let prefix: String

    private let archive: TensorArchive

    /// Opens the file at `url` and looks which of its tensors are kernels.
    /// - Throws: `TensorFileError` where the file cannot be read.
    /// - Complexity: O(length of the file's headers).
    public init(contentsOf url: URL, selection: Selection = Selection()) throws(TensorFileError) {
        self.init(try TensorArchive(contentsOf: url), selection: selection)
    }

    /// Looks which tensors of `archive` are kernels.
    public init(_ archive: TensorArchive, selection: Selection = Selection()) {
        self.archive = archive
        url = archive.url
        format = archive.format
        let (candidates, parts) = Self.candidates(archive.entries)
        let known = Self.file(archive, candidates)
        let prefixLength = Self.prefixLength(candidates)
        prefix = String(candidates.first?.name.prefix(prefixLength) ?? "")
        func short(_ name: String) -> String { String(name.dropFirst(prefixLength)) }
        func isNamed(_ candidate: KernelRule.Candidate, by pattern: NamePattern) -> Bool {
            pattern.matches(candidate.name) || pattern.matches(short(candidate.name))
                || candidate.recipe.parts.contains { pattern.text == $0 }
        }

        var layers: [Layer] = []
        var leftOut: [LeftOut] = []
        for candidate in candidates {
            func leave(_ kind: LeftOut.Kind, _ reason: String) {
                leftOut.append(LeftOut(name: candidate.name, shape: candidate.shape, kind: kind, reason: reason))
            }
            let isNamedItself = selection.layers.contains { !$0.hasWildcard && isNamed(candidate, by: $0) }
            let verdict = KernelRule.verdict(
                on: candidate, axes: selection.axes, isAskedFor: isNamedItself, in: known)
            switch verdict {
            case .leftOut(let kind, let reason): leave(kind, reason)
            case .kernels(let use):
                if !selection.layers.isEmpty, !selection.layers.contains(where: { isNamed(candidate, by: $0) }) {
                    leave(.notAsked, "not among the layers asked for")
                } else if selection.excluded.contains(where: { isNamed(candidate, by: $0) }) {
                    leave(.notAsked, "excluded")
                } else {
                    layers.append(
                        Layer(
                            storedName: candidate.name, name: short(candidate.name), shape: candidate.shape,
                            scalarType: candidate.scalarType, use: use, recipe: candidate.recipe))
                }
            }
        }
        unmatched = (selection.layers + selection.excluded).filter { pattern in
            !candidates.contains { isNamed($0, by: pattern) } && !archive.skipped.contains { pattern.matches($0.name) }
        }
        let averages = Self.averages(among: layers, askedFor: selection.layers)
        leftOut += averages.map {
            LeftOut(
                name: $0.storedName, shape: $0.shape, kind: .average,
                reason: "a running average of weights that are in the file too")
        }
        self.layers = layers.filter { !averages.contains($0) }
        self.leftOut =
            leftOut
            + parts.map { LeftOut(name: $0.name, shape: $0.shape, kind: .part, reason: "a part of '\($0.whole)'") }
            + archive.skipped.map { LeftOut(name: $0.name, shape: nil, kind: .unreadable, reason: $0.reason) }
        var remarks = archive.remarks
        if known.weights == .ohwi {
            remarks.append("its weights are [out, height, width, in], as MLX keeps them")
        }
        self.remarks = remarks
    }

    /// Reads the layers taken.
    ///
    /// A layer with NaN or infinity is left out, and one whose kernels equal those of a layer before: it is the same weight under a
    /// second name.
    /// - Throws: `TensorFileError` where a tensor cannot be read.
    /// - Complexity: O(elements of the layers).
    public func read() throws(TensorFileError) -> Contents {
        var read: [Read] = []
        var leftOut: [LeftOut] = []
        var seen: [Int: [Int]] = [:]
        for layer in layers {
            func leave(_ kind: LeftOut.Kind, _ reason: String) {
                leftOut.append(LeftOut(name: layer.storedName, shape: layer.shape, kind: kind, reason: reason))
            }
            let tensor = try NormalizedWeights.read(layer.recipe, named: layer.name, from: archive)
            guard let kernels = KernelLayer(tensor, layer.use) else { continue }
            let broken = kernels.taps.count { !$0.isFinite }
            guard broken == 0 else {
                leave(.notFinite, "\(broken) of \(kernels.taps.count) numbers are NaN or infinite")
                continue
            }
            var hasher = Hasher()
            hasher.combine(layer.shape)
            hasher.combine(kernels.taps)
            let hash = hasher.finalize()
            // Zeros are equal without being shared.
            let isZero = kernels.taps.allSatisfy { $0 == 0 }
            if !isZero,
                let first = seen[hash]?.first(where: {
                    read[$0].layer.shape == layer.shape && read[$0].kernels.taps == kernels.taps
                })
            {
                leave(.duplicate, "equal to '\(read[first].layer.name)'")
                continue
            }
            seen[hash, default: []].append(read.count)
            read.append(Read(layer: layer, kernels: kernels))
        }
        return Contents(layers: read, leftOut: leftOut)
    }

    // MARK: What is known of the file as a whole

    private static func candidates(
        _ entries: [TensorArchive.Entry]
    ) -> (candidates: [KernelRule.Candidate], parts: [(name: String, shape: TensorShape, whole: String)]) {
        let wholes = NormalizedWeights.wholes(among: entries)
        var wholeOfPart: [String: String] = [:]
        var wholeAt: [String: NormalizedWeights.Whole] = [:]
        for whole in wholes {
            for part in whole.recipe.parts { wholeOfPart[part] = whole.name }
            wholeAt[whole.recipe.parts[0]] = whole
        }
        var candidates: [KernelRule.Candidate] = []
        var parts: [(name: String, shape: TensorShape, whole: String)] = []
        for entry in entries {
            if let whole = wholeAt[entry.name] {
                candidates.append(
                    KernelRule.Candidate(
                        name: whole.name, shape: whole.model.shape, scalarType: whole.model.scalarType,
                        use: whole.model.use, recipe: whole.recipe))
            }
            if let whole = wholeOfPart[entry.name] {
                if wholeAt[entry.name]?.recipe.parts.count != 1 { parts.append((entry.name, entry.shape, whole)) }
                continue
            }
            candidates.append(
                KernelRule.Candidate(
                    name: entry.name, shape: entry.shape, scalarType: entry.scalarType, use: entry.use,
                    recipe: .stored(entry.name)))
        }
        return (candidates, parts)
    }

    private static func file(_ archive: TensorArchive, _ candidates: [KernelRule.Candidate]) -> AxesGuess.File {
        var file = AxesGuess.File()
        file.isPyTorch =
            ["pytorch", "pytorch-legacy", "torchscript", "pt2"].contains(archive.format.name)
            || archive.metadata["format"] == "pt"
        if archive.format.name == "matlab" { file.only = .oiwh }
        let weights = candidates.filter {
            $0.shape.rank == 4 && $0.use == .unstated && TensorName($0.name).convention == .channelsFirst
        }
        func score(_ axes: KernelAxes, _ candidate: KernelRule.Candidate) -> Int {
            axes.extents(of: candidate.shape).map { AxesGuess.plausibility($0.height, $0.width) } ?? 0
        }
        // One layer that can only be in MLX's order says it for those that could be in either.
        let isMLX =
            archive.metadata["format"] == "mlx"
            || (!file.isPyTorch && weights.contains { score(.ohwi, $0) == 3 && score(.oihw, $0) < 2 }
                && weights.allSatisfy { score(.ohwi, $0) >= 2 })
        if isMLX { file.weights = .ohwi }
        return file
    }

    private static func prefixLength(_ candidates: [KernelRule.Candidate]) -> Int {
        let names = candidates.filter { candidate in
            guard TensorName(candidate.name).convention != nil || candidate.name.hasSuffix("bias") else { return false }
            let verdict = KernelRule.verdict(on: candidate, axes: nil, isAskedFor: false, in: AxesGuess.File())
            if case .leftOut(let kind, _) = verdict { return kind != .optimizerState && kind != .part }
            return true
        }.map(\.name)
        let own = names.filter { !KernelRule.isAverage($0) }
        return SharedPrefix.length(of: own.isEmpty ? names : own)
    }

    /// The layers that are running averages, where others are not; none where all are.
    private static func averages(among layers: [Layer], askedFor: [NamePattern]) -> [Layer] {
        let averages = layers.filter { layer in
            KernelRule.isAverage(layer.storedName)
                && !askedFor.contains { $0.text == layer.storedName || $0.text == layer.name }
        }
        return averages.count < layers.count ? averages : []
    }
}

extension KernelLayer {
    /// The kernels that a tensor of a file holds, as a network correlates with them; nil where it is empty or has other axes.
    ///
    /// - Parameters:
    ///   - tensor: The file's tensor, in any scalar type.
    ///   - use: How a convolution reads it.
    ///   - name: What the layer is called; by default as the tensor.
    /// - Complexity: O(count).
    public init?(_ tensor: StoredTensor, _ use: KernelUse, name: String? = nil) {
        guard let extents = use.axes.extents(of: tensor.shape), tensor.shape.count > 0 else { return nil }
        var taps = tensor.permuted(use.axes.permutation(to: use.axes.canonical)).doubles
        if use.isFlipped {
            let count = extents.height * extents.width
            taps = stride(from: 0, to: taps.count, by: count).flatMap { taps[$0..<$0 + count].reversed() }
        }
        self.init(
            name: name ?? tensor.name, outputs: extents.outputs, inputs: extents.inputs, height: extents.height,
            width: extents.width, taps: taps)
    }

    /// The kernels that a tensor of a file holds, or nil where it is empty or has other axes.
    ///
    /// - Parameters:
    ///   - tensor: The file's tensor, in any scalar type.
    ///   - axes: The order of the tensor's axes: `oihw` in PyTorch's files, `hwio` in Keras's and TensorFlow's.
    /// - Complexity: O(count).
    public init?(_ tensor: StoredTensor, axes: KernelAxes = .oihw) {
        self.init(tensor, KernelUse(axes: axes))
    }
}

extension KernelLayer {
    /// Taps of this layer's extents as a file keeps them: in the order of axes and the sense of `use`.
    ///
    /// The inverse of `init(_:_:name:)`: of the layer's own taps it makes the tensor that they were read from.
    ///
    /// - Parameters:
    ///   - taps: The taps, ordered `[output, input, row, column]`; by default the layer's own.
    ///   - use: How a convolution reads the tensor. Orders of three axes are of layers whose height is 1.
    ///   - name: What the tensor is called; by default as the layer.
    ///   - scalarType: The type of its elements.
    /// - Complexity: O(count).
    public func stored(
        _ taps: [Double]? = nil, as use: KernelUse, name: String? = nil, scalarType: ScalarType = .float32
    ) -> StoredTensor {
        precondition(use.axes.rank == 4 || height == 1, "kernels with three axes have one row")
        var taps = taps ?? self.taps
        precondition(taps.count == self.taps.count, "the taps fill the layer")
        if use.isFlipped {
            taps = stride(from: 0, to: taps.count, by: tapCount).flatMap { taps[$0..<$0 + tapCount].reversed() }
        }
        let extents = use.axes.rank == 4 ? [outputs, inputs, height, width] : [outputs, inputs, width]
        return StoredTensor(name: name ?? self.name, shape: TensorShape(extents), taps, as: scalarType)
            .permuted(use.axes.canonical.permutation(to: use.axes))
    }
}
