import Foundation
import GaussianKernels
import KernelFitting

/// The JSON that `ccnn fit --format json` prints.
///
/// What is computed from the taps is null where it is not finite: where taps are so large that their squares leave the range of doubles.
struct FitDocument: Encodable {
    /// A number that is null where it is not finite, as JSON has no word for such numbers.
    @propertyWrapper struct FiniteOrNull: Encodable {
        var wrappedValue: Double

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            if wrappedValue.isFinite { try container.encode(wrappedValue) } else { try container.encodeNil() }
        }
    }

    struct Coefficient: Encodable {
        let dx: Int
        let dy: Int
        /// The σ of its jet relative to the σ found.
        let scaleRatio: Double
        @FiniteOrNull var median: Double
        @FiniteOrNull var standardError: Double
    }

    struct Order: Encodable {
        let order: Int
        let functions: Int
        let rank: Int
        let sigma: Double
        @FiniteOrNull var explainedEnergy: Double
        let chanceEnergy: Double
        let noiseEnergy: Double
        let noiseStandardError: Double
        /// Bayes' information criterion and the explained energy of held-out taps, where an order was to be chosen and they are finite.
        let informationCriterion: Double?
        let heldOutEnergy: Double?
    }

    /// Medians over the kernels of what a fit finds beside σ, and of its standard errors.
    struct Shape: Encodable {
        let centerX: Double
        let centerY: Double
        /// The median distance of the centre from the middle.
        let centerDistance: Double
        /// The median ratio of the two standard deviations.
        let aspect: Double
        @FiniteOrNull var constant: Double
        @FiniteOrNull var sigmaStandardError: Double
        @FiniteOrNull var centerStandardError: Double
    }

    struct Layer: Encodable {
        /// The file that it is in, where there are several.
        let file: String?
        let name: String
        /// The order of its axes in the file.
        let axes: String
        let kernelHeight: Int
        let kernelWidth: Int
        let kernelCount: Int
        let outputs: Int
        let inputs: Int
        let order: Int
        let functions: Int
        let rank: Int
        /// Of the kernel with the fewest; with a ridge not a whole number.
        let degreesOfFreedom: Double
        let sigma: Double
        /// How many kernels have a σ of each status.
        let sigmaStatus: [String: Int]
        @FiniteOrNull var explainedEnergy: Double
        let chanceEnergy: Double
        let noiseEnergy: Double
        let noiseStandardError: Double
        let noiseDraws: Int
        let conditionNumber: Double
        @FiniteOrNull var residualNorm: Double
        let zeroKernels: [String]
        let discretization: String
        let shape: Shape
        let coefficients: [Coefficient]
        let byOrder: [Order]
    }

    let file: String?
    /// The files, where there are several.
    let files: [String]?
    let sigmaMode: String
    let sigmaRange: [Double]
    let discretization: String
    let center: String
    let constant: Bool
    let sigmaModel: String
    let scaleRatios: [Double]
    let ridge: Double
    let dilation: Int
    let orderChoice: String
    let convention: String
    let layers: [Layer]
    let skipped: [KernelSource.Skipped]
    let seconds: FitSeconds

    /// How coefficients are to be read, in one line.
    static let convention =
        "k(-u) = sum a_ij sigma^(i+j) dx^i dy^j g(u; sigma), correlation, x right, y down, by i+j then falling i"

    init(_ request: FitRequest, _ source: KernelSource, _ fitted: [FittedLayer], seconds: FitSeconds) {
        file = source.hasSeveralInputs ? nil : source.inputs[0].url?.lastPathComponent
        files = source.hasSeveralInputs ? source.inputs.map(\.label) : nil
        sigmaMode = request.options.scale.name
        sigmaRange = [request.options.sigmaRange.lowerBound, request.options.sigmaRange.upperBound]
        discretization = request.choosesDiscretization ? "automatic" : request.options.discretization.rawValue
        center = request.options.center.rawValue
        constant = request.options.hasConstant
        sigmaModel = request.options.sigmaModel.rawValue
        scaleRatios = request.options.scaleRatios
        ridge = request.options.ridge
        dilation = request.options.dilation
        orderChoice = request.orderChoice.rawValue
        convention = Self.convention
        layers = zip(fitted, source.layers).map {
            Layer($0, $1, file: source.hasSeveralInputs ? source.inputs[$1.input].label : nil)
        }
        skipped = source.skipped
        self.seconds = seconds
    }

    /// The document as text, keys in alphabetical order, with a newline at its end.
    func text() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
    }
}

extension FitDocument.Layer {
    init(_ fitted: FittedLayer, _ source: KernelSource.Layer, file: String?) {
        let (fit, layer) = (fitted.fit, fitted.fit.layer)
        self.file = file
        axes = source.use.axes.rawValue
        let noise = fitted.byOrder[fit.options.order].noise
        name = source.nameInFile
        kernelHeight = layer.height
        kernelWidth = layer.width
        kernelCount = layer.count
        outputs = layer.outputs
        inputs = layer.inputs
        order = fit.options.order
        functions = fitted.byOrder[fit.options.order].functions
        rank = fit.rank
        degreesOfFreedom = fit.kernels.map(\.degreesOfFreedom).min() ?? 0
        sigma = fit.sigma
        sigmaStatus = Dictionary(grouping: fit.kernels, by: \.scaleStatus.rawValue).mapValues(\.count)
        explainedEnergy = fit.explainedEnergy
        chanceEnergy = fit.chanceEnergy
        noiseEnergy = noise.mean
        noiseStandardError = noise.standardError
        noiseDraws = noise.draws
        conditionNumber = fit.conditionNumber
        residualNorm = fit.residualEnergy.squareRoot()
        zeroKernels = fit.zeroKernels.map(layer.kernelName)
        discretization = fit.options.discretization.rawValue
        shape = FitDocument.Shape(fit)
        let functions = fit.options.scaleRatios.flatMap { ratio in fit.terms.map { (ratio, $0) } }
        coefficients = functions.enumerated().map { index, function in
            let median = fit.medianCoefficient(index)
            return FitDocument.Coefficient(
                dx: function.1.dx, dy: function.1.dy, scaleRatio: function.0, median: median.value,
                standardError: median.standardError)
        }
        func finite(_ value: Double?) -> Double? { value.flatMap { $0.isFinite ? $0 : nil } }
        byOrder = fitted.byOrder.map {
            let score = fitted.selection?.scores[$0.order]
            return FitDocument.Order(
                order: $0.order, functions: $0.functions, rank: $0.rank, sigma: $0.sigma,
                explainedEnergy: $0.explainedEnergy, chanceEnergy: $0.chanceEnergy, noiseEnergy: $0.noise.mean,
                noiseStandardError: $0.noise.standardError, informationCriterion: finite(score?.informationCriterion),
                heldOutEnergy: finite(score?.heldOutEnergy))
        }
    }
}

extension FitDocument.Shape {
    init(_ fit: LayerFit) {
        func median(_ value: (KernelFit) -> Double) -> Double { fit.kernels.map(value).median }
        centerX = median { $0.shape.center.x }
        centerY = median { $0.shape.center.y }
        centerDistance = median { ($0.shape.center * $0.shape.center).sum().squareRoot() }
        aspect = median { $0.shape.aspect }
        constant = median(\.constant)
        sigmaStandardError = median { $0.sigma * $0.shapeErrors[0] }
        centerStandardError = median { max($0.shapeErrors[1], $0.shapeErrors[2]) }
    }
}

extension ScaleMode {
    /// The word for it on the command line.
    var name: String {
        switch self {
        case .fixed(let sigma): "\(sigma)"
        case .shared: "shared"
        case .perKernel: "per-kernel"
        }
    }
}
