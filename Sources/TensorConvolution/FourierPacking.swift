import CInnerLoops

/// Entries with few channels, several of which share the lanes of a vector: their pixels are gathered a pair of rows at a time, and scattered.
extension FourierConvolution {
    /// The entries of a packed vector of a pass.
    private func entries(of vector: Int, pass: Range<Int>, packing: Int) -> Range<Int> {
        let first = pass.lowerBound + vector * packing
        return first..<min(first + packing, pass.upperBound)
    }

    func transformPackedRows(
        of vector: Int, pass: Range<Int>, side: FourierSide, pictures: UnsafePointer<Float>,
        into spectrum: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>
    ) {
        let lanes = lanes(side)
        let (height, width, channels) = side.extents(geometry)
        let pair = pair(scratch)
        let points = rows.length
        var transform = rows.description
        var description = ccnn_rows(rows: 2, rowStride: points * 16, stride: 16, first: 0, count: points, lanes: 16)
        for row in stride(from: 0, to: rowCount(side), by: 2) {
            pair.update(repeating: 0, count: 2 * points * 16)
            for (lane, entry) in entries(of: vector, pass: pass, packing: lanes.packing).enumerated() {
                let (picture, vertical, horizontal) = position(of: entry)
                let (y, x) = (side.part(vertical), side.part(horizontal))
                for half in 0..<2 where (0..<y.count).contains(row + half - y.padding) {
                    let from = (picture * height + y.start + (row + half - y.padding) * y.step) * width + x.start
                    ccnn_copyToLanes(
                        pictures + from * channels, x.step * channels, x.count, channels,
                        pair + (half * points + x.padding) * 16 + lane * lanes.perEntry)
                }
            }
            ccnn_transformRows(
                &transform, &description, pair, pair + 2 * points * 16, spectrum + row * 32, bin, scratch)
        }
    }

    func invertPackedRows(
        of vector: Int, pass: Range<Int>, from spectrum: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
        accumulate: Bool, pictures: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>
    ) {
        let (height, width, channels) = FourierSide.output.extents(geometry)
        let pair = pair(scratch)
        let points = outputExtent.columns
        var transform = rows.description
        let rowCount = outputExtent.rows
        for row in stride(from: 0, to: rowCount, by: 2) {
            // A row whose partner was never computed has to be inverted alone.
            var description = ccnn_rows(
                rows: min(2, rowCount - row), rowStride: points * 16, stride: 16, first: 0, count: points, lanes: 16)
            ccnn_invertRows(
                &transform, &description, spectrum + row * 32, bin, pair, normalization, bias, false, scratch)
            for (lane, entry) in entries(of: vector, pass: pass, packing: output.packing).enumerated() {
                let (picture, vertical, horizontal) = position(of: entry)
                for half in 0..<2 where row + half < vertical.outputCount {
                    let to =
                        (picture * height + vertical.outputStart + (row + half) * vertical.outputStep) * width
                        + horizontal.outputStart
                    ccnn_copyFromLanes(
                        pair + half * points * 16 + lane * output.perEntry, horizontal.outputCount, channels,
                        pictures + to * channels, horizontal.outputStep * channels, accumulate)
                }
            }
        }
    }

    /// Transforms the rows of kernels that stay within channels, repeated for every entry of a vector.
    func transformRepeatedKernelRows(
        _ kernel: UnsafePointer<Float>, into spectra: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>
    ) {
        let pair = pair(scratch)
        let (width, channels) = (horizontal.axis.kernel, geometry.outputChannels)
        var transform = rows.description
        for row in stride(from: 0, to: vertical.axis.kernel, by: 2) {
            let count = min(2, vertical.axis.kernel - row)
            pair.update(repeating: 0, count: 2 * width * 16)
            for half in 0..<count {
                for lane in 0..<output.packing {
                    ccnn_copyToLanes(
                        kernel + tapStart(row + half, 0), horizontal.kernel.step * channels, width, channels,
                        pair + half * width * 16 + lane * output.perEntry)
                }
            }
            var description = ccnn_rows(rows: 2, rowStride: width * 16, stride: 16, first: 0, count: width, lanes: 16)
            ccnn_transformRows(
                &transform, &description, pair, pair + 2 * width * 16, spectra + row * 32, kernelBin, scratch)
        }
    }

    /// The adjoint: inverts the rows and sums over the entries of a vector.
    func invertRepeatedKernelRows(
        _ spectra: UnsafePointer<Float>, into kernel: UnsafeMutablePointer<Float>, accumulate: Bool,
        scratch: UnsafeMutablePointer<Float>
    ) {
        let pair = pair(scratch)
        let (width, channels) = (horizontal.axis.kernel, geometry.outputChannels)
        var transform = rows.description
        for row in stride(from: 0, to: vertical.axis.kernel, by: 2) {
            let count = min(2, vertical.axis.kernel - row)
            var description = ccnn_rows(
                rows: count, rowStride: width * 16, stride: 16, first: 0, count: width, lanes: 16)
            ccnn_invertRows(
                &transform, &description, spectra + row * 32, kernelBin, pair, normalization, nil, false, scratch)
            for tap in 0..<count * width {
                let start = tapStart(row + tap / width, tap % width)
                for channel in 0..<channels {
                    let sum = (0..<output.packing).reduce(Float(0)) {
                        $0 + pair[tap * 16 + $1 * output.perEntry + channel]
                    }
                    let to = kernel + start + channel
                    to.pointee = accumulate ? to.pointee + sum : sum
                }
            }
        }
    }
}
