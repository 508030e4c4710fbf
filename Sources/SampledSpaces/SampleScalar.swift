import RealModule

/// The two precisions that samples come in: `Double` and `Float`.
///
/// `Real` gives the elementary functions, `BinaryFloatingPoint` the conversion from the `Double` in which lengths and sums are kept.
public protocol SampleScalar: Real, BinaryFloatingPoint, Sendable {}

extension Double: SampleScalar {}
extension Float: SampleScalar {}
