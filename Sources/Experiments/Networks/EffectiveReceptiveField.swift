import Datasets
import Foundation
import NeuralNetworks
import Randomness
import Tensors

/// How much a network's features at the middle of the picture depend on each pixel: the mean square of the gradient.
///
/// For random signs r over the channels of the middle pixel, |∂(r·features)/∂pixel|² is averaged over pictures and draws, which is the sum over
/// channels of squared derivatives. Normalisations are those of evaluation. Source: Luo et al., "Understanding the effective receptive field in deep convolutional
/// neural networks", NeurIPS 2016, arXiv:1701.04128.
public struct EffectiveReceptiveField: Sendable, Hashable, Codable {
    /// Columns of the picture.
    public let width: Int
    /// Rows of the picture.
    public let height: Int
    /// The share of each pixel, row by row; they add up to 1.
    public let energy: [Double]
    /// The pixels along an axis that a feature can depend on.
    public let theoretical: Int
    /// The standard deviation, in pixels along an axis, that random kernels of the same layers have on average; nil for networks that branch.
    public let predictedSpread: Double?

    /// Measures the field of `network` on the first `count` of `pictures`, or on all where they are fewer.
    ///
    /// - Throws: `ExperimentError` where a normalisation does not follow a convolution, a transposed one or a jet.
    public init(of network: LearnedNetwork, on pictures: LabelledPictures, count: Int, seed: UInt64 = 1) throws {
        let features = try network.featuresWithoutNormalization()
        let graph = features.graph
        let batchSize = 8
        let count = min(max(count, 1), pictures.count)
        let compiled = CompiledNetwork(
            graph, weights: features.weights, batch: batchSize, computesGradients: true, computesPictureGradient: true)
        var batch = Batch(of: pictures, count: batchSize)
        var random = SeededGenerator(seed: seed)
        let (outWidth, outHeight, channels) = (graph.output.width, graph.output.height, graph.output.channels)
        var sums = [Double](repeating: 0, count: graph.input.width * graph.input.height)
        for first in stride(from: 0, to: count, by: batchSize) {
            pictures.fill(&batch, from: first)
            compiled.forward(batch.pictures, isTraining: true)
            compiled.backward { _, gradient in
                gradient.fill(with: 0)
                gradient.withUnsafeMutableBufferPointer { g in
                    // The last batch is filled up with pictures that do not count.
                    for picture in 0..<min(batchSize, count - first) {
                        let pixel = (picture * outHeight + outHeight / 2) * outWidth + outWidth / 2
                        for channel in 0..<channels { g[pixel * channels + channel] = random.uniform() < 0.5 ? -1 : 1 }
                    }
                }
            }
            guard let gradient = compiled.pictureGradient else {
                preconditionFailure("the gradient of the pictures was asked for")
            }
            let inputs = graph.input.channels
            gradient.withUnsafeBufferPointer { g in
                for index in g.indices {
                    sums[index / inputs % sums.count] += Double(g[index]) * Double(g[index])
                }
            }
        }
        let total = sums.reduce(0, +)
        width = graph.input.width
        height = graph.input.height
        energy = total > 0 ? sums.map { $0 / total } : sums
        theoretical = network.graph.receptiveField
        predictedSpread = Self.predictedVariance(of: network.featureLayers).map { $0.squareRoot() }
    }

    /// Σ (k² − 1)/12 · (dilation · step)²: the variance of energy that kernels of independent taps spread evenly, layer after layer.
    private static func predictedVariance(of layers: [Layer]) -> Double? {
        var (variance, step) = (0.0, 1.0)
        for layer in layers {
            switch layer {
            case .convolution(let convolution):
                // Where axes differ, so do the spreads along them.
                guard convolution.vertical == convolution.horizontal else { return nil }
                let axis = convolution.vertical
                let k = Double(axis.kernel)
                variance += (k * k - 1) / 12 * pow(Double(axis.dilation) * step, 2)
                step *= Double(axis.stride)
            case .window(let window):
                variance += (Double(window.size * window.size) - 1) / 12 * step * step
                step *= Double(window.stride)
            case .gaussianJet(let jet):
                // The energy of a Gaussian has half its variance; derivatives have up to three times that.
                let squares = jet.sigmas.map { $0 * $0 }
                variance += squares.reduce(0, +) / Double(squares.count) * step * step
                step *= Double(jet.stride)
            case .residual, .branches, .transposedConvolution: return nil
            case .activation, .normalization, .meanOverSpace, .dense: continue
            }
        }
        return variance
    }

    /// The mean place of the energy.
    public var centre: (x: Double, y: Double) {
        var (x, y) = (0.0, 0.0)
        for (index, share) in energy.enumerated() {
            x += share * Double(index % width)
            y += share * Double(index / width)
        }
        return (x, y)
    }

    /// The standard deviations of the energy along its principal axes, the larger first, in pixels.
    public var principalSpreads: (along: Double, across: Double) {
        let centre = centre
        var (xx, xy, yy) = (0.0, 0.0, 0.0)
        for (index, share) in energy.enumerated() {
            let (dx, dy) = (Double(index % width) - centre.x, Double(index / width) - centre.y)
            xx += share * dx * dx
            xy += share * dx * dy
            yy += share * dy * dy
        }
        let middle = (xx + yy) / 2
        let radius = (((xx - yy) / 2) * ((xx - yy) / 2) + xy * xy).squareRoot()
        return (max(0, middle + radius).squareRoot(), max(0, middle - radius).squareRoot())
    }

    /// The root of the mean of the two variances, in pixels along an axis.
    public var spread: Double {
        let (along, across) = principalSpreads
        return ((along * along + across * across) / 2).squareRoot()
    }

    /// The energy of each column.
    public var profile: [Double] {
        (0..<width).map { column in (0..<height).reduce(0) { $0 + energy[$1 * width + column] } }
    }

    /// The profile of a Gaussian of the same centre and standard deviation along x.
    public var gaussianProfile: [Double] {
        let (profile, centre) = (profile, centre.x)
        let variance = profile.enumerated().reduce(0) { $0 + $1.element * pow(Double($1.offset) - centre, 2) }
        let values = (0..<width).map { exp(-pow(Double($0) - centre, 2) / (2 * max(variance, 1e-9))) }
        let total = values.reduce(0, +)
        return values.map { $0 / max(total, 1e-300) }
    }

    /// ½Σ|profile − Gaussian|: 0 for a Gaussian, 1 for what has nothing in common with it.
    public var distanceFromGaussian: Double {
        zip(profile, gaussianProfile).reduce(0) { $0 + abs($1.0 - $1.1) } / 2
    }
}
