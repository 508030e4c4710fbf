import TensorFiles
import Tensors

/// The order of a tensor's axes, told from its name and its shape.
enum AxesGuess: Hashable {
    /// Kernels in this order.
    case axes(KernelAxes)
    /// Kernels perhaps, in an order that nothing tells.
    case unclear(String)
    /// No kernels.
    case none(String)

    /// What is known of a file before its tensors are looked at one by one.
    struct File {
        /// Whether the format is PyTorch's, whose convolutions all keep `[out, in, height, width]`.
        var isPyTorch = false
        /// The order of rank 4 that weights named as in PyTorch have in this file; MLX keeps them `ohwi`.
        var weights = KernelAxes.oihw
        /// The order that all kernels of rank 4 have in this format, where there is only one.
        var only: KernelAxes?
    }

    /// How well extents in height and width are those of kernels: 3 for what convolutions have, 0 for what none has.
    static func plausibility(_ height: Int, _ width: Int) -> Int {
        let (least, most) = (min(height, width), max(height, width))
        guard most <= largestExtent, least > 0 else { return 0 }
        guard least == most else { return least == 1 ? 2 : 1 }
        // Odd ones have a centre; even ones are small, or the patches of a transformer.
        return most % 2 == 1 || most <= 8 ? 3 : most <= 16 ? 2 : 1
    }

    /// Networks have been trained with kernels of up to 61 taps along an axis (Liu et al. 2023, "More ConvNets in the 2020s",
    /// arXiv:2207.03620).
    private static let largestExtent = 63
    /// Filters of sound have up to 251 taps (Ravanelli and Bengio 2018, "Speaker recognition from raw waveform with SincNet",
    /// DOI 10.1109/SLT.2018.8639585).
    private static let longestFilter = 255

    private static func plausibility(_ axes: KernelAxes, _ shape: TensorShape) -> Int {
        axes.extents(of: shape).map { plausibility($0.height, $0.width) } ?? 0
    }

    init(_ name: TensorName, _ shape: TensorShape, in file: File) {
        self = shape.rank == 4 ? Self.plane(name, shape, file) : Self.line(name, shape)
    }

    private static func plane(_ name: TensorName, _ shape: TensorShape, _ file: File) -> AxesGuess {
        if let only = file.only {
            return plausibility(only, shape) == 3
                ? .axes(only) : .none("as \(only.rawValue) it would have kernels of \(sizes(only, shape)) taps")
        }
        let expected: KernelAxes
        switch name.convention {
        case .channelsFirst?:
            expected = file.weights == .oihw && name.namesTransposed ? .iohw : file.weights
        case .channelsLast?: expected = name.namesTransposed ? .hwoi : .hwio
        case nil: return nameless(shape, file)
        }
        let own = plausibility(expected, shape)
        // An order that differs in outputs and inputs alone is no rival: its taps are the same.
        let rivals: [KernelAxes] = [.oihw, .hwio, .ohwi].filter { axes in
            axes.extents(of: shape).map { ($0.height, $0.width) } ?? (0, 0)
                != expected.extents(of: shape).map { ($0.height, $0.width) } ?? (0, 0)
        }
        let rival = rivals.max { plausibility($0, shape) < plausibility($1, shape) }
        if own >= 2 { return .axes(expected) }
        if let rival, plausibility(rival, shape) == 3 {
            let (taps, others) = (sizes(expected, shape), sizes(rival, shape))
            return .unclear(
                "its name says \(expected.rawValue), kernels of \(taps), and its shape \(rival.rawValue), kernels of \(others)"
            )
        }
        if own == 1 { return .axes(expected) }
        return .unclear("as \(expected.rawValue) its kernels would have \(sizes(expected, shape)) taps")
    }

    /// Where the name says nothing the shape has to.
    private static func nameless(_ shape: TensorShape, _ file: File) -> AxesGuess {
        // A single tap is what many matrices look like.
        func plausibility(_ axes: KernelAxes) -> Int {
            axes.extents(of: shape).map { $0.height * $0.width == 1 ? 2 : Self.plausibility($0.height, $0.width) } ?? 0
        }
        let (first, last) = (plausibility(.oihw), plausibility(.hwio))
        if first == 3, last < 3 || file.isPyTorch { return .axes(.oihw) }
        if last == 3, first < 3, !file.isPyTorch { return .axes(.hwio) }
        if first == 2, last == 0, shape[2] == 1, shape[3] == 1 { return .axes(.oihw) }
        if last == 2, first == 0, shape[0] == 1, shape[1] == 1 { return .axes(.hwio) }
        if first < 2, last < 2 { return .none("neither its name nor its shape is that of kernels") }
        return .unclear(
            "it may be kernels of \(sizes(.oihw, shape)) taps (oihw) or of \(sizes(.hwio, shape)) (hwio), and its name does not say"
        )
    }

    private static func line(_ name: TensorName, _ shape: TensorShape) -> AxesGuess {
        let isAttention = name.words.contains { part in !attention.isDisjoint(with: part) }
        guard !isAttention else { return .none("a matrix of attention or of experts") }
        let isConvolution = name.words.contains { part in part.contains { $0.hasPrefix("conv") } }
        func isFilter(_ taps: Int) -> Bool {
            taps <= longestFilter && (isConvolution || (taps % 2 == 1 && taps <= largestExtent))
        }
        let (first, last) = (shape[0], shape[2])
        switch name.convention {
        case .channelsFirst? where isFilter(last):
            if last > largestExtent, first <= 31 {
                return .unclear("it may be kernels of \(last) taps (oiw) or of \(first) (wio)")
            }
            return .axes(name.namesTransposed ? .iow : .oiw)
        case .channelsLast? where isFilter(first): return .axes(name.namesTransposed ? .woi : .wio)
        case nil: return .none("three axes, and a name that does not say that they are kernels")
        default: return .none("three axes that are not those of kernels")
        }
    }

    private static let attention: Set<String> = [
        "attention", "attn", "expert", "experts", "key", "mha", "qkv", "query", "value",
    ]

    private static func sizes(_ axes: KernelAxes, _ shape: TensorShape) -> String {
        axes.extents(of: shape).map { "\($0.height)×\($0.width)" } ?? "no"
    }
}
