import CInnerLoops

/// The copies that a direct convolution reads: the kernel in whole vectors, rows of pictures with zeros around them.
extension DirectConvolution {
    /// Packs the taps of a pass, [group][row of taps][tap][source channel][lanes], zeros in the padding lanes.
    func pack(_ kernel: UnsafePointer<Float>, of pass: Pass, into target: UnsafeMutablePointer<Float>) {
        let (inputs, outputs) = (
            geometry.inputChannels / geometry.groups, geometry.outputChannels / geometry.groups
        )
        let width = geometry.horizontal.kernel
        var to = target
        for group in 0..<groups {
            for row in pass.vertical.taps {
                for column in pass.horizontal.taps {
                    let from = kernel + (row.tap * width + column.tap) * inputs * geometry.outputChannels
                    if let multiplier {
                        to = packChannelwise(from, multiplier: multiplier, into: to)
                    } else {
                        let start = from + group * outputs
                        to =
                            isAdjoint
                            ? packTransposed(start, rows: inputs, columns: outputs, into: to)
                            : packPlain(start, rows: inputs, columns: outputs, into: to)
                    }
                }
            }
        }
    }

    private func packPlain(
        _ kernel: UnsafePointer<Float>, rows: Int, columns: Int, into target: UnsafeMutablePointer<Float>
    ) -> UnsafeMutablePointer<Float> {
        for i in 0..<rows {
            let to = target + i * lanes
            to.update(from: kernel + i * geometry.outputChannels, count: columns)
            (to + columns).update(repeating: 0, count: lanes - columns)
        }
        return target + rows * lanes
    }

    private func packTransposed(
        _ kernel: UnsafePointer<Float>, rows: Int, columns: Int, into target: UnsafeMutablePointer<Float>
    ) -> UnsafeMutablePointer<Float> {
        for o in 0..<columns {
            let to = target + o * lanes
            for i in 0..<rows { to[i] = kernel[i * geometry.outputChannels + o] }
            (to + rows).update(repeating: 0, count: lanes - rows)
        }
        return target + columns * lanes
    }

    private func packChannelwise(
        _ kernel: UnsafePointer<Float>, multiplier: Int, into target: UnsafeMutablePointer<Float>
    ) -> UnsafeMutablePointer<Float> {
        let channels = self.target.channels
        let planes = isAdjoint ? multiplier : 1
        for j in 0..<planes {
            let to = target + j * lanes
            for lane in 0..<channels { to[lane] = kernel[lane * planes + j] }
            (to + channels).update(repeating: 0, count: lanes - channels)
        }
        return target + planes * lanes
    }

    /// Copies the rows that the outputs in `rows` of a pass read, with zeros where they lie outside the picture.
    func copy(
        _ picture: UnsafePointer<Float>, of pass: Pass, rows: Range<Int>, into buffer: UnsafeMutablePointer<Float>
    ) {
        let (y, x) = (pass.vertical, pass.horizontal)
        let count = (rows.count - 1) * y.sourceStep + y.span
        let width = (x.count - 1) * x.sourceStep + x.span
        let first = rows.lowerBound * y.sourceStep + y.lowest
        let inside = max(-x.lowest, 0)..<max(min(source.width - x.lowest, width), max(-x.lowest, 0))
        let plane = ((pass.rowsPerStrip - 1) * y.sourceStep + y.span) * pass.rowStride
        for row in 0..<count {
            let to = buffer + row * pass.rowStride
            let isInside = first + row >= 0 && first + row < source.height && inside.lowerBound < width
            let planes = multiplier.map { isAdjoint ? $0 : 1 } ?? 1
            for j in 0..<planes {
                let to = to + j * plane
                guard isInside else {
                    to.update(repeating: 0, count: pass.rowStride)
                    continue
                }
                to.update(repeating: 0, count: inside.lowerBound * pass.pixelStride)
                let from = picture + ((first + row) * source.width + x.lowest + inside.lowerBound) * source.channels
                copyPixels(
                    from, count: inside.count, plane: j, into: to + inside.lowerBound * pass.pixelStride,
                    stride: pass.pixelStride)
                (to + inside.upperBound * pass.pixelStride)
                    .update(repeating: 0, count: (width - inside.upperBound) * pass.pixelStride)
            }
        }
    }

    private func copyPixels(
        _ source: UnsafePointer<Float>, count: Int, plane: Int, into target: UnsafeMutablePointer<Float>, stride: Int
    ) {
        let channels = self.source.channels
        if stride == channels, multiplier ?? 1 == 1 {
            target.update(from: source, count: count * channels)
            return
        }
        let lanes = self.target.channels
        for pixel in 0..<count {
            let (from, to) = (source + pixel * channels, target + pixel * stride)
            if let multiplier, multiplier > 1 {
                if isAdjoint {
                    for lane in 0..<lanes { to[lane] = from[lane * multiplier + plane] }
                } else {
                    for lane in 0..<lanes { to[lane] = from[lane / multiplier] }
                }
            } else {
                to.update(from: from, count: channels)
            }
            (to + lanes).update(repeating: 0, count: stride - lanes)
        }
    }
}
