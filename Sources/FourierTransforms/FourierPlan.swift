import CFFTW

/// How much time is spent on finding a fast plan.
public enum PlanningEffort: String, Sendable, Hashable {
    /// By rule, in microseconds; the same plan in every run on one machine.
    case estimate
    /// By measuring, in milliseconds to seconds; the plan, and so the last bits of its results, may differ from run to run.
    case measure
}

/// An FFTW plan: made and destroyed under the planner's lock, executed freely from any thread, on any memory of the planned layout.
///
/// Planning happens on scratch memory, so no data is ever overwritten by it. Source: Frigo and Johnson, "The design and implementation of FFTW3",
/// Proc. IEEE 93(2), 2005, doi:10.1109/JPROC.2004.840301.
public final class FourierPlan<Scalar: FourierScalar>: @unchecked Sendable {
    /// What is transformed.
    public let layout: TransformLayout
    /// Whether the output overwrites the input.
    public let isInPlace: Bool
    /// Whether memory must lie as `AlignedBuffer`'s does, modulo 16 or 32 bytes.
    public let needsAlignment: Bool
    private let plan: OpaquePointer
    private let library = Scalar.fourierLibrary

    /// Whether the input is the same after execution.
    public var keepsInput: Bool { !isInPlace && layout.kind != .complexToReal }

    /// Plans a transform.
    ///
    /// - Parameters:
    ///   - layout: what is transformed.
    ///   - inPlace: whether the output overwrites the input; the strides must then place every output row within its input row.
    ///   - needsAlignment: whether execution is on memory aligned as `AlignedBuffer` is, which allows faster plans.
    ///   - effort: how much time to spend.
    /// - Complexity: with `.measure`, many executions.
    public init(
        _ layout: TransformLayout, inPlace: Bool = false, needsAlignment: Bool = true,
        effort: PlanningEffort = .estimate
    ) {
        self.layout = layout
        isInPlace = inPlace
        self.needsAlignment = needsAlignment
        var flags = effort == .measure ? UInt32(FFTW_MEASURE) : UInt32(FFTW_ESTIMATE)
        flags |= layout.kind == .complexToReal || inPlace ? UInt32(FFTW_DESTROY_INPUT) : UInt32(FFTW_PRESERVE_INPUT)
        if !needsAlignment { flags |= UInt32(FFTW_UNALIGNED) }
        let input = AlignedBuffer<Scalar>(
            zeros: inPlace ? max(layout.inputCount, layout.outputCount) : layout.inputCount)
        let output = inPlace ? input : AlignedBuffer<Scalar>(zeros: layout.outputCount)
        let made = FourierPlanner.locked {
            Scalar.fourierLibrary.makePlan(layout, input.pointer, output.pointer, flags)
        }
        guard let made else { preconditionFailure("FFTW has no plan for \(layout)") }
        plan = made
    }

    deinit {
        let plan = self.plan
        FourierPlanner.locked { Scalar.fourierLibrary.destroyPlan(plan) }
    }

    /// Transforms `input` into `output`, which begin at the first point and hold at least what the layout touches.
    ///
    /// An in-place plan takes the same memory twice; any other takes memory that does not overlap.
    public func execute(_ input: UnsafeMutableBufferPointer<Scalar>, _ output: UnsafeMutableBufferPointer<Scalar>) {
        precondition(
            input.count >= layout.inputCount && output.count >= layout.outputCount,
            "the transform touches \(layout.inputCount) and \(layout.outputCount) scalars, not \(input.count) and \(output.count)"
        )
        guard let from = input.baseAddress, let to = output.baseAddress else { return }
        if isInPlace {
            precondition(from == to, "an in-place plan transforms one piece of memory")
        } else {
            precondition(
                from + layout.inputCount <= to || to + layout.outputCount <= from,
                "input and output of an out-of-place plan must not overlap")
        }
        if needsAlignment {
            precondition(
                library.misalignment(from) == 0 && library.misalignment(to) == 0,
                "the plan needs aligned memory")
        }
        library.execute(layout.kind, plan, from, to)
    }

    /// Transforms one buffer into another, or in place where both are the same.
    public func execute(_ input: AlignedBuffer<Scalar>, _ output: AlignedBuffer<Scalar>) {
        execute(input.scalars, output.scalars)
    }
}
