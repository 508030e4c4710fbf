import Convolution
import GaussianKernels
import Parallelism
import Randomness
import SampledSpaces
import TestSupport
import Testing

private let caseCount = Thoroughness.cases(2000)

/// A random convolution: shapes from one sample on, kernels that may be larger than the picture, origins in the kernel and beside it.
private struct RandomCase<Scalar: ConvolutionScalar> {
    let grid: Grid
    let kernel: ConvolutionKernel<Scalar>
    let boundary: Boundary
    let extent: ConvolutionExtent
    let stride: Int
    let dilation: Int

    init(seed: UInt64, index: Int) {
        var generator = SeededGenerator(seed: seed, index: index)
        func pick(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }
        // One case in four is wide enough for whole vectors and several tiles.
        let largest = pick(1...4) == 1 ? 150 : 24
        grid = Grid(
            width: pick(1...largest), height: pick(1...min(largest, 40)), spacing: [0.5, 2], origin: [3, -1])
        let (w, h) = (pick(1...9), pick(1...9))
        func origin(_ count: Int) -> Int { pick(1...8) == 1 ? pick(-12...count + 12) : pick(0...count - 1) }
        func values(_ count: Int) -> [Scalar] { (0..<count).map { _ in Scalar(generator.normal()) } }
        kernel =
            pick(0...1) == 0
            ? ConvolutionKernel(
                PlaneTaps(
                    width: w, height: h, values: values(w * h), originColumn: origin(w),
                    originRow: origin(h)))
            : ConvolutionKernel(
                x: Taps(values(w), origin: origin(w)), y: Taps(values(h), origin: origin(h)))
        boundary = Boundary.allCases[pick(0...Boundary.allCases.count - 1)]
        extent = ConvolutionExtent.allCases[pick(0...2)]
        stride = pick(1...3)
        dilation = pick(1...4)
    }

    func convolution(_ method: ConvolutionMethod?) throws -> Convolution<Scalar> {
        try Convolution(
            kernel, on: grid, boundary: boundary, extent: extent, stride: stride, dilation: dilation, method: method)
    }

    var description: String {
        let taps = kernel.plane
        return
            "\(grid.width)×\(grid.height) with \(taps.width)×\(taps.height), origin \(taps.originColumn), \(taps.originRow), "
            + "\(boundary), \(extent), stride \(stride), dilation \(dilation)"
    }
}

@Suite struct ConvolutionTests {
    /// Every method against the definition, and its adjoint against itself, over random shapes, kernels, borders, extents, strides and dilations.
    ///
    /// A sum of at most 81 terms errs by at most 81·ε/2·Σ|w|·max|f|, typically by a tenth of that; a transform of up to 2¹⁶ points by a few
    /// ε·16. Forty ε leave room for the largest of some hundred thousand outputs.
    @Test func everyMethodAgreesWithTheDefinitionInDoublePrecision() throws { try check(Double.self, seed: 1) }
    @Test func everyMethodAgreesWithTheDefinitionInSinglePrecision() throws { try check(Float.self, seed: 2) }

    private func check<Scalar: ConvolutionScalar>(_: Scalar.Type, seed: UInt64) throws {
        var checked = 0
        for index in 0..<caseCount {
            let test = RandomCase<Scalar>(seed: seed, index: index)
            var generator = SeededGenerator(seed: seed + 100, index: index)
            let f: SampledFunction<Scalar> = randomFunction(on: test.grid, &generator)
            var reference: [Double]?
            for method in [ConvolutionMethod.direct, .separable, .spectral, .tiled, nil] {
                let convolution: Convolution<Scalar>
                do {
                    convolution = try test.convolution(method)
                } catch ConvolutionError.noValidOutput {
                    continue
                } catch ConvolutionError.methodDoesNotApply(.separable, _) {
                    continue
                }
                let expected = reference ?? referenceConvolution(f, with: convolution)
                reference = expected
                let unit = Double(Scalar.ulpOfOne) * test.kernel.l1Norm * f.maxNorm()
                let error = largestDifference(convolution(f).values, expected)
                #expect(
                    error <= 40 * unit,
                    "\(index): \(String(describing: method)) errs by \(error / unit) units: \(test.description)")
                try checkAdjoint(
                    convolution, f, &generator, "\(index): \(String(describing: method)): \(test.description)")
                checked += 1
            }
        }
        #expect(checked > 3 * caseCount)
    }

    /// ⟨Kf, g⟩ = ⟨f, K*g⟩, relative to ‖Kf‖‖g‖ + ‖f‖‖K*g‖: 1e-12 in double precision, and as many units of rounding in single.
    private func checkAdjoint<Scalar: ConvolutionScalar>(
        _ convolution: Convolution<Scalar>, _ f: SampledFunction<Scalar>, _ generator: inout SeededGenerator,
        _ what: String
    ) throws {
        let g: SampledFunction<Scalar> = randomFunction(on: convolution.outputGrid, &generator)
        let (image, back) = (convolution(f), convolution.adjoint(g))
        let defect = abs(image.inner(g) - f.inner(back))
        let size = image.l2Norm() * g.l2Norm() + f.l2Norm() * back.l2Norm() + 1e-300
        let tolerance = Scalar.self == Double.self ? 1e-12 : 1e-12 * Double(Float.ulpOfOne) / Double.ulpOfOne
        #expect(defect <= tolerance * size, "adjoint defect \(defect / size): \(what)")
    }

    /// With taps far apart there are hundreds of thousands of places between them, of which no memory is taken: 3·10¹⁰ samples would not fit.
    @Test(arguments: [ConvolutionMethod.direct, .separable]) func tapsFarApartTakeNoMemoryBetweenThem(
        method: ConvolutionMethod
    ) throws {
        let grid = Grid(width: 9, height: 70)
        let kernel = ConvolutionKernel<Float>(x: Taps([1, 2, 4], origin: 1), y: Taps([3, 5, 7], origin: 1))
        var generator = SeededGenerator(seed: 8)
        let f: SampledFunction<Float> = randomFunction(on: grid, &generator)
        let g = try Convolution(kernel, on: grid, boundary: .replicate, dilation: 100_000, method: method)(f)
        for row in [0, 33, 69] {
            for column in [0, 4, 8] {
                // All but the middle taps meet the border: weights 2 and 5 the sample itself, the others the ends of its line.
                func across(_ row: Int) -> Float { f[8, row] + 2 * f[column, row] + 4 * f[0, row] }
                let expected = 3 * across(69) + 5 * across(row) + 7 * across(0)
                #expect(abs(g[column, row] - expected) < 1e-4 * 105)
            }
        }
    }

    @Test func outputsLieWhereTheyBelong() throws {
        let grid = Grid(width: 10, height: 8, spacing: [0.5, 2], origin: [3, -1])
        let kernel = ConvolutionKernel<Double>(x: Taps([1, 2, 3], origin: 0), y: Taps([1, 1], origin: 1))
        let full = try Convolution(kernel, on: grid, extent: .full, dilation: 2)
        #expect((full.outputGrid.width, full.outputGrid.height) == (14, 10))
        #expect(full.outputGrid.origin == [3, -5])
        let valid = try Convolution(kernel, on: grid, extent: .valid, stride: 2)
        #expect((valid.outputGrid.width, valid.outputGrid.height) == (4, 4))
        #expect(valid.outputGrid.origin == [4, -1])
        #expect(valid.outputGrid.spacing == [1, 4])
    }

    @Test func knownValues() throws {
        let grid = Grid(width: 4, height: 1)
        let f = SampledFunction<Float>(grid: grid, values: [1, 2, 4, 8])
        // Convolution, not correlation: the weight at offset +1 meets the sample before.
        let kernel = ConvolutionKernel<Float>(x: Taps([0, 0, 1]), y: .identity)
        #expect(try Convolution(kernel, on: grid)(f).values == [0, 1, 2, 4])
        #expect(try Convolution(kernel, on: grid, boundary: .periodic)(f).values == [8, 1, 2, 4])
        #expect(try Convolution(kernel, on: grid, boundary: .mirrorWholeSample)(f).values == [2, 1, 2, 4])
        #expect(try Convolution(kernel, on: grid, boundary: .mirrorHalfSample)(f).values == [1, 1, 2, 4])
        #expect(try Convolution(kernel, on: grid, extent: .full)(f).values == [0, 0, 1, 2, 4, 8])
        #expect(try Convolution(kernel, on: grid, extent: .valid)(f).values == [1, 2])
    }

    @Test func kernelsLargerThanThePicture() throws {
        let grid = Grid(width: 5, height: 3)
        let kernel = ConvolutionKernel<Double>.gaussian(sigma: 2)
        let error = #expect(throws: ConvolutionError.self) { try Convolution(kernel, on: grid, extent: .valid) }
        #expect(error.map { "\($0)" }?.contains("21 × 21 samples does not fit into a picture of 5 × 3") == true)
        // The other extents are defined for every size, one sample included.
        let one = SampledFunction<Double>(grid: Grid(width: 1, height: 1), constant: 3)
        for method in [ConvolutionMethod.direct, .separable, .spectral, .tiled, .recursive] {
            let smooth = try Convolution(kernel, on: one.grid, boundary: .replicate, method: method)
            #expect(abs(smooth(one).values[0] - 3) < 1e-5)
        }
    }

    @Test func methodsThatDoNotApplySaySo() {
        let grid = Grid(width: 9, height: 9)
        let plane = ConvolutionKernel<Float>(PlaneTaps(width: 2, height: 2, values: [1, 2, 3, 4]))
        for method in [ConvolutionMethod.separable, .recursive] {
            #expect(throws: ConvolutionError.self) { try Convolution(plane, on: grid, method: method) }
        }
        let error = #expect(throws: ConvolutionError.self) {
            try Convolution(ConvolutionKernel<Float>.gaussian(sigma: 3), on: grid, dilation: 2, method: .recursive)
        }
        #expect(error.map { "\($0)" }?.contains("knows no dilation") == true)
        #expect(throws: ConvolutionError.self) {
            try Convolution(ConvolutionKernel<Float>.gaussian(sigma: 0.5), on: grid, method: .recursive)
        }
    }

    /// What is not a number reaches exactly the outputs whose taps reach it.
    @Test(arguments: ConvolutionMethod.allCases, [Double.nan, .infinity])
    func notANumberStaysWithinReach(method: ConvolutionMethod, bad: Double) throws {
        let grid = Grid(width: 60, height: 50)
        let kernel = ConvolutionKernel<Double>.gaussian(sigma: 2)
        var generator = SeededGenerator(seed: 3)
        var f: SampledFunction<Double> = randomFunction(on: grid, &generator)
        f[30, 20] = bad
        let result = try Convolution(kernel, on: grid, boundary: .mirrorHalfSample, method: method)(f)
        let radius = GaussianKernel1D.defaultRadius(order: 0, sigma: 2)
        for row in 0..<50 {
            for column in 0..<60 {
                let isReached = abs(row - 20) <= radius && abs(column - 30) <= radius
                #expect(result[column, row].isFinite == !isReached)
            }
        }
    }

    @Test(arguments: ConvolutionMethod.allCases) func sameBitsOnAnyNumberOfThreads(method: ConvolutionMethod) throws {
        var generator = SeededGenerator(seed: 4)
        let f: SampledFunction<Float> = randomFunction(on: Grid(width: 210, height: 190), &generator)
        let kernel = ConvolutionKernel<Float>.gaussian(sigma: 3, x: 1)
        let before = WorkerPool.shared.threadCount
        defer { WorkerPool.shared.threadCount = before }
        let results = try [1, 2, 3].map { threadCount in
            WorkerPool.shared.threadCount = threadCount
            let convolution = try Convolution(kernel, on: f.grid, boundary: .replicate, method: method)
            return convolution(f).values.map(\.bitPattern) + convolution.adjoint(f).values.map(\.bitPattern)
        }
        #expect(results[0] == results[1] && results[0] == results[2])
    }
}
