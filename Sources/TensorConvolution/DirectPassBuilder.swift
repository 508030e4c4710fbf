import CInnerLoops

/// Lays out the passes of a direct convolution.
struct DirectPassBuilder {
    let source: DirectConvolution.Pictures
    let target: DirectConvolution.Pictures
    let groups: Int
    /// The number of source channels that each target channel sums over where channels do not mix otherwise; nil where they do.
    let planes: Int?

    /// The source channels that one tap sums over, and the lanes of the result.
    private var depth: Int { planes ?? source.channels / groups }
    private var lanes: Int { roundedToLanes(planes == nil ? target.channels / groups : target.channels) }

    /// The floats that a pass takes of the packed kernel.
    func kernelCount(_ vertical: TapAxis, _ horizontal: TapAxis) -> Int {
        vertical.taps.count * horizontal.taps.count * depth * lanes * (planes == nil ? groups : 1)
    }

    func pass(_ vertical: TapAxis, _ horizontal: TapAxis, kernelStart: Int) -> DirectConvolution.Pass {
        // Channels that stay apart are read in place, each run of outputs with just the taps inside, where these runs are long.
        let runs = horizontal.segments(minimum: 1).count
        let isInPlace = planes == 1 && source.channels == target.channels && horizontal.count >= 8 * runs
        let isBuffered = !isInPlace && (planes != nil || !vertical.staysInside || !horizontal.staysInside)
        let width = (horizontal.count - 1) * horizontal.sourceStep + horizontal.span
        let pixel = planes == nil || isInPlace ? source.channels : lanes
        let rowStride = (isBuffered ? width : source.width) * pixel
        let rowFloats = max(width * pixel * (planes ?? 1), 1)
        let rows = (DirectConvolution.stripCount / rowFloats - vertical.span) / vertical.sourceStep
        let rowsPerStrip = min(max(rows, vertical.span / vertical.sourceStep, 4), vertical.count)
        let plane = bufferRows(vertical, rowsPerStrip) * rowStride
        let segments = horizontal.segments(minimum: isInPlace ? 1 : 8).map {
            segment($0, vertical, horizontal, rowStride: rowStride, pixelStride: pixel, plane: plane)
        }
        return DirectConvolution.Pass(
            vertical: vertical, horizontal: horizontal, segments: segments, isBuffered: isBuffered,
            rowStride: rowStride,
            pixelStride: pixel, rowsPerStrip: rowsPerStrip, kernelStart: kernelStart)
    }

    private func bufferRows(_ vertical: TapAxis, _ rows: Int) -> Int {
        (rows - 1) * vertical.sourceStep + vertical.span
    }

    private func segment(
        _ segment: TapAxis.Segment, _ vertical: TapAxis, _ horizontal: TapAxis, rowStride: Int, pixelStride: Int,
        plane: Int
    ) -> DirectConvolution.Segment {
        let taps = horizontal.taps[segment.taps]
        // Neighbouring taps of neighbouring pixels are one run of memory on both sides.
        let isRun = planes == nil && groups == 1 && horizontal.isContiguous && !taps.isEmpty
        var steps: [ccnn_step] = []
        for (v, row) in vertical.taps.enumerated() {
            let y = (row.offset - vertical.lowest) * rowStride
            for (h, tap) in zip(segment.taps, taps) {
                let x = (tap.offset - horizontal.lowest) * pixelStride
                let b = (v * horizontal.taps.count + h) * depth * lanes
                for j in 0..<(planes ?? 1) { steps.append(ccnn_step(a: y + x + j * plane, b: b + j * lanes)) }
                if isRun { break }
            }
        }
        return DirectConvolution.Segment(
            targets: segment.targets, steps: steps, stepsPerRow: isRun ? 1 : taps.count * (planes ?? 1),
            inner: isRun ? taps.count * depth : planes == nil ? depth : 1)
    }
}
