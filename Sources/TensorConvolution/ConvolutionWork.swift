#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// What a plan does, counted: the quantities that its time is made of.
struct ConvolutionWork: Hashable, Sendable {
    /// Multiplications and additions of vectors of sixteen numbers, padding lanes counted.
    var products = 0.0
    /// Vectors that transforms and copies read or write.
    var transformed = 0.0
    /// Cache lines that move between the cores' caches and what is behind them.
    var moved = 0.0
    /// Calls of inner loops.
    var calls = 0.0
    /// Multiplications and additions of transforms, which no price is put on: their time is that of what they read and write.
    var transformOperations = 0.0

    /// All multiplications and additions, padding lanes counted.
    var operations: Double { 2 * 16 * products + transformOperations }

    /// The time on one core that the work takes at the given prices, in seconds.
    func seconds(at prices: ConvolutionWork) -> Double {
        products * prices.products + transformed * prices.transformed + moved * prices.moved + calls * prices.calls
    }

    /// Adds another's work.
    mutating func add(_ other: ConvolutionWork) {
        products += other.products
        transformed += other.transformed
        moved += other.moved
        calls += other.calls
        transformOperations += other.transformOperations
    }

    /// The bytes of a core's cache beyond which operands that are read again count as moved.
    static let cacheBytes = 512.0 * 1024
}

extension DirectConvolution {
    /// The work of one call.
    var work: ConvolutionWork {
        var work = ConvolutionWork()
        let depth = multiplier.map { isAdjoint ? $0 : 1 } ?? source.channels / geometry.groups
        let vectors = Double(groups * lanes / 16)
        for pass in passes {
            let rowTaps = (0..<pass.vertical.count).reduce(0) { $0 + pass.vertical.insideTaps[$1].count }
            let columnTaps = pass.segments.reduce(0) { $0 + $1.targets.count * $1.inner * $1.stepsPerRow }
            let perTap = multiplier == nil ? 1 : 1 / Double(max(depth, 1))
            work.products +=
                Double(rowTaps) * Double(columnTaps) * vectors * perTap * (multiplier == nil ? 1 : Double(depth))
            work.calls += Double(pass.vertical.count * pass.segments.count * groups) * (multiplier == nil ? 1 : vectors)
            if pass.isBuffered {
                work.transformed += Double(pass.vertical.count * pass.vertical.sourceStep * pass.rowStride) / 16
            }
        }
        work.products *= Double(geometry.batch)
        work.calls *= Double(geometry.batch)
        work.transformed = work.transformed * Double(geometry.batch) + Double(kernelCount) / 16
        work.moved = Double(geometry.inputCount + geometry.outputCount) / 16
        return work
    }
}

extension DirectKernelGradient {
    /// The work of one call.
    var work: ConvolutionWork {
        var work = ConvolutionWork()
        func readers(_ axis: Axis) -> Int { (0..<axis.kernel).reduce(0) { $0 + axis.outputs(readBy: $1).count } }
        let isChannelwise = multiplier != nil
        let groups = isChannelwise ? 1 : geometry.groups
        let depth = isChannelwise ? 1 : geometry.inputChannels / groups
        let vectors = Double(groups * roundedToLanes(geometry.outputChannels / groups) / 16)
        let terms = Double(geometry.batch * readers(geometry.vertical)) * Double(readers(geometry.horizontal))
        // Fewer sums than eight do not keep the multipliers busy.
        let least = sumsTapsTogether ? 1 : 8 / min(vectors, 2)
        work.products = terms * max(Double(depth), least) * vectors
        let strips = ceilingDivision(geometry.vertical.output, by: rowsPerStrip)
        work.calls = Double(geometry.batch * strips * geometry.vertical.kernel * geometry.horizontal.kernel) * vectors
        work.transformed = Double(geometry.outputCount) / 16 + Double(geometry.kernelCount)
        work.moved = Double(geometry.inputCount + geometry.outputCount) / 16
        return work
    }
}

extension WinogradConvolution {
    /// The work of one call in either direction.
    var work: ConvolutionWork {
        var work = ConvolutionWork()
        let tiles = Double(geometry.batch * tileRows.reduce(0) { $0 + $1.tiles })
        let planes = Double(planes)
        let inner = Double(geometry.inputChannels / geometry.groups)
        let columns = Double(geometry.groups * roundedToLanes(geometry.outputChannels / geometry.groups) / 16)
        work.products = planes * tiles * inner * columns
        work.transformOperations = 16 * tiles * transformOperations
        let kernelVectors = planes * inner * Double(outputLanes / 16)
        work.transformed = planes * tiles * Double((inputLanes + outputLanes) / 16) + 2 * kernelVectors
        work.moved = Double(geometry.inputCount + geometry.outputCount) / 16
        if kernelVectors * 64 > ConvolutionWork.cacheBytes { work.moved += Double(blocks.count) * kernelVectors }
        work.calls = Double(blocks.count * geometry.groups) * planes + Double(geometry.batch * tileRows.count * 2)
        return work
    }
}

extension WinogradConvolution {
    /// The multiplications and additions of the transforms of a tile's inputs and outputs in one lane: so many for a line of points, along rows and
    /// columns.
    fileprivate var transformOperations: Double {
        let (input, output): (Double, Double) = points == 6 ? (18, 13) : (4, 4)
        let (inputLines, outputLines) = (Double(2 * points), Double(2 * points - 2))
        return input * inputLines * Double(inputLanes / 16) + output * outputLines * Double(outputLanes / 16)
    }
}

extension FourierConvolution {
    /// The work of one call in the given direction.
    func work(_ direction: ConvolutionDirection) -> ConvolutionWork {
        var work = ConvolutionWork()
        let entries = Double(entries)
        let inputs = Double(geometry.inputChannels / geometry.groups)
        let (inputVectors, outputVectors) = (Double(input.perEntry) / 16, Double(output.perEntry) / 16)
        let kernels = inputs * Double(output.blocks.count)
        let bins = Double(rows.bins * columns.length)
        let passes = Double(passes.count)
        let chunks = Double(ceilingDivision(output.blocks.count, by: blocksPerProduct))
        work.products = 4 * bins * entries * kernels
        // Columns of inputs, outputs and kernels, then rows in pairs; each point is read and written in both passes of a transform.
        let columnPoints = bins * (entries * (inputVectors * chunks + outputVectors) + passes * kernels)
        let kernelRepeats = direction == .kernelGradient ? passes : 1
        let rowPoints =
            0.5 * Double(rows.length)
            * (entries * (inputVectors * Double(inputRows) + outputVectors * Double(outputRows)) + kernelRepeats
                * kernels
                * Double(kernelRows))
        // A complex transform of N points takes about 5 N log₂ N.
        work.transformOperations =
            16 * 5 * (columnPoints * log2(Double(columns.length)) + rowPoints * log2(Double(rows.length)))
        work.transformed = 2 * (columnPoints * columns.logarithm + rowPoints * rows.logarithm)
        let rowSpectra =
            entries * (inputVectors * Double(inputRows) * chunks + outputVectors * Double(outputRows))
            + kernels * Double(kernelRows) * passes
        work.moved = 4 * Double(rows.bins) * rowSpectra + Double(geometry.inputCount + geometry.outputCount) / 16
        let kernelOperands = 2 * bins * kernels * 64 / Double(rows.bins)
        if kernelOperands > ConvolutionWork.cacheBytes {
            let products = entries / Double(direction == .kernelGradient ? entriesPerSum : entriesPerProduct)
            work.moved += max(products, 1) * 2 * bins * kernels
        }
        work.calls =
            bins * max(entries / Double(entriesPerProduct), 1) * Double(geometry.isChannelwise ? 1 : geometry.groups)
        return work
    }
}

extension LaneTransform {
    /// The number of passes that a transform of this length takes, as far as its time shows it.
    fileprivate var logarithm: Double { Double(Int.bitWidth - length.leadingZeroBitCount) / 3 }
}
