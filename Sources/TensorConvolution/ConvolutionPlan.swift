import Parallelism
import SampledSpaces
import Tensors

/// Everything about one direction of a convolution that can be prepared before its numbers are there.
///
/// A plan is immutable and may be used from several threads at once, each with a `WorkSpace` of its own. Results do not depend on the number of
/// threads, to the last bit. After the first use of a work space with a plan, no call allocates memory, but for a few bytes each time work is
/// handed to other threads.
///
/// Each of the gradients is the exact adjoint of the forward direction, up to rounding. Relative errors (‖a − b‖/‖b‖ against the exact result) stay
/// below 2·10⁻⁶ for `direct` and `fourier`, and below 2·10⁻⁵ for Winograd's algorithms, on data without strong cancellation.
public struct ConvolutionPlan: Sendable {
    /// The shape of the convolution.
    public let shape: ConvolutionShape
    /// What is computed.
    public let direction: ConvolutionDirection
    /// How it is computed.
    public let algorithm: ConvolutionAlgorithm

    private let pictureExtension: PictureExtension?
    private let body: Body
    private let geometry: CorrelationGeometry
    /// Whether the body leaves out parts of a gradient that are zero.
    private let leavesGaps: Bool

    private enum Body: Sendable {
        case direct(DirectConvolution)
        case directGradient(DirectKernelGradient)
        case channelwise(ChannelwiseConvolution)
        case winograd(WinogradConvolution)
        case fourier([FourierConvolution])
    }

    /// A plan for one direction of the convolution of the given shape.
    /// - Precondition: The algorithm supports the shape.
    public init(_ shape: ConvolutionShape, _ direction: ConvolutionDirection, algorithm: ConvolutionAlgorithm) {
        precondition(algorithm.supports(shape), "\(algorithm.rawValue) does not support this shape")
        self.shape = shape
        self.direction = direction
        self.algorithm = algorithm
        let isPadded = shape.boundary != .zero
        pictureExtension = isPadded ? PictureExtension(shape) : nil
        let geometry = CorrelationGeometry(
            batch: shape.batch, vertical: Axis(shape.vertical, isPadded: isPadded),
            horizontal: Axis(shape.horizontal, isPadded: isPadded), inputChannels: shape.inputChannels,
            outputChannels: shape.outputChannels, groups: shape.groups)
        self.geometry = geometry
        let isAdjoint = direction == .inputGradient
        leavesGaps = algorithm == .fourier && FourierConvolution.leavesGaps(geometry, direction)
        let correlated = isAdjoint && geometry.hasUnitStride ? geometry.adjoint : geometry
        body =
            switch algorithm {
            case .direct where ChannelwiseConvolution.supports(geometry):
                .channelwise(ChannelwiseConvolution(correlated))
            case .direct:
                direction == .kernelGradient
                    ? .directGradient(DirectKernelGradient(geometry))
                    : .direct(DirectConvolution(geometry, isAdjoint: isAdjoint))
            case .winograd4x4: .winograd(WinogradConvolution(correlated, tile: 4))
            case .winograd2x2: .winograd(WinogradConvolution(correlated, tile: 2))
            case .fourier: .fourier(FourierConvolution.parts(of: geometry, isAdjoint: isAdjoint))
            }
    }
}

extension Axis {
    /// The axis with a zero boundary, or the one of an input that is extended beforehand.
    fileprivate init(_ axis: ConvolutionAxis, isPadded: Bool) {
        self.init(
            input: isPadded ? axis.input + axis.paddingBefore + axis.paddingAfter : axis.input, output: axis.output,
            kernel: axis.kernel, dilation: axis.dilation, stride: axis.stride,
            padding: isPadded ? 0 : axis.paddingBefore)
    }
}

extension ConvolutionPlan {
    /// The size in bytes of the work space that a call needs with the given number of threads.
    public func workSpaceByteCount(threads: Int) -> Int {
        MemoryLayout<Float>.stride * workSpaceCount(threads)
    }

    private func workSpaceCount(_ threads: Int) -> Int {
        let bodyCount =
            switch body {
            case .direct(let plan): plan.correlationCount(workers: threads)
            case .directGradient(let plan): plan.gradientCount(workers: threads)
            case .channelwise(let plan):
                direction == .kernelGradient ? plan.gradientCount(workers: threads) : plan.correlationCount
            case .winograd(let plan):
                direction == .kernelGradient
                    ? plan.gradientCount(workers: threads) : plan.correlationCount(workers: threads)
            case .fourier(let parts):
                parts.reduce(0) {
                    max(
                        $0,
                        direction == .kernelGradient
                            ? $1.gradientCount(workers: threads) : $1.correlationCount(workers: threads))
                }
            }
        return ownCount + bodyCount
    }

    /// What one call does, counted.
    var work: ConvolutionWork {
        switch body {
        case .direct(let plan): plan.work
        case .directGradient(let plan): plan.work
        case .channelwise(let plan): plan.work
        case .winograd(let plan): plan.work
        case .fourier(let parts): parts.reduce(into: ConvolutionWork()) { $0.add($1.work(direction)) }
        }
    }

    /// The floats for the extended pictures and the adjoint's kernel.
    private var ownCount: Int { extendedCount + transposedCount }

    private var extendedCount: Int { pictureExtension.map { roundedToLanes($0.count) } ?? 0 }

    private var transposedCount: Int {
        guard direction == .inputGradient else { return 0 }
        if case .direct = body { return 0 }
        return roundedToLanes(shape.kernel.count)
    }

    /// Computes the output, every element of which is written.
    /// - Parameters:
    ///   - input: `[batch, height, width, inputChannels]`.
    ///   - kernel: `[kernelHeight, kernelWidth, inputChannels / groups, outputChannels]`.
    ///   - bias: One number for each output channel, or nil for none.
    ///   - output: `[batch, outputHeight, outputWidth, outputChannels]`.
    ///   - workSpace: Memory that no other call uses at the same time.
    ///   - pool: The threads that share the work; how many they are changes no bit.
    /// - Precondition: The plan's direction is `forward`, and the tensors have the shapes of the plan.
    public func forward(
        input: Tensor, kernel: Tensor, bias: Tensor? = nil, into output: inout Tensor, using workSpace: WorkSpace,
        pool: WorkerPool = .shared
    ) {
        precondition(direction == .forward, "the plan is for the \(direction.rawValue)")
        check(input, shape.input, "input")
        check(kernel, shape.kernel, "kernel")
        check(output, shape.output, "output")
        if let bias { checkBias(bias, shape.outputChannels) }
        withPointers(input, kernel, &output) { input, kernel, output in
            withOptionalPointer(bias) { forward(input, kernel, $0, into: output, using: workSpace, pool: pool) }
        }
    }

    private func forward(
        _ input: UnsafePointer<Float>, _ kernel: UnsafePointer<Float>, _ bias: UnsafePointer<Float>?,
        into output: UnsafeMutablePointer<Float>, using workSpace: WorkSpace, pool: WorkerPool
    ) {
        let memory = workSpace.reserve(workSpaceCount(pool.threadCount))
        var input = input
        if let pictureExtension {
            pictureExtension.extend(input, into: memory, pool: pool)
            input = UnsafePointer(memory)
        }
        correlate(input, kernel, bias, into: output, pool: pool, memory: memory + ownCount)
    }

    /// Computes the gradient with respect to the input, every element of which is written.
    /// - Parameters:
    ///   - outputGradient: The loss's gradient with respect to the output, of the output's shape.
    ///   - kernel: The kernel of the forward pass.
    ///   - bias: One number for each input channel that is added to the result, or nil for none: the bias of a transposed
    ///     convolution, which this is.
    ///   - gradient: A tensor of the input's shape.
    ///   - workSpace: Memory that no other call uses at the same time.
    ///   - pool: The threads that share the work; how many they are changes no bit.
    /// - Precondition: The plan's direction is `inputGradient`, and the tensors have the shapes of the plan. A bias needs a zero boundary.
    public func inputGradient(
        outputGradient: Tensor, kernel: Tensor, bias: Tensor? = nil, into gradient: inout Tensor,
        using workSpace: WorkSpace, pool: WorkerPool = .shared
    ) {
        precondition(direction == .inputGradient, "the plan is for the \(direction.rawValue)")
        check(outputGradient, shape.output, "gradient of the output")
        check(kernel, shape.kernel, "kernel")
        check(gradient, shape.input, "gradient of the input")
        precondition(bias == nil || pictureExtension == nil, "a transposed convolution has a zero boundary")
        if let bias { checkBias(bias, shape.inputChannels) }
        let memory = workSpace.reserve(workSpaceCount(pool.threadCount))
        withPointers(outputGradient, kernel, &gradient) { outputGradient, kernel, gradient in
            var kernel = kernel
            if transposedCount > 0 {
                geometry.transposeKernel(kernel, into: memory + extendedCount, pool: pool)
                kernel = UnsafePointer(memory + extendedCount)
            }
            withOptionalPointer(bias) { bias in
                correlate(
                    outputGradient, kernel, bias, into: pictureExtension == nil ? gradient : memory, pool: pool,
                    memory: memory + ownCount)
            }
            pictureExtension?.fold(memory, into: gradient, pool: pool)
        }
    }

    private func correlate(
        _ source: UnsafePointer<Float>, _ kernel: UnsafePointer<Float>, _ bias: UnsafePointer<Float>?,
        into target: UnsafeMutablePointer<Float>, pool: WorkerPool, memory: UnsafeMutablePointer<Float>
    ) {
        switch body {
        case .direct(let plan):
            plan.correlate(source: source, kernel: kernel, bias: bias, target: target, pool: pool, memory: memory)
        case .channelwise(let plan):
            plan.correlate(input: source, kernel: kernel, bias: bias, output: target, pool: pool, memory: memory)
        case .winograd(let plan):
            plan.correlate(input: source, kernel: kernel, bias: bias, output: target, pool: pool, memory: memory)
        case .fourier(let parts):
            if leavesGaps {
                fill(target, pixels: geometry.inputCount / geometry.inputChannels, with: bias)
            }
            for (index, part) in parts.enumerated() {
                // The parts of an output are its terms, those of an input's gradient are interleaved.
                let isTerm = direction == .forward && index > 0
                part.correlate(
                    input: source, kernel: kernel, bias: isTerm ? nil : bias, accumulate: isTerm, output: target,
                    pool: pool, memory: memory)
            }
        case .directGradient: preconditionFailure("a plan for a kernel's gradient does not correlate")
        }
    }

    /// Sets every pixel to the bias, or to zero.
    private func fill(_ target: UnsafeMutablePointer<Float>, pixels: Int, with bias: UnsafePointer<Float>?) {
        guard let bias else {
            target.update(repeating: 0, count: pixels * shape.inputChannels)
            return
        }
        for pixel in 0..<pixels {
            (target + pixel * shape.inputChannels).update(from: bias, count: shape.inputChannels)
        }
    }

    /// Computes the gradient with respect to the kernel, every element of which is written.
    /// - Precondition: The plan's direction is `kernelGradient`, and the tensors have the shapes of the plan.
    public func kernelGradient(
        input: Tensor, outputGradient: Tensor, into gradient: inout Tensor, using workSpace: WorkSpace,
        pool: WorkerPool = .shared
    ) {
        precondition(direction == .kernelGradient, "the plan is for the \(direction.rawValue)")
        check(input, shape.input, "input")
        check(outputGradient, shape.output, "gradient of the output")
        check(gradient, shape.kernel, "gradient of the kernel")
        let memory = workSpace.reserve(workSpaceCount(pool.threadCount))
        withPointers(input, outputGradient, &gradient) { input, outputGradient, gradient in
            var input = input
            if let pictureExtension {
                pictureExtension.extend(input, into: memory, pool: pool)
                input = UnsafePointer(memory)
            }
            let rest = memory + ownCount
            switch body {
            case .directGradient(let plan):
                plan.kernelGradient(
                    input: input, outputGradient: outputGradient, into: gradient, pool: pool, memory: rest)
            case .channelwise(let plan):
                plan.kernelGradient(
                    input: input, outputGradient: outputGradient, into: gradient, pool: pool, memory: rest)
            case .winograd(let plan):
                plan.kernelGradient(
                    input: input, outputGradient: outputGradient, into: gradient, pool: pool, memory: rest)
            case .fourier(let parts):
                if leavesGaps { gradient.update(repeating: 0, count: shape.kernel.count) }
                for part in parts {
                    part.kernelGradient(
                        input: input, outputGradient: outputGradient, into: gradient, pool: pool, memory: rest)
                }
            case .direct: preconditionFailure("a plan for a correlation does not sum a kernel's gradient")
            }
        }
    }

    private func check(_ tensor: Tensor, _ wanted: TensorShape, _ name: String) {
        precondition(tensor.shape == wanted, "the \(name) has shape \(tensor.shape), not \(wanted)")
    }

    private func checkBias(_ bias: Tensor, _ channels: Int) {
        let extents = bias.shape.extents
        precondition(
            extents.count == 1 && extents.first == channels, "the bias has shape \(bias.shape), not [\(channels)]")
    }

    private func withOptionalPointer(_ tensor: Tensor?, _ body: (UnsafePointer<Float>?) -> Void) {
        if let tensor {
            tensor.withUnsafeBufferPointer { body($0.baseAddress) }
        } else {
            body(nil)
        }
    }

    private func withPointers(
        _ a: Tensor, _ b: Tensor, _ c: inout Tensor,
        _ body: (UnsafePointer<Float>, UnsafePointer<Float>, UnsafeMutablePointer<Float>) -> Void
    ) {
        a.withUnsafeBufferPointer { a in
            b.withUnsafeBufferPointer { b in
                c.withUnsafeMutableBufferPointer { c in
                    guard let a = a.baseAddress, let b = b.baseAddress, let c = c.baseAddress else { return }
                    body(a, b, c)
                }
            }
        }
    }
}
