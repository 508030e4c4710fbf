import CInnerLoops

/// What the directions have in common: operands of one column of bins, and their products.
extension FourierConvolution {
    /// How a matrix lies for each bin: the floats from bin to bin, from row to row, and from real to imaginary parts.
    typealias Operand = (stride: Int, row: Int, imaginary: Int)

    func operand(_ row: Int, entries: Int) -> Operand {
        let plane = roundedToLanes(entries * row) + 16
        return (2 * plane, row, plane)
    }

    /// Transforms the columns of the inputs of `count` entries of a pass into an operand.
    func transformInputColumns(
        first: Int, count: Int, of pass: Range<Int>, from spectra: UnsafePointer<Float>,
        into target: UnsafeMutablePointer<Float>, _ operand: Operand, scratch: UnsafeMutablePointer<Float>
    ) {
        let firstVector = input.vectors(first)
        for vector in 0..<input.vectors(count) {
            transformColumn(
                of: firstVector + vector, pass: pass, side: .input,
                from: spectra, into: target + vector * 16, operand, scratch: scratch)
        }
    }

    /// Calls `body` for each vector of the outputs of `count` entries in the given blocks, with its number in the pass and its place in the
    /// product's operand, whose rows are `row` floats apart.
    func forEachOutputVector(
        first: Int, count: Int, blocks: Range<Int>, row: Int, _ body: (_ vector: Int, _ offset: Int) -> Void
    ) {
        let start = output.vectors(first)
        if output.isPacked {
            for vector in 0..<output.vectors(count) { body(start + vector, vector * 16) }
            return
        }
        for entry in 0..<count {
            for block in blocks {
                body(start + entry * output.blocks.count + block, entry * row + (block - blocks.lowerBound) * 16)
            }
        }
    }

    /// The products of all bins of a column for output blocks of the given numbers; `distances` are those from bin to bin.
    func multiplyBins(
        _ product: ccnn_complexShape, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>,
        _ c: UnsafeMutablePointer<Float>, distances: (a: Int, b: Int, c: Int), blocks: Range<Int>
    ) {
        let isChannelwise = geometry.isChannelwise
        let groups = isChannelwise ? 1 : geometry.groups
        let inputs = geometry.inputChannels / geometry.groups
        let blocksPerGroup = output.blocks.count / groups
        var product = product
        product.columns = min(blocksPerGroup, blocks.count) * 16
        for bin in 0..<columns.length {
            let (a, b, c) = (a + bin * distances.a, b + bin * distances.b, c + bin * distances.c)
            if isChannelwise {
                ccnn_complexChannelwiseProduct(&product, a + blocks.lowerBound * 16, b, c)
            } else if groups == 1 {
                ccnn_complexProduct(&product, a, b, c)
            } else {
                for group in 0..<blocks.count / blocksPerGroup {
                    let column = group * blocksPerGroup * 16
                    let first = (blocks.lowerBound / blocksPerGroup + group) * inputs
                    ccnn_complexProduct(&product, a + first, b + column, c + column)
                }
            }
        }
    }
}
