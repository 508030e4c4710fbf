import FourierTransforms
import Parallelism

/// A core with the algorithm that runs it, made ready when it is first needed and kept from then on.
final class LazyPath<Scalar: ConvolutionScalar>: Sendable {
    private struct Paths {
        var chosen: (any ConvolutionPath<Scalar>)?
        var summing: (any ConvolutionPath<Scalar>)?
    }

    private let core: Core<Scalar>
    private let method: ConvolutionMethod
    private let paths = Guarded(Paths())

    init(_ core: Core<Scalar>, _ method: ConvolutionMethod) {
        (self.core, self.method) = (core, method)
    }

    /// The core's outputs for `source`.
    func run(_ source: [Scalar]) -> [Scalar] {
        source.withUnsafeBufferPointer { source in
            guard let from = source.baseAddress else { return [] }
            let path = path(isFinite: !method.spreadsEverywhere || Scalar.tapLoops.isFinite(from, source.count))
            return [Scalar](unsafeUninitializedCapacity: core.count) { result, initialized in
                HugePages.advise(UnsafeMutableRawBufferPointer(result))
                if let to = result.baseAddress { path.run(from, to) }
                initialized = core.count
            }
        }
    }

    /// The chosen algorithm; a sum over taps where numbers that are not finite would spread beyond the taps' reach.
    private func path(isFinite: Bool) -> any ConvolutionPath<Scalar> {
        paths.withLock { paths in
            if isFinite {
                let path = paths.chosen ?? method.path(for: core)
                paths.chosen = path
                return path
            }
            let path = paths.summing ?? core.summingMethod.path(for: core)
            paths.summing = path
            return path
        }
    }
}
