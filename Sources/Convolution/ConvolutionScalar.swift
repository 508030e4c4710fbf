import CInnerLoops
import FourierTransforms

/// A precision that convolutions are computed in: `Double` or `Float`.
public protocol ConvolutionScalar: FourierScalar {
    /// The innermost loops for this precision.
    static var tapLoops: TapLoops<Self> { get }
}

/// The innermost loops of convolution for one precision, as TapLoops.h describes them.
public struct TapLoops<Scalar>: Sendable {
    typealias Input = UnsafePointer<Scalar>
    typealias Output = UnsafeMutablePointer<Scalar>

    let sumTaps:
        @Sendable (ccnn_tapShape, UnsafePointer<Input?>, UnsafePointer<Int>, Input, UnsafePointer<Output?>) -> Void
    let gather: @Sendable (Input, UnsafePointer<Int32>, Int, Output, Int) -> Void
    let copy: @Sendable (Input, Int, Int, Output, Int) -> Void
    let scatter: @Sendable (Input, UnsafePointer<Int32>, Int, Output) -> Void
    let add: @Sendable (Input, Int, Output) -> Void
    let isFinite: @Sendable (Input, Int) -> Bool
    let recursive: @Sendable (ccnn_recursiveShape, Input, Input, UnsafePointer<Int32>?, Output) -> Void
    let transpose: @Sendable (Input, Int, Int, Int, Output, Int) -> Void

    // Those of CLaneTransforms.h.
    let laneForward: @Sendable (ccnn_laneTransform, Input, Output) -> Void
    let laneInverse: @Sendable (ccnn_laneTransform, Input, Output) -> Void
    let laneMultiplyByConjugate: @Sendable (Input, Int, Output) -> Void
    let laneTranspose: @Sendable (Input, Int, Output, Int) -> Void
    let laneLoad: @Sendable (Input, Int, UnsafePointer<Int32>, Int, UnsafePointer<Int32>, Int, Int, Output) -> Bool
    let laneStore: @Sendable (Input, Int, Int, Int, Int, Int, Output, Int) -> Void
}

extension Float: ConvolutionScalar {
    /// The loops in single precision.
    public static let tapLoops = TapLoops<Float>(
        sumTaps: { shape, sources, offsets, weights, outputs in
            withUnsafePointer(to: shape) { ccnn_sumTapsFloat($0, sources, offsets, weights, outputs) }
        },
        gather: { ccnn_gatherFloat($0, $1, $2, $3, $4) },
        copy: { ccnn_copyFloat($0, $1, $2, $3, $4) },
        scatter: { ccnn_scatterFloat($0, $1, $2, $3) },
        add: { ccnn_addFloat($0, $1, $2) },
        isFinite: { ccnn_isFiniteFloat($0, $1) },
        recursive: { shape, filter, x, map, y in
            withUnsafePointer(to: shape) { ccnn_recursiveFloat($0, filter, x, map, y) }
        },
        transpose: { ccnn_transposeFloat($0, $1, $2, $3, $4, $5) },
        laneForward: { plan, twiddles, points in
            withUnsafePointer(to: plan) { ccnn_laneForwardFloat($0, twiddles, points) }
        },
        laneInverse: { plan, twiddles, points in
            withUnsafePointer(to: plan) { ccnn_laneInverseFloat($0, twiddles, points) }
        },
        laneMultiplyByConjugate: { ccnn_laneMultiplyByConjugateFloat($0, $1, $2) },
        laneTranspose: { ccnn_laneTransposeFloat($0, $1, $2, $3) },
        laneLoad: { ccnn_laneLoadFloat($0, $1, $2, $3, $4, $5, $6, $7) },
        laneStore: { ccnn_laneStoreFloat($0, $1, $2, $3, $4, $5, $6, $7) })
}

extension Double: ConvolutionScalar {
    /// The loops in double precision.
    public static let tapLoops = TapLoops<Double>(
        sumTaps: { shape, sources, offsets, weights, outputs in
            withUnsafePointer(to: shape) { ccnn_sumTapsDouble($0, sources, offsets, weights, outputs) }
        },
        gather: { ccnn_gatherDouble($0, $1, $2, $3, $4) },
        copy: { ccnn_copyDouble($0, $1, $2, $3, $4) },
        scatter: { ccnn_scatterDouble($0, $1, $2, $3) },
        add: { ccnn_addDouble($0, $1, $2) },
        isFinite: { ccnn_isFiniteDouble($0, $1) },
        recursive: { shape, filter, x, map, y in
            withUnsafePointer(to: shape) { ccnn_recursiveDouble($0, filter, x, map, y) }
        },
        transpose: { ccnn_transposeDouble($0, $1, $2, $3, $4, $5) },
        laneForward: { plan, twiddles, points in
            withUnsafePointer(to: plan) { ccnn_laneForwardDouble($0, twiddles, points) }
        },
        laneInverse: { plan, twiddles, points in
            withUnsafePointer(to: plan) { ccnn_laneInverseDouble($0, twiddles, points) }
        },
        laneMultiplyByConjugate: { ccnn_laneMultiplyByConjugateDouble($0, $1, $2) },
        laneTranspose: { ccnn_laneTransposeDouble($0, $1, $2, $3) },
        laneLoad: { ccnn_laneLoadDouble($0, $1, $2, $3, $4, $5, $6, $7) },
        laneStore: { ccnn_laneStoreDouble($0, $1, $2, $3, $4, $5, $6, $7) })
}
