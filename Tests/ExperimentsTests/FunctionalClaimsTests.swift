import Convolution
import Experiments
import SampledSpaces
import Tensors
import Testing

/// Each claim with the library's ingredients, and with one that is broken.
@Suite struct FunctionalClaimsTests {
    @Test func translationEquivarianceFailsWhereEverySecondSampleIsKept() throws {
        let context = try ExperimentContext.forTests()
        #expect(try verdict(of: TranslationEquivariance(), context) == .holds)
        let strided = TranslationEquivariance { function, kernel, method in
            let result = try Convolution(kernel, on: function.grid, boundary: .periodic, method: method)(function)
            // A stride of two, each kept sample standing for its neighbour too.
            let values = result.values.indices.map { result.values[$0 - $0 % result.grid.width % 2] }
            return SampledFunction(grid: result.grid, values: values)
        }
        #expect(try verdict(of: strided, context) != .holds)
    }

    @Test func scaleCovarianceFailsWhereKernelsKeepTheirSize() throws {
        let context = try ExperimentContext.forTests()
        #expect(try verdict(of: ScaleCovariance(), context) == .holds)
        #expect(try verdict(of: ScaleCovariance { kernel, _ in kernel }, context) == .doesNotHold)
    }

    @Test func algebraFailsForASquare() throws {
        let context = try ExperimentContext.forTests()
        #expect(try verdict(of: ConvolutionAlgebra(), context) == .holds)
        let squared = ConvolutionAlgebra { function, kernel, boundary, extent in
            try Convolution(kernel, on: function.grid, boundary: boundary, extent: extent)(function.map { $0 * $0 })
        }
        #expect(try verdict(of: squared, context) == .doesNotHold)
    }

    @Test func activationBreaksNothingWhereItIsTheIdentity() throws {
        let context = try ExperimentContext.forTests()
        #expect(try verdict(of: ActivationBreaksScale(), context) == .holdsInPart)
        #expect(try verdict(of: ActivationBreaksScale(relu: { $0 }), context) == .doesNotHold)
    }

    @Test func pointwiseFailsWithATapBesideTheMiddle() throws {
        let context = try ExperimentContext.forTests()
        #expect(try verdict(of: PointwiseIsDirac(), context) == .holds)
        let shifted = PointwiseIsDirac { kernel in
            var wide = PointwiseIsDirac.paddedWithZeros(kernel)
            wide[1, 2, 0, 0] = 0.1
            return wide
        }
        #expect(try verdict(of: shifted, context) == .holdsInPart)
    }
}
