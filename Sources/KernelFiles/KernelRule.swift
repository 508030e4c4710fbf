import TensorFiles
import Tensors

/// Which tensors of a file are kernels, in which order of axes, and why the others are not.
///
/// The rule, in the order in which it is applied:
///
/// 1. What the format says counts: an operator of ONNX or Caffe that reads a tensor, a module that a pickle names.
/// 2. Parts of normalised, pruned or parametrised weights are put together first; the parts themselves are no kernels.
/// 3. Names tell optimiser's state, masks, embeddings, positions and activations. Running averages are left out where the weights
///    that they are averages of are in the file too.
/// 4. Kernels have four axes, or three with a name that says that they are weights; more than one tap, and real numbers.
/// 5. The order of the axes is that of the name: `kernel` is TensorFlow's, Keras's and Flax's `hwio`, `weight` PyTorch's `oihw`.
///    Where the shape contradicts, or the name says nothing and the shape leaves two possibilities, the tensor is left out as unclear.
enum KernelRule {
    /// A tensor, stored or put together, that the rule looks at.
    struct Candidate {
        var name: String
        var shape: TensorShape
        var scalarType: ScalarType
        var use: TensorUse
        var recipe: NormalizedWeights.Recipe
    }

    /// What becomes of a tensor.
    enum Verdict {
        case kernels(KernelUse)
        case leftOut(LeftOut.Kind, String)
    }

    /// The most taps a kernel may have. More are most likely axes in another order, and their bases would not fit in memory.
    static let mostTaps = 1 << 16

    /// What becomes of `candidate`.
    ///
    /// - Parameters:
    ///   - candidate: The tensor.
    ///   - axes: The order of its axes, where a person says it; it counts for tensors with as many axes.
    ///   - isAskedFor: Whether a person named this tensor: then its name is not held against it.
    ///   - file: What is known of the whole file.
    static func verdict(
        on candidate: Candidate, axes: KernelAxes?, isAskedFor: Bool, in file: AxesGuess.File
    ) -> Verdict {
        let shape = candidate.shape
        let name = TensorName(candidate.name)
        if !isAskedFor {
            if let verdict = byName(name) { return verdict }
            if case .other(let what) = candidate.use { return .leftOut(.otherUse, what) }
        }
        guard shape.rank == 4 || shape.rank == 3 else { return byRank(shape, candidate.use) }
        guard candidate.scalarType.isFloatingPoint || isAskedFor || axes != nil || candidate.use.isKernel else {
            let type = candidate.scalarType.safetensorsName
            return .leftOut(.notReal, "its numbers are of the type \(type), those of kernels are real")
        }
        guard shape.count > 0 else { return .leftOut(.empty, "it is empty") }
        var use: KernelUse
        if case .kernel(let stated) = candidate.use, stated.axes.rank == shape.rank {
            use = stated
            if let axes, axes.rank == shape.rank { use.axes = axes }
        } else if let axes, axes.rank == shape.rank {
            use = KernelUse(axes: axes)
        } else {
            switch AxesGuess(name, shape, in: file) {
            case .axes(let axes): use = KernelUse(axes: axes, isTransposed: [.iohw, .hwoi, .iow, .woi].contains(axes))
            case .unclear(let reason): return .leftOut(.unclearAxes, reason)
            case .none(let reason): return .leftOut(shape.rank == 3 ? .otherRank : .otherUse, reason)
            }
        }
        guard let extents = use.axes.extents(of: shape) else { return byRank(shape, candidate.use) }
        let (taps, overflow) = extents.height.multipliedReportingOverflow(by: extents.width)
        guard !overflow, taps <= mostTaps else {
            return .leftOut(
                .tooManyTaps,
                "its kernels have \(extents.height)×\(extents.width) taps, more than \(mostTaps); are its axes in another order?"
            )
        }
        guard taps > 1 || isAskedFor else { return .leftOut(.pointwise, "its kernels have one tap") }
        return .kernels(use)
    }

    private static func byRank(_ shape: TensorShape, _ use: TensorUse) -> Verdict {
        if shape.rank == 5 { return .leftOut(.threeDimensional, "kernels of three dimensions are not fitted") }
        if use.isKernel {
            return .leftOut(.otherRank, "its axes are not those of its format's kernels: \(shape.extents)")
        }
        return .leftOut(.otherRank, shape.rank == 1 ? "it has one axis" : "it has \(shape.rank) axes")
    }

    /// What names say, whatever the shape.
    private static func byName(_ name: TensorName) -> Verdict? {
        if name.parts.contains(where: { isOptimizerState($0.lowercased()) }) {
            return .leftOut(.optimizerState, "an optimiser's state")
        }
        if name.words.contains(where: { $0 == ["mask"] || $0 == ["masks"] }) || name.words.last == ["weight", "mask"] {
            return .leftOut(.part, "a mask")
        }
        let subject = Set(name.subject)
        guard subject.isDisjoint(with: ["conv", "proj", "projection", "patch"]) else { return nil }
        if !subject.isDisjoint(with: ["position", "positional", "positions", "pos", "relative", "rel"]) {
            return .leftOut(.otherUse, "a table of positions")
        }
        if !subject.isDisjoint(with: ["embed", "embedding", "embeddings", "emb", "token", "tokens"]) {
            return .leftOut(.otherUse, "an embedding")
        }
        if !subject.isDisjoint(with: ["activation", "activations", "logits"]) || name.words.first == ["activations"]
            || (name.convention == nil && subject.count == 1
                && !subject.isDisjoint(with: [
                    "input", "inputs", "output", "outputs", "image", "images", "features", "x", "y",
                ]))
        {
            return .leftOut(.otherUse, "activations")
        }
        if name.convention == nil, subject.contains("bias") { return .leftOut(.otherRank, "a bias") }
        return nil
    }

    private static let optimizerParts: Set<String> = [
        "acc_delta", "exp_avg", "exp_avg_sq", "exp_avgs", "exp_inf", "first_moment", "first_moments", "grad",
        "grad_avg",
        "gradient", "gradients", "grads", "lr_scheduler", "lr_schedulers", "max_exp_avg_sq", "momenta", "momentum",
        "momentum_buffer", "moments", "opt", "opt_state", "opt_states", "optim", "optim_state", "optimizer",
        "optimizer_state", "optimizer_state_dict", "optimizer_states", "optimizer_weights", "optimizers", "scheduler",
        "second_moment", "second_moments", "slot", "slots", "square_avg", "velocity", "history",
    ]

    /// Names under which optimisers keep what they remember, the numbers that TensorFlow and this library add left out.
    private static func isOptimizerState(_ part: String) -> Bool {
        if optimizerParts.contains(part) { return true }
        let stem = part.drop { $0 == "_" }.prefix { !$0.isNumber }
        let rest = part.dropFirst(part.count - part.drop { $0 == "_" }.count + stem.count)
        guard rest.allSatisfy(\.isNumber) else { return false }
        return [
            "moment", "adam", "adam_", "adamw", "adamw_", "adagrad", "ftrl", "lamb", "nadam", "rmsprop", "rmsprop_",
            "momentum_",
        ]
        .contains(String(stem))
    }

    /// Whether a name says that the tensor is a running average of weights.
    static func isAverage(_ name: String) -> Bool {
        TensorName(name).words.contains { part in
            part.contains("ema") || part.contains("swa") || part.contains("polyak")
                || (part.contains("shadow") && part.count <= 2)
                || (part.contains("moving") && part.contains("exponential"))
        }
    }
}

extension TensorUse {
    fileprivate var isKernel: Bool {
        if case .kernel = self { return true }
        return false
    }
}
