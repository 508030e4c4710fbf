import Foundation
import GaussianKernels
import SampledSpaces
import Testing

@testable import Convolution

private func grid(_ width: Int, _ height: Int) -> Grid { Grid(width: width, height: height) }

private func function<Scalar: ConvolutionScalar>(
    _ grid: Grid, as _: Scalar.Type, _ value: (Int, Int) -> Double
) -> SampledFunction<Scalar> {
    SampledFunction(
        grid: grid,
        values: (0..<grid.height).flatMap { row in (0..<grid.width).map { Scalar(value($0, row)) } })
}

/// What the choice of an algorithm keeps: signs, locality, constants.
@Suite struct LocalityTests {
    /// One sample of 10⁸ in a field of ones: beyond the kernel's reach there are ones, to the rounding of a sum of ones.
    @Test(arguments: [0.7, 2.5, 12]) func oneLargeSampleReachesNoFurtherThanTheKernel(sigma: Double) throws {
        let g = grid(300, 40)
        let kernel = ConvolutionKernel<Float>.gaussian(sigma: sigma)
        let smooth = try Convolution(kernel, on: g, boundary: .replicate, preference: .locality)
        #expect(smooth.isLocal && smooth.keepsSigns)
        let result = smooth(function(g, as: Float.self) { $0 == 20 && $1 == 20 ? 1e8 : 1 }).values
        let reach = kernel.width / 2
        let bound = Float(2 * kernel.width) * Float.ulpOfOne
        for row in 0..<40 {
            for column in 0..<300 where abs(column - 20) > reach || abs(row - 20) > reach {
                #expect(abs(result[row * 300 + column] - 1) <= bound)
            }
        }
        // The fastest method is another where it does not keep that.
        let derivative = try Convolution(
            ConvolutionKernel<Double>.gaussian(sigma: 400, x: 1), on: grid(4000, 4000), preference: .locality)
        #expect(derivative.method == .recursive)
    }

    /// Black and white stay between black and white.
    @Test(arguments: [1.0, 6, 40]) func smoothingMakesNoNegativeSamples(sigma: Double) throws {
        let g = grid(200, 200)
        let smooth = try Convolution(
            ConvolutionKernel<Float>.gaussian(sigma: sigma), on: g, boundary: .mirrorHalfSample, preference: .locality)
        let result = smooth(function(g, as: Float.self) { ($0 / 50 + $1 / 50) % 2 == 0 ? 0 : 1000 }).values
        #expect(result.allSatisfy { $0 >= 0 })
        // Each of two sums over taps may be above by its rounding.
        #expect(result.allSatisfy { $0 <= 1000 * (1 + 1e-5) })
    }

    @Test func denseKernelsAreSummedWhereThatIsNotTooDear() throws {
        func plane(_ side: Int, _ weight: Float) -> ConvolutionKernel<Float> {
            ConvolutionKernel(
                PlaneTaps(width: side, height: side, values: [Float](repeating: weight, count: side * side)))
        }
        #expect(try Convolution(plane(31, 1), on: grid(512, 512), preference: .locality).method == .direct)
        #expect(try Convolution(plane(201, 1), on: grid(512, 512), preference: .locality).isLocal == false)
        #expect(try Convolution(plane(5, -1), on: grid(512, 512), preference: .locality).keepsSigns == false)
    }

    /// A constant stays it at every σ, with every method that the choice may take.
    @Test(arguments: [0.4, 3, 50, 1300, 3000]) func constantsStay(sigma: Double) throws {
        let g = grid(40, 30)
        let ones = SampledFunction<Float>(grid: g, constant: 1)
        for preference in MethodPreference.allCases {
            let smooth = try Convolution(
                ConvolutionKernel<Float>.gaussian(sigma: sigma), on: g, boundary: .replicate, preference: preference)
            let worst = smooth(ones).values.map { abs($0 - 1) }.max() ?? 1
            #expect(worst < 1e-4, "\(smooth.method)")
        }
        // In double precision the recursion's centre makes the sum of its taps that of the kernel's, which ends where 5.7·10⁻⁷ is left.
        guard sigma > 1 else { return }
        let recursive = try Convolution(
            ConvolutionKernel<Double>.gaussian(sigma: sigma), on: g, boundary: .replicate, method: .recursive)
        let worst = recursive(SampledFunction<Double>(grid: g, constant: 1)).values.map { abs($0 - 1) }.max() ?? 1
        #expect(worst < 2 * 5.7e-7)
    }

    /// The band-limited Gaussian's taps add up to 1, and say where they ring.
    @Test func spectralTapsOfAConstant() {
        for sigma in [0.3, 0.5, 1, 2, 10] {
            let sum = GaussianKernel1D(order: 0, sigma: sigma, discretization: .spectral).taps.reduce(0, +)
            #expect(abs(sum - 1) < 1e-13)
        }
        #expect(
            Discretization.spectral.rings(order: 0, sigma: 1.17)
                && !Discretization.spectral.rings(order: 0, sigma: 1.19))
        #expect(
            Discretization.spectral.rings(order: 4, sigma: 1.4) && !Discretization.spectral.rings(order: 4, sigma: 2))
        #expect(!Discretization.sampled.rings(order: 0, sigma: 0.2))
    }
}

@Suite struct OddExtensionTests {
    /// A plane goes on as it is, so that its derivative is right up to the border and a smoothing changes nothing.
    @Test func planesGoOn() throws {
        let g = grid(9, 7)
        let plane = function(g, as: Double.self) { 3 * Double($0) - 2 * Double($1) + 5 }
        let extended = OddExtension<Double>(on: g, columns: -20..<33, rows: -15..<21)(plane)
        for row in 0..<extended.grid.height {
            for column in 0..<extended.grid.width {
                let right = 3 * Double(column - 20) - 2 * Double(row - 15) + 5
                #expect(abs(extended.values[row * extended.grid.width + column] - right) < 1e-10)
            }
        }
        for (order, right) in [((0, 0), nil), ((1, 0), 3.0), ((0, 1), -2.0)] as [((Int, Int), Double?)] {
            let kernel = ConvolutionKernel<Double>.gaussian(sigma: 3, x: order.0, y: order.1)
            let extending = OddExtension(on: g, for: kernel)
            let filter = try Convolution(kernel, on: extending.outputGrid, extent: .valid)
            let result = ComposedOperator([extending, filter])(plane)
            #expect(result.grid.width == 9 && result.grid.height == 7)
            for (value, sample) in zip(result.values, plane.values) { #expect(abs(value - (right ?? sample)) < 1e-6) }
        }
    }

    /// `numpy.pad([1, 4, 2], (5, 6), mode="reflect", reflect_type="odd")`.
    @Test func theRuleIsNumPys() {
        let g = grid(3, 1)
        let f = SampledFunction<Double>(grid: g, values: [1, 4, 2])
        let padded = OddExtension<Double>(on: g, columns: -5..<9, rows: 0..<1)(f).values
        #expect(padded == [-4, -1, 2, 0, -2, 1, 4, 2, 0, 3, 6, 4, 2, 5])
        for (index, value) in padded.enumerated() {
            let place = index - 5
            #expect(value == Self.odd(place, [1, 4, 2]))
        }
    }

    /// The definition: reflected about the first and the last sample, again and again.
    private static func odd(_ index: Int, _ f: [Double]) -> Double {
        if index < 0 { return 2 * f[0] - odd(-index, f) }
        if index >= f.count { return 2 * f[f.count - 1] - odd(2 * (f.count - 1) - index, f) }
        return f[index]
    }

    @Test func theAdjointIsExact() {
        let g = grid(5, 4)
        let operation = OddExtension<Double>(on: g, columns: -7..<11, rows: -3..<9)
        let f = function(g, as: Double.self) { sin(Double($0 * 7 + $1 * 3)) }
        let h = function(operation.outputGrid, as: Double.self) { cos(Double($0 * 5 + $1)) }
        let (left, right) = (operation(f).inner(h), f.inner(operation.adjoint(h)))
        #expect(abs(left - right) < 1e-11 * max(1, abs(left)))
    }
}

@Suite struct FourierGaussianTests {
    /// Waves that the grid holds are eigenfunctions: (iω)ⁿ exp(−σ²ω²/2), at every σ.
    @Test(arguments: [0.05, 0.5, 2], [Boundary.periodic, .mirrorHalfSample, .mirrorWholeSample])
    func wavesAreEigenfunctions(sigma: Double, boundary: Boundary) throws {
        let (width, height) = (12, 9)
        let g = grid(width, height)
        for (i, j) in [(0, 0), (1, 0), (2, 1), (0, 3)] {
            let gaussian = GaussianFactors(x: .init(order: i, sigma: sigma), y: .init(order: j, sigma: 2 * sigma))
            let operation = try FourierGaussian<Double>(gaussian, on: g, boundary: boundary)
            // A wave of the period, or a cosine about the border that mirrors it.
            let (a, b, phase): (Double, Double, Double) =
                switch boundary {
                case .periodic: (2 * .pi * 3 / 12, 2 * .pi * 2 / 9, 0)
                case .mirrorHalfSample: (.pi * 3 / 12, .pi * 2 / 9, 0.5)
                default: (.pi * 3 / 11, .pi * 2 / 8, 0)
                }
            let f = function(g, as: Double.self) { cos(a * (Double($0) + phase)) * cos(b * (Double($1) + phase)) }
            let factor = exp(-sigma * sigma * (a * a + 4 * b * b) / 2)
            func derivative(_ order: Int, _ omega: Double, _ x: Double) -> Double {
                pow(omega, Double(order)) * cos(omega * x + Double(order) * .pi / 2)
            }
            let right = function(g, as: Double.self) {
                factor * derivative(i, a, Double($0) + phase) * derivative(j, b, Double($1) + phase)
            }
            for (x, y) in zip(operation(f).values, right.values) { #expect(abs(x - y) < 1e-12) }
        }
    }

    @Test(arguments: [Boundary.periodic, .mirrorHalfSample, .mirrorWholeSample])
    func theAdjointIsExact(boundary: Boundary) throws {
        let g = grid(10, 7)
        let operation = try FourierGaussian<Double>(
            GaussianFactors(x: .init(order: 1, sigma: 0.3), y: .init(order: 2, sigma: 0.7)), on: g, boundary: boundary)
        let f = function(g, as: Double.self) { sin(Double($0 * 7 + $1 * 3)) }
        let h = function(g, as: Double.self) { cos(Double($0 * 5 + $1)) }
        let (left, right) = (operation(f).inner(h), f.inner(operation.adjoint(h)))
        #expect(abs(left - right) < 1e-11 * max(1, abs(left)))
        #expect(throws: ConvolutionError.self) {
            try FourierGaussian<Double>(operation.gaussian, on: g, boundary: .replicate)
        }
    }
}

@Suite struct SummedAndNormalizedTests {
    /// Two products make the plane of taps that the Laplacian is, in every extent, and their adjoint.
    @Test(arguments: ConvolutionExtent.allCases) func theLaplacianIsTwoPasses(extent: ConvolutionExtent) throws {
        let g = grid(40, 35)
        let sigma = 1.7
        let plane = try Convolution<Double>(
            .laplacian(sigma: sigma), on: g, boundary: .mirrorHalfSample, method: .direct)
        let terms = try ConvolutionKernel<Double>.laplacianTerms(sigmaX: sigma, sigmaY: sigma).map {
            try Convolution($0, on: g, boundary: .mirrorHalfSample, extent: extent)
        }
        let sum = SummedOperator<Double>(terms)
        let f = function(g, as: Double.self) { sin(Double($0) / 3) * cos(Double($1 * $1) / 40) }
        if extent == .same {
            for (a, b) in zip(sum(f).values, plane(f).values) { #expect(abs(a - b) < 1e-5) }
        }
        let h = function(sum.outputGrid, as: Double.self) { cos(Double($0 * 5 + $1)) }
        #expect(abs(sum(f).inner(h) - f.inner(sum.adjoint(h))) < 1e-10)
        // Of x² + y² it is 4, exactly, wherever the border does not reach.
        let bowl = function(g, as: Double.self) { Double(($0 - 20) * ($0 - 20) + ($1 - 17) * ($1 - 17)) }
        if extent == .valid { #expect(sum(bowl).values.allSatisfy { abs($0 - 4) < 1e-9 }) }
    }

    /// A constant with gaps is that constant, and a ramp's mean stays where the gaps are alike on both sides.
    @Test func gapsPlayNoPart() throws {
        let g = grid(31, 21)
        let smooth = try Convolution(
            ConvolutionKernel<Double>.gaussian(sigma: 2), on: g, boundary: .zero, preference: .locality)
        let normalized = try NormalizedConvolution(smooth)
        let gaps = function(g, as: Double.self) { ($0 * 7 + $1 * 5) % 4 == 0 ? .nan : 3 }
        for value in normalized(gaps).values { #expect(abs(value - 3) < 1e-12) }
        // The same by weights, with anything in the gaps.
        let weights = function(g, as: Double.self) { ($0 * 7 + $1 * 5) % 4 == 0 ? 0 : 2 }
        let wild = function(g, as: Double.self) { ($0 * 7 + $1 * 5) % 4 == 0 ? .infinity : 3 }
        for value in normalized(wild, weights: weights).values { #expect(abs(value - 3) < 1e-12) }
        // Far from every sample there is nothing to say.
        let alone = function(g, as: Double.self) { $0 == 0 && $1 == 0 ? 1 : .nan }
        let result = normalized(alone).values
        #expect(result[0] == 1 && result[30].isNaN)
        let derivative = try Convolution(ConvolutionKernel<Double>.gaussian(sigma: 2, x: 1), on: g)
        #expect(throws: ConvolutionError.self) { try NormalizedConvolution(derivative) }
    }
}
