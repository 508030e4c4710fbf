/// A part of an axis of any stride that is an axis of stride 1 on samples at equal distances: a convolution is the sum of its parts, one for each
/// residue of the taps' positions modulo the stride, and its adjoint consists of the parts' adjoints.
///
/// Where the stride divides the period, the spectra of the parts are what folding the whole spectrum adds up.
struct AxisPart: Hashable, Sendable {
    /// Samples `start` + i·`step` of the whole.
    struct View: Hashable, Sendable {
        var start: Int
        var step: Int
    }

    /// The axis of the part.
    var axis: Axis
    /// Where its inputs, outputs and taps stand in the whole.
    var input: View
    var output: View
    var kernel: View

    /// The parts of the forward direction.
    ///
    /// With stride s, dilation d and g = gcd(s, d), taps u₀ + j·s/g read samples s·(o + j·d/g) + d·u₀ − padding: neighbours on the sub-grid of step s.
    static func forward(_ whole: Axis) -> [AxisPart] {
        let common = greatestCommonDivisor(whole.stride, whole.dilation)
        let tapStep = whole.stride / common
        return (0..<min(tapStep, whole.kernel)).map { first in
            let position = whole.dilation * first - whole.padding
            let shift = floorDivision(position, by: whole.stride)
            let residue = position - shift * whole.stride
            let axis = Axis(
                input: max(ceilingDivision(whole.input - residue, by: whole.stride), 0), output: whole.output,
                kernel: ceilingDivision(whole.kernel - first, by: tapStep), dilation: whole.dilation / common,
                stride: 1,
                padding: -shift)
            return AxisPart(
                axis: axis, input: View(start: residue, step: whole.stride), output: View(start: 0, step: 1),
                kernel: View(start: first, step: tapStep)
            ).withoutIdleTaps
        }
    }

    /// The part without the taps at either end that read nothing but zeros, as those of a kernel larger than the picture do; one tap is
    /// always left.
    private var withoutIdleTaps: AxisPart {
        let first = min(max(ceilingDivision(axis.padding - axis.output + 1, by: axis.dilation), 0), axis.kernel - 1)
        let end = max(min(floorDivision(axis.padding + axis.input - 1, by: axis.dilation) + 1, axis.kernel), first + 1)
        var part = self
        part.axis.kernel = end - first
        part.axis.padding -= first * axis.dilation
        part.kernel.start += first * kernel.step
        return part
    }

    /// The parts of the input's gradient, with the taps in reverse order as `CorrelationGeometry.transposeKernel` writes them.
    static func adjoint(_ whole: Axis) -> [AxisPart] {
        forward(whole).filter { $0.axis.input > 0 }.map { part in
            AxisPart(
                axis: part.axis.adjoint, input: part.output, output: part.input,
                kernel: View(
                    start: whole.kernel - 1 - part.kernel.start - part.kernel.step * (part.axis.kernel - 1),
                    step: part.kernel.step))
        }
    }

    /// The pieces of the part, in places of the whole.
    func pieces(outputs: Int) -> [AxisPiece] {
        AxisPiece.pieces(of: axis, outputs: outputs).map { piece in
            var piece = piece
            piece.inputStart = input.start + input.step * piece.inputStart
            piece.inputStep *= input.step
            piece.outputStart = output.start + output.step * piece.outputStart
            piece.outputStep *= output.step
            return piece
        }
    }
}

private func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int { b == 0 ? a : greatestCommonDivisor(b, a % b) }
