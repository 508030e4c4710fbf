import CInnerLoops

/// Lays out the passes of a direct convolution.
struct DirectPassBuilder {
    let source: DirectConvolution.Pictures
    let target: DirectConvolution.Pictures
    let groups: Int
    /// The number of source channels that each target channel sums over where channels do not mix otherwise; nil where they do.
    let planes: Int?
    let spansPictures: Bool
    /// Where the lists of the passes live.
    let tables: PlanTables

    /// The source channels that one tap sums over, and the lanes of the result.
    private var depth: Int { planes ?? source.channels / groups }
    private var lanes: Int { roundedToLanes(planes == nil ? target.channels / groups : target.channels) }

    /// The floats that a pass takes of the packed kernel.
    func kernelCount(_ vertical: TapAxis, _ horizontal: TapAxis) -> Int {
        vertical.taps.count * horizontal.taps.count * depth * lanes * (planes == nil ? groups : 1)
    }

    func pass(_ vertical: TapAxis, _ horizontal: TapAxis, kernelStart: Int) -> DirectConvolution.Pass {
        let staysInside = vertical.staysInside && horizontal.staysInside
        let isBuffered = planes != nil || !(spansPictures || staysInside)
        let width = (horizontal.count - 1) * horizontal.sourceStep + horizontal.span
        let pixel = planes == nil ? source.channels : lanes
        let rowStride = (isBuffered ? width : source.width) * pixel
        let rowFloats = max(width * pixel * (planes ?? 1), 1)
        let rows = (DirectConvolution.stripCount / rowFloats - vertical.span) / vertical.sourceStep
        let rowsPerStrip = spansPictures ? 1 : min(max(rows, vertical.span / vertical.sourceStep, 4), vertical.count)
        let plane = bufferRows(vertical, rowsPerStrip) * rowStride
        let segments = horizontal.segments(minimum: spansPictures ? 1 : 8).map {
            segment($0, vertical, horizontal, rowStride: rowStride, pixelStride: pixel, plane: plane)
        }
        return DirectConvolution.Pass(
            vertical: DirectConvolution.PassAxis(vertical, in: tables),
            horizontal: DirectConvolution.PassAxis(horizontal, in: tables), segments: tables.keep(segments),
            isBuffered: isBuffered, rowStride: rowStride, pixelStride: pixel, rowsPerStrip: rowsPerStrip,
            kernelStart: kernelStart)
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
            targets: segment.targets, steps: tables.keep(steps), stepsPerRow: isRun ? 1 : taps.count * (planes ?? 1),
            inner: isRun ? taps.count * depth : planes == nil ? depth : 1)
    }
}
