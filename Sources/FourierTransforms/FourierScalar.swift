import CFFTW
import SampledSpaces

/// A precision that Fourier transforms are computed in: `Double` or `Float`.
public protocol FourierScalar: SampleScalar {
    /// FFTW's entry points for this precision.
    static var fourierLibrary: FourierLibrary<Self> { get }
}

/// FFTW's entry points for one precision. Whoever makes or destroys plans or touches wisdom does so inside `FourierPlanner.locked`.
public struct FourierLibrary<Scalar>: Sendable {
    typealias Memory = UnsafeMutablePointer<Scalar>

    let makePlan: @Sendable (TransformLayout, Memory, Memory, UInt32) -> OpaquePointer?
    let destroyPlan: @Sendable (OpaquePointer) -> Void
    let execute: @Sendable (TransformKind, OpaquePointer, Memory, Memory) -> Void
    /// The offset of an address from the boundary that vector instructions want, in bytes.
    let misalignment: @Sendable (Memory) -> Int32
    let exportWisdom: @Sendable () -> String?
    let importWisdom: @Sendable (String) -> Bool
    let forgetWisdom: @Sendable () -> Void
    /// Multiplies `count` complex numbers by as many others, or by their conjugates.
    let multiply: @Sendable (_ x: Memory, _ by: UnsafePointer<Scalar>, _ count: Int, _ conjugated: Bool) -> Void
    /// Multiplies `count` complex numbers by one.
    let scale: @Sendable (_ x: Memory, _ real: Scalar, _ imaginary: Scalar, _ count: Int) -> Void
}

/// The body of `multiply`, generic only inside this module, where it is compiled for either precision.
@inline(__always)
private func multiplyComplex<Scalar: FloatingPoint>(
    _ x: UnsafeMutablePointer<Scalar>, _ y: UnsafePointer<Scalar>, _ count: Int, _ conjugated: Bool
) {
    let sign: Scalar = conjugated ? -1 : 1
    for i in 0..<count {
        let (a, b) = (x[2 * i], x[2 * i + 1])
        let (c, d) = (y[2 * i], sign * y[2 * i + 1])
        x[2 * i] = a * c - b * d
        x[2 * i + 1] = a * d + b * c
    }
}

/// The body of `scale`, likewise.
@inline(__always)
private func scaleComplex<Scalar: FloatingPoint>(
    _ x: UnsafeMutablePointer<Scalar>, _ c: Scalar, _ d: Scalar, _ count: Int
) {
    for i in 0..<count {
        let (a, b) = (x[2 * i], x[2 * i + 1])
        x[2 * i] = a * c - b * d
        x[2 * i + 1] = a * d + b * c
    }
}

extension UnsafeMutablePointer {
    fileprivate func reinterpreted<Other>(as type: Other.Type) -> UnsafeMutablePointer<Other> {
        UnsafeMutableRawPointer(self).assumingMemoryBound(to: type)
    }
}

extension Double: FourierScalar {
    /// FFTW in double precision.
    public static let fourierLibrary = FourierLibrary<Double>(
        makePlan: { layout, input, output, flags in
            let dims = layout.axes.map { fftw_iodim64(n: $0.length, is: $0.inputStride, os: $0.outputStride) }
            let batch = layout.batch.map { fftw_iodim64(n: $0.length, is: $0.inputStride, os: $0.outputStride) }
            let (rank, loops) = (Int32(dims.count), Int32(batch.count))
            let (a, b) = (input.reinterpreted(as: fftw_complex.self), output.reinterpreted(as: fftw_complex.self))
            return switch layout.kind {
            case .complexForward: fftw_plan_guru64_dft(rank, dims, loops, batch, a, b, FFTW_FORWARD, flags)
            case .complexBackward: fftw_plan_guru64_dft(rank, dims, loops, batch, a, b, FFTW_BACKWARD, flags)
            case .realToComplex: fftw_plan_guru64_dft_r2c(rank, dims, loops, batch, input, b, flags)
            case .complexToReal: fftw_plan_guru64_dft_c2r(rank, dims, loops, batch, a, output, flags)
            }
        },
        destroyPlan: { fftw_destroy_plan($0) },
        execute: { kind, plan, input, output in
            let (a, b) = (input.reinterpreted(as: fftw_complex.self), output.reinterpreted(as: fftw_complex.self))
            switch kind {
            case .complexForward, .complexBackward: fftw_execute_dft(plan, a, b)
            case .realToComplex: fftw_execute_dft_r2c(plan, input, b)
            case .complexToReal: fftw_execute_dft_c2r(plan, a, output)
            }
        },
        misalignment: { fftw_alignment_of($0) },
        exportWisdom: {
            guard let text = fftw_export_wisdom_to_string() else { return nil }
            defer { fftw_free(text) }
            return String(cString: text)
        },
        importWisdom: { fftw_import_wisdom_from_string($0) != 0 },
        forgetWisdom: { fftw_forget_wisdom() },
        multiply: { multiplyComplex($0, $1, $2, $3) },
        scale: { scaleComplex($0, $1, $2, $3) }
    )
}

extension Float: FourierScalar {
    /// FFTW in single precision.
    public static let fourierLibrary = FourierLibrary<Float>(
        makePlan: { layout, input, output, flags in
            let dims = layout.axes.map { fftwf_iodim64(n: $0.length, is: $0.inputStride, os: $0.outputStride) }
            let batch = layout.batch.map { fftwf_iodim64(n: $0.length, is: $0.inputStride, os: $0.outputStride) }
            let (rank, loops) = (Int32(dims.count), Int32(batch.count))
            let (a, b) = (input.reinterpreted(as: fftwf_complex.self), output.reinterpreted(as: fftwf_complex.self))
            return switch layout.kind {
            case .complexForward: fftwf_plan_guru64_dft(rank, dims, loops, batch, a, b, FFTW_FORWARD, flags)
            case .complexBackward: fftwf_plan_guru64_dft(rank, dims, loops, batch, a, b, FFTW_BACKWARD, flags)
            case .realToComplex: fftwf_plan_guru64_dft_r2c(rank, dims, loops, batch, input, b, flags)
            case .complexToReal: fftwf_plan_guru64_dft_c2r(rank, dims, loops, batch, a, output, flags)
            }
        },
        destroyPlan: { fftwf_destroy_plan($0) },
        execute: { kind, plan, input, output in
            let (a, b) = (input.reinterpreted(as: fftwf_complex.self), output.reinterpreted(as: fftwf_complex.self))
            switch kind {
            case .complexForward, .complexBackward: fftwf_execute_dft(plan, a, b)
            case .realToComplex: fftwf_execute_dft_r2c(plan, input, b)
            case .complexToReal: fftwf_execute_dft_c2r(plan, a, output)
            }
        },
        misalignment: { fftwf_alignment_of($0) },
        exportWisdom: {
            guard let text = fftwf_export_wisdom_to_string() else { return nil }
            defer { fftwf_free(text) }
            return String(cString: text)
        },
        importWisdom: { fftwf_import_wisdom_from_string($0) != 0 },
        forgetWisdom: { fftwf_forget_wisdom() },
        multiply: { multiplyComplex($0, $1, $2, $3) },
        scale: { scaleComplex($0, $1, $2, $3) }
    )
}
