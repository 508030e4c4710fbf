import Convolution
import Randomness
import SampledSpaces
import Testing

/// Pictures at the edges of what numbers and pictures can be, through every method.
@Suite struct ExtremeValuesTests {
    enum Content: CaseIterable {
        /// Numbers below the smallest normal one.
        case denormal
        case huge
        case constant
        case impulse
        /// ±1 in turn: the highest frequency of a grid.
        case checkerboard

        func picture<Scalar: ConvolutionScalar>(on grid: Grid) -> SampledFunction<Scalar> {
            var generator = SeededGenerator(seed: 41)
            let least = Double(Scalar.leastNormalMagnitude)
            return SampledFunction(
                grid: grid,
                values: (0..<grid.count).map { place in
                    let (column, row) = (place % grid.width, place / grid.width)
                    switch self {
                    case .denormal: return Scalar(generator.normal() * least / 100)
                    case .huge: return Scalar(generator.normal()) * (Scalar.self == Double.self ? Scalar(1e300) : 1e30)
                    case .constant: return 3
                    case .impulse: return place == grid.count / 2 ? 1 : 0
                    case .checkerboard: return (row + column).isMultiple(of: 2) ? 1 : -1
                    }
                })
        }
    }

    @Test(arguments: ConvolutionMethod.allCases, Content.allCases)
    func singlePrecision(method: ConvolutionMethod, content: Content) throws { try check(Float.self, method, content) }

    @Test(arguments: ConvolutionMethod.allCases, Content.allCases)
    func doublePrecision(method: ConvolutionMethod, content: Content) throws { try check(Double.self, method, content) }

    /// Forty units of rounding as everywhere, what the recursion documents, and below the smallest normal number one unit of the least one for each
    /// tap and each factor of a transform; the recursion takes such numbers for zero.
    private func check<Scalar: ConvolutionScalar>(
        _: Scalar.Type, _ method: ConvolutionMethod, _ content: Content
    ) throws {
        let f: SampledFunction<Scalar> = content.picture(on: Grid(width: 70, height: 51))
        for order in [0, 1] {
            let kernel = ConvolutionKernel<Scalar>.gaussian(sigma: 2, x: order)
            let convolution = try Convolution(kernel, on: f.grid, boundary: .mirrorHalfSample, method: method)
            let expected = referenceConvolution(f, with: convolution)
            let size = kernel.l1Norm * f.maxNorm()
            let bound =
                40 * Double(Scalar.ulpOfOne) * size + convolution.approximationError * f.maxNorm()
                + 100 * 441 * Double(Scalar.leastNonzeroMagnitude)
                + (method == .recursive ? Double(Scalar.leastNormalMagnitude) : 0)
            let error = largestDifference(convolution(f).values, expected)
            #expect(error <= bound, "\(method) errs by \(error), at most \(bound) expected")
        }
    }
}
