import Foundation
import GaussianKernels
import KernelFitting

/// A layer with all that `ccnn fit` finds out about it.
public struct FittedLayer: Sendable {
    /// The fit at the order asked for.
    public let fit: LayerFit
    /// What each order up to that one explains, beside chance and noise.
    public let byOrder: [OrderSummary]
    /// How well each order describes the layer, where one was to be chosen.
    public let selection: OrderSelection?
}

/// The time the parts of a fit took, in seconds.
public struct FitSeconds: Sendable, Hashable, Encodable {
    /// The fits at the order asked for, or at every order where one was to be chosen, with their search for σ.
    public internal(set) var fit = 0.0
    /// The searches for σ at every order.
    public internal(set) var byOrder = 0.0
    /// The noise layers.
    public internal(set) var noise = 0.0
}

/// Fits layers one after the other and remembers the noise of each shape, which layers of equal shape share.
struct LayerFitter {
    private struct NoiseKey: Hashable {
        let discretization: Discretization
        let count: Int
        let height: Int
        let width: Int
    }

    let options: FitOptions
    let choosesDiscretization: Bool
    let orderChoice: FitRequest.OrderChoice
    private(set) var seconds = FitSeconds()
    private var noiseOfShape: [NoiseKey: [NoiseEnergy]] = [:]

    init(_ request: FitRequest) {
        options = request.options
        choosesDiscretization = request.choosesDiscretization
        orderChoice = request.orderChoice
    }

    mutating func fit(_ layer: KernelLayer) throws -> FittedLayer {
        let clock = ContinuousClock()
        let start = clock.now
        var fit =
            try choosesDiscretization
            ? LayerFit.choosingDiscretization(layer, options: options) : LayerFit(layer, options: options)
        // The tables go up to the order asked for, whichever is chosen.
        let options = fit.options
        var selection: OrderSelection?
        if orderChoice != .given {
            let scores = try OrderSelection(layer, options: options)
            var chosen = options
            chosen.order = orderChoice == .criterion ? scores.byInformationCriterion : scores.byHeldOutTaps
            if chosen.order != options.order { fit = try LayerFit(layer, options: chosen) }
            selection = scores
        }
        let fitted = clock.now
        let key = NoiseKey(
            discretization: options.discretization, count: layer.count, height: layer.height, width: layer.width)
        let noise = try noiseOfShape[key] ?? NoiseEnergy.ofEveryOrder(like: layer, options: options)
        noiseOfShape[key] = noise
        let drawn = clock.now
        let byOrder = try OrderSummary.sweep(layer, options: options, noise: noise)
        seconds.fit += (fitted - start).inSeconds
        seconds.noise += (drawn - fitted).inSeconds
        seconds.byOrder += (clock.now - drawn).inSeconds
        return FittedLayer(fit: fit, byOrder: byOrder, selection: selection)
    }
}

extension Duration {
    fileprivate var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
