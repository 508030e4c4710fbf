/// A part of an axis on which a convolution of stride 1 is one without dilation: outputs and inputs at equal distances, and the
/// padding between them.
///
/// Output j < `outputCount` stands at `outputStart` + j·`outputStep` of the whole axis and is Σ_u part[j + u − padding] · kernel[u], where
/// sample i < `inputCount` of the part stands at `inputStart` + i·`inputStep`, and others are zero.
struct AxisPiece: Hashable, Sendable {
    var outputStart: Int
    var outputCount: Int
    var inputStart: Int
    var inputCount: Int
    var outputStep: Int
    var inputStep: Int
    var padding: Int

    /// The pieces of an axis of stride 1: for each residue of the outputs modulo the dilation (the interleaved sub-grids) runs of at
    /// most `outputs` of them. Inputs that no output reads are left out, so that paddings are never negative.
    static func pieces(of axis: Axis, outputs: Int) -> [AxisPiece] {
        precondition(axis.stride == 1, "only an axis of stride 1 falls into sub-grids")
        var pieces: [AxisPiece] = []
        for residue in 0..<min(axis.dilation, axis.output) {
            let count = ceilingDivision(axis.output - residue, by: axis.dilation)
            // Output residue + dilation·j reads residue − padding + dilation·(j + u).
            let shift = floorDivision(residue - axis.padding, by: axis.dilation)
            let inputResidue = residue - axis.padding - shift * axis.dilation
            let inputCount = max(ceilingDivision(axis.input - inputResidue, by: axis.dilation), 0)
            var start = 0
            while start < count {
                let length = min(outputs, count - start)
                // Sample i of the sub-grid is read by output j of this run for i = start + j + u + shift.
                let first = max(start + shift, 0)
                let end = min(start + shift + length + axis.kernel - 1, inputCount)
                pieces.append(
                    AxisPiece(
                        outputStart: residue + start * axis.dilation, outputCount: length,
                        inputStart: first < end ? inputResidue + first * axis.dilation : 0,
                        inputCount: max(end - first, 0), outputStep: axis.dilation,
                        inputStep: axis.dilation,
                        padding: first < end ? first - start - shift : 0))
                start += length
            }
        }
        return pieces
    }
}
