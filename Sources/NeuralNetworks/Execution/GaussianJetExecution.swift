import GaussianKernels
import Parallelism
import TensorConvolution
import Tensors

/// A convolution with kernels computed from coefficients of Gaussian derivatives.
///
/// The kernel is k(y, x) = Σ_t a_t X_{dx}(x) Y_{dy}(y) with X_n(x) = (−σ)ⁿ g⁽ⁿ⁾(x; σ), and Y alike. Because ∂g/∂σ = σ g″, for every
/// discretisation with its own derivatives, ∂k/∂σ = Σ_t a_t (n_t X_{dx} Y_{dy} + X_{dx+2} Y_{dy} + X_{dx} Y_{dy+2})/σ.
final class GaussianJetExecution: LayerExecution {
    /// Where the weights lie among the network's.
    struct Places {
        let coefficients: Int
        let sigma: Int?
    }

    /// A learned σ is not taken to be smaller than this, in pixels of the network's own grid.
    static let smallestSigma = 0.1

    private let plans: CorrelationPlans
    private let layer: GaussianJetLayer
    private let places: Places
    private let magnification: Double
    private let terms: [JetTerm]
    private let inputs: Int
    private let outputs: Int
    private let side: Int
    private var kernel: Tensor
    private var kernelGradient: Tensor
    /// The moments of one term of the kernel's gradient, for every pair of channels.
    private var moments: [Double]
    /// For each σ, X_n at every tap, n = 0, …, order + 2.
    private var axes: [[[Float]]] = []
    private var sigmas: [Double] = []

    init(
        _ plans: CorrelationPlans, _ layer: GaussianJetLayer, places: Places, shape: ConvolutionShape,
        magnification: Double
    ) {
        self.plans = plans
        self.layer = layer
        self.places = places
        self.magnification = magnification
        terms = GaussianJet(order: layer.order).terms
        inputs = shape.inputChannels
        outputs = shape.outputChannels
        side = shape.kernel[0]
        kernel = Tensor(shape.kernel)
        kernelGradient = Tensor(shape.kernel)
        moments = Array(repeating: 0, count: shape.inputChannels * shape.outputChannels)
    }

    var summedGradients: [Int] {
        [places.coefficients] + (places.sigma.map { [$0] } ?? []) + plans.biasWithGradient
    }

    func forward(_ state: PassState) {
        sampleAxes(state)
        kernel.fill(with: 0)
        let coefficients = state.weights.tensors[places.coefficients]
        coefficients.withPointer { a in
            kernel.withMutablePointer { k in
                forEachTap { y, x, tap in
                    for (place, term) in terms.enumerated() {
                        let from = a + place * inputs * outputs
                        let to = k + tap * inputs * outputs
                        if axes.count == 1 {
                            let value = axes[0][term.dx][x] * axes[0][term.dy][y]
                            for i in 0..<inputs * outputs { to[i] += value * from[i] }
                        } else {
                            for o in 0..<outputs {
                                let value = axes[o][term.dx][x] * axes[o][term.dy][y]
                                for i in 0..<inputs { to[i * outputs + o] += value * from[i * outputs + o] }
                            }
                        }
                    }
                }
            }
        }
        plans.forward(kernel: kernel, state)
    }

    func backward(_ state: PassState) {
        plans.backward(kernel: kernel, kernelGradient: &kernelGradient, state)
        for (place, term) in terms.enumerated() {
            sumMoments(term.dx, term.dy, into: &moments)
            state.gradients[places.coefficients].withMutablePointer { gradient in
                for i in 0..<inputs * outputs { gradient[place * inputs * outputs + i] = Float(moments[i]) }
            }
        }
        if let sigma = places.sigma { differentiateSigma(sigma, state) }
    }

    private func differentiateSigma(_ place: Int, _ state: PassState) {
        var gradient = [Double](repeating: 0, count: sigmas.count)
        var (own, inX, inY) = (moments, moments, moments)
        let coefficients = state.weights.tensors[places.coefficients]
        coefficients.withPointer { a in
            for (place, term) in terms.enumerated() {
                sumMoments(term.dx, term.dy, into: &own)
                sumMoments(term.dx + 2, term.dy, into: &inX)
                sumMoments(term.dx, term.dy + 2, into: &inY)
                for i in 0..<inputs * outputs {
                    let index = sigmas.count == 1 ? 0 : i % outputs
                    let slope = (Double(term.order) * own[i] + inX[i] + inY[i]) / sigmas[index]
                    gradient[index] += Double(a[place * inputs * outputs + i]) * slope
                }
            }
        }
        for (index, slope) in gradient.enumerated() {
            // The kernel's σ is in samples, the weight in pixels of the network's own grid.
            let isFloored = Double(state.weights.tensors[place][index]) < Self.smallestSigma
            state.gradients[place][index] = isFloored ? 0 : Float(slope * magnification)
        }
    }

    /// Σ over taps of X_{dx} Y_{dy} times the kernel's gradient, for every pair of channels.
    private func sumMoments(_ dx: Int, _ dy: Int, into sums: inout [Double]) {
        for i in sums.indices { sums[i] = 0 }
        kernelGradient.withPointer { k in
            forEachTap { y, x, tap in
                let from = k + tap * inputs * outputs
                if axes.count == 1 {
                    let value = axes[0][dx][x] * axes[0][dy][y]
                    for i in 0..<inputs * outputs { sums[i] += Double(value * from[i]) }
                } else {
                    for o in 0..<outputs {
                        let value = axes[o][dx][x] * axes[o][dy][y]
                        for i in 0..<inputs { sums[i * outputs + o] += Double(value * from[i * outputs + o]) }
                    }
                }
            }
        }
    }

    private func forEachTap(_ body: (_ y: Int, _ x: Int, _ tap: Int) -> Void) {
        for y in 0..<side { for x in 0..<side { body(y, x, y * side + x) } }
    }

    private func sampleAxes(_ state: PassState) {
        // A fixed σ stays what it was at the first pass.
        guard places.sigma != nil || axes.isEmpty else { return }
        let wanted =
            places.sigma.map { state.weights.tensors[$0].elements.map { max(Double($0), Self.smallestSigma) } }
            ?? layer.sigmas
        let scaled = wanted.map { $0 * magnification }
        guard scaled != sigmas else { return }
        sigmas = scaled
        axes = sigmas.map { sigma in
            let derivatives = layer.discretization.derivatives(
                through: layer.order + 2, sigma: sigma, first: -Double(side - 1) / 2, count: side)
            var factor = 1.0
            return derivatives.map { derivative in
                defer { factor *= -sigma }
                return derivative.map { Float(factor * $0) }
            }
        }
    }
}
