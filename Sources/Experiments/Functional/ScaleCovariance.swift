import Convolution
import Foundation
import SampledSpaces

/// *scale-covariance*: (f(s·)) * k(s·) = s⁻² (f * k)(s·).
public struct ScaleCovariance: Claim {
    /// What is claimed, what is done, and what decides.
    public let text = ClaimText(
        id: "scale-covariance", group: .functional,
        statement: """
            Squeezing both function and kernel by s squeezes their convolution by s and divides it by s².
            """,
        source: "Zheng Ankun 2019, “Convolution as a functional”",
        method: """
            Both sides are computed as sums over samples at spacing h, for s = 3/2 and 2, and compared at common points; h falls from 1/4 to 1/32 of the \
            unit. If the identity holds of functions, what is left is the error of the quadrature, whose order depends on the kernel: one for a kernel \
            with jumps (a box), two for one with kinks (a tent), and faster than any power for a Gaussian.
            """,
        criteria: [
            "with the box the error falls at an order of at least 0.7",
            "with the tent the error falls at an order from 1.7 to 2.5",
            "with the Gaussian the error is below 10⁻⁹ of the result at h ≤ 1/8",
        ])

    /// The kernel, as a function of the plane, that a scaled problem uses: k(s u), unless it is to be broken.
    public typealias Squeeze = @Sendable (_ kernel: @escaping Kernel, _ s: Double) -> Kernel
    /// A function of the plane.
    public typealias Kernel = @Sendable (_ x: Double, _ y: Double) -> Double

    private let squeeze: Squeeze

    /// The claim, with the kernel squeezed as the function is unless another rule is given.
    public init(squeeze: @escaping Squeeze = { kernel, s in { kernel(s * $0, s * $1) } }) {
        self.squeeze = squeeze
    }

    private struct Shape {
        let name: String
        let radius: Double
        let value: Kernel
    }

    private static func shapes(size: Double) -> [Shape] {
        let tent: Kernel = { max(0, 1 - abs($0) / size) * max(0, 1 - abs($1) / size) }
        return [
            Shape(name: "box", radius: size) { abs($0) <= size && abs($1) <= size ? 1 : 0 },
            Shape(name: "tent", radius: size, value: tent),
            Shape(name: "Gaussian", radius: 6.5) { exp(-($0 * $0 + $1 * $1) / 2) },
        ]
    }

    private static let f: Kernel = { x, y in
        exp(-((x - 0.3) * (x - 0.3) + 0.6 * (y + 0.2) * (y + 0.2)) / 1.3) * (1 + 0.4 * x)
    }

    /// Runs the experiment.
    /// - Throws: `ExperimentError.stopped` where somebody asked to stop.
    public func evidence(_ context: ExperimentContext) throws -> Evidence {
        let spacings = Array([0.25, 0.125, 0.0625, 0.03125].prefix(context.effort.choose(3, 4, 4)))
        // The error of a jump depends on where between samples it lies: several sizes together show the order.
        let sizes = context.effort.choose(8, 12, 24)
        var errors: [String: [Double]] = [:]
        var kept: [Double] = []
        for (step, h) in spacings.enumerated() {
            try context.progress(Double(step) / Double(spacings.count), "spacing \(h)")
            for place in 0..<3 {
                let isGaussian = place == 2
                let all = (0..<(isGaussian ? 1 : sizes)).map { trial -> Double in
                    let shape = Self.shapes(size: 0.9 + 0.37 * Double(trial) / Double(sizes))[place]
                    return max(defect(shape, s: 2, h: h, squeeze), defect(shape, s: 1.5, h: h, squeeze))
                }
                let rms = (all.reduce(0) { $0 + $1 * $1 } / Double(all.count)).squareRoot()
                errors[Self.shapes(size: 1)[place].name, default: []].append(rms)
            }
            kept.append(defect(Self.shapes(size: 1)[1], s: 2, h: h) { kernel, _ in kernel })
        }
        return evidence(spacings, errors, kept)
    }

    private func evidence(_ spacings: [Double], _ errors: [String: [Double]], _ kept: [Double]) -> Evidence {
        func order(_ name: String) -> ConvergenceOrder {
            ConvergenceOrder(lengths: spacings, errors: errors[name] ?? [], floor: 1e-13)
        }
        let (box, tent) = (order("box").order, order("tent").order)
        let gaussian = zip(spacings, errors["Gaussian"] ?? []).filter { $0.0 <= 0.125 }.map(\.1).max() ?? .infinity
        let least = kept.min() ?? 0
        var evidence = Evidence(
            [
                (Outcome(box >= 0.7), "the order is \(words(box))"),
                (Outcome((1.7...2.5).contains(tent)), "the order is \(words(tent))"),
                (Outcome(gaussian < 1e-9), "the error is \(words(gaussian))"),
            ],
            summary: """
                What separates the two sides is the quadrature: its error falls at order \(words(box)) for a box, \(words(tent)) for a tent, and is \
                \(words(gaussian)) for a Gaussian; a kernel that keeps its size is off by \(percent(least)) however fine the grid.
                """)
        evidence.measured = [
            Quantity("order, box", box), Quantity("order, tent", tent),
            Quantity("relative error, Gaussian, h ≤ 1/8", gaussian),
            Quantity("relative error, kernel not squeezed", least),
        ]
        let series = ["box", "tent", "Gaussian"].map {
            ClaimFigure.Series($0, x: spacings, y: (errors[$0] ?? []).map { max($0, 1e-17) })
        }
        evidence.figures = [
            ClaimFigure(
                "Both sides of the identity on finer and finer grids",
                x: .init("spacing h", isLogarithmic: true), y: .init("relative difference", isLogarithmic: true),
                series + [.init("tent, not squeezed", x: spacings, y: kept)],
                caption: "For box and tent the root of the mean square over kernels of several sizes.")
        ]
        evidence.data = "functions given by formulae"
        return evidence
    }

    /// The largest difference of the two sides at common points, relative to the largest result.
    private func defect(_ shape: Shape, s: Double, h: Double, _ squeeze: Squeeze) -> Double {
        let kernel = squeeze(shape.value, s)
        // A kernel that keeps its size reaches s times as far.
        let reach = shape.radius * max(1, s) / s + h
        // Places that are multiples of the spacing on both sides.
        let step = s == 1.5 ? 2 * h : h
        let count = Int(1 / step)
        var (worst, largest) = (0.0, 0.0)
        for index in -count...count {
            let (x, y) = (Double(index) * step, Double((index * 3) % (count + 1)) * step)
            let squeezed = Self.sum(x, y, h, reach, { Self.f(s * $0, s * $1) }, kernel)
            let plain = Self.sum(s * x, s * y, h, shape.radius + h, Self.f, shape.value)
            worst = max(worst, abs(squeezed - plain / (s * s)))
            largest = max(largest, abs(plain / (s * s)))
        }
        return worst / largest
    }

    /// h² Σ f(x − u) k(u) over the samples u = h·j.
    private static func sum(
        _ x: Double, _ y: Double, _ h: Double, _ reach: Double, _ f: Kernel, _ k: Kernel
    ) -> Double {
        let n = Int((reach / h).rounded(.up))
        var total = 0.0
        for row in -n...n {
            let v = Double(row) * h
            for column in -n...n {
                let u = Double(column) * h
                let weight = k(u, v)
                if weight != 0 { total += f(x - u, y - v) * weight }
            }
        }
        return h * h * total
    }
}
