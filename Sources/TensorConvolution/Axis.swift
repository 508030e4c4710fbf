/// One axis as the algorithms see it: a zero boundary, and a padding that may be negative, which crops.
///
/// Output o < `output` is Σ_u input[o·stride + u·dilation − padding] · kernel[u], inputs outside 0 ..< `input` being zero.
struct Axis: Hashable, Sendable {
    var input: Int
    var output: Int
    var kernel: Int
    var dilation: Int
    var stride: Int
    var padding: Int

    /// The number of input samples that the taps of one output extend over.
    var extent: Int { dilation * (kernel - 1) + 1 }

    /// The axis of the input's gradient for stride 1, with the taps in reverse order.
    var adjoint: Axis {
        Axis(input: output, output: input, kernel: kernel, dilation: dilation, stride: 1, padding: extent - 1 - padding)
    }

    /// The outputs whose tap `tap` reads inside the input.
    func outputs(readBy tap: Int) -> Range<Int> {
        let offset = tap * dilation - padding
        let lower = min(max(ceilingDivision(-offset, by: stride), 0), output)
        let upper = min(max(ceilingDivision(input - offset, by: stride), lower), output)
        return lower..<upper
    }

    /// The taps of output `index` that read inside the input.
    func taps(readAt index: Int) -> Range<Int> {
        let start = index * stride - padding
        let lower = min(max(ceilingDivision(-start, by: dilation), 0), kernel)
        let upper = min(max(ceilingDivision(input - start, by: dilation), lower), kernel)
        return lower..<upper
    }
}

/// ⌈a/b⌉ for b > 0.
func ceilingDivision(_ a: Int, by b: Int) -> Int { a > 0 ? (a - 1) / b + 1 : -(-a / b) }

/// ⌊a/b⌋ for b > 0.
func floorDivision(_ a: Int, by b: Int) -> Int { -ceilingDivision(-a, by: b) }

/// The channels that whole vectors of 16 cover.
func roundedToLanes(_ channels: Int) -> Int { (channels + 15) / 16 * 16 }
