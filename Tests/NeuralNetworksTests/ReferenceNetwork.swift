import Foundation
import GaussianKernels
import Tensors

@testable import NeuralNetworks

/// A network computed layer by layer from its definition, in double precision and training mode: what compiled networks are checked against.
struct ReferenceNetwork {
    struct Feature {
        var shape: FeatureShape
        var values: [Double]
    }

    let graph: NetworkGraph
    let batch: Int

    /// The scores of a batch; `weights` are given in the order of the graph's parameters.
    func scores(_ pictures: [Double], weights: [[Double]]) -> [Double] {
        var next = 0
        let input = Feature(shape: graph.input, values: pictures)
        return apply(graph.network.layers, to: input, weights, &next).values
    }

    /// The mean softmax cross-entropy.
    func loss(_ pictures: [Double], labels: [UInt8], weights: [[Double]]) -> Double {
        let scores = scores(pictures, weights: weights)
        let classes = graph.output.channels
        return labels.enumerated().reduce(0) { sum, row in
            let own = Array(scores[row.offset * classes..<(row.offset + 1) * classes])
            return sum + log(own.reduce(0) { $0 + exp($1) }) - own[Int(row.element)]
        } / Double(labels.count)
    }

    private func apply(_ layers: [Layer], to input: Feature, _ weights: [[Double]], _ next: inout Int) -> Feature {
        var feature = input
        func take() -> [Double] {
            next += 1
            return weights[next - 1]
        }
        for layer in layers {
            switch layer {
            case .convolution(let layer):
                let kernel = take()
                let bias = layer.hasBias ? take() : []
                let groups =
                    switch layer.grouping {
                    case .none: 1
                    case .groups(let count): count
                    case .depthwise: feature.shape.channels
                    }
                feature = convolve(
                    feature, kernel, layer.vertical, layer.horizontal, groups: groups, channels: layer.channels, bias)
            case .transposedConvolution(let layer):
                let kernel = take()
                feature = transpose(feature, kernel, layer, layer.hasBias ? take() : [])
            case .window(let window): feature = reduce(feature, window)
            case .gaussianJet(let layer):
                let coefficients = take()
                let sigma = layer.scale == .fixed ? layer.sigmas : take()
                let bias = layer.hasBias ? take() : []
                let kernel = jetKernel(layer, coefficients, sigma, inputs: feature.shape.channels)
                let axis = ConvolutionLayer.Axis(2 * layer.radius + 1, stride: layer.stride)
                feature = convolve(feature, kernel, axis, axis, channels: layer.channels, bias)
            case .normalization:
                feature = normalize(feature, take(), take())
                next += 2
            case .activation(let activation):
                feature.values = feature.values.map { x in
                    switch activation {
                    case .relu: max(x, 0)
                    case .softplus: log1p(exp(x))
                    case .gelu: 0.5 * x * (1 + erf(x / 2.0.squareRoot()))
                    }
                }
            case .meanOverSpace: feature = mean(feature)
            case .dense(let outputs):
                let kernel = take()
                feature = convolve(
                    feature, kernel, .init(feature.shape.height, padding: .valid),
                    .init(feature.shape.width, padding: .valid), channels: outputs, take())
            case .residual(let body, let shortcut):
                let first = apply(body, to: feature, weights, &next)
                let second = apply(shortcut, to: feature, weights, &next)
                feature = Feature(shape: first.shape, values: zip(first.values, second.values).map { $0 + $1 })
            case .branches(let branches):
                feature = concatenate(branches.map { apply($0, to: feature, weights, &next) })
            }
        }
        return feature
    }

    private func convolve(
        _ input: Feature, _ kernel: [Double], _ vertical: ConvolutionLayer.Axis, _ horizontal: ConvolutionLayer.Axis,
        groups: Int = 1, channels: Int, _ bias: [Double]
    ) -> Feature {
        func axis(_ n: Int, _ axis: ConvolutionLayer.Axis) -> (outputs: Int, before: Int) {
            let extent = axis.dilation * (axis.kernel - 1) + 1
            switch axis.padding {
            case .same:
                let outputs = (n + axis.stride - 1) / axis.stride
                return (outputs, max((outputs - 1) * axis.stride + extent - n, 0) / 2)
            case .valid: return ((n - extent) / axis.stride + 1, 0)
            case .explicit(let before, let after): return ((n + before + after - extent) / axis.stride + 1, before)
            }
        }
        let (shape, inputs) = (input.shape, input.shape.channels / groups)
        let (height, up) = axis(shape.height, vertical)
        let (width, left) = axis(shape.width, horizontal)
        var result = Feature(shape: FeatureShape(height: height, width: width, channels: channels), values: [])
        for n in 0..<batch {
            for y in 0..<height {
                for x in 0..<width {
                    for o in 0..<channels {
                        var sum = bias.isEmpty ? 0 : bias[o]
                        let first = o / (channels / groups) * inputs
                        for u in 0..<vertical.kernel {
                            let row = y * vertical.stride + u * vertical.dilation - up
                            guard (0..<shape.height).contains(row) else { continue }
                            for v in 0..<horizontal.kernel {
                                let column = x * horizontal.stride + v * horizontal.dilation - left
                                guard (0..<shape.width).contains(column) else { continue }
                                let pixel = ((n * shape.height + row) * shape.width + column) * shape.channels
                                let tap = (u * horizontal.kernel + v) * inputs
                                for i in 0..<inputs {
                                    sum += input.values[pixel + first + i] * kernel[(tap + i) * channels + o]
                                }
                            }
                        }
                        result.values.append(sum)
                    }
                }
            }
        }
        return result
    }

    /// Every input adds its kernel to the outputs: output[i·stride + u − before] += input[i]·kernel[u].
    private func transpose(
        _ input: Feature, _ kernel: [Double], _ layer: TransposedConvolutionLayer, _ bias: [Double]
    ) -> Feature {
        let (shape, channels) = (input.shape, layer.channels)
        let (height, width) = (shape.height * layer.stride, shape.width * layer.stride)
        let before = max(layer.kernel - layer.stride, 0) / 2
        let empty = bias.isEmpty ? [Double](repeating: 0, count: channels) : bias
        var values = (0..<batch * height * width).flatMap { _ in empty }
        for pixel in 0..<batch * shape.height * shape.width {
            let (n, place) = pixel.quotientAndRemainder(dividingBy: shape.height * shape.width)
            for tap in 0..<layer.kernel * layer.kernel {
                let y = place / shape.width * layer.stride + tap / layer.kernel - before
                let x = place % shape.width * layer.stride + tap % layer.kernel - before
                guard (0..<height).contains(y), (0..<width).contains(x) else { continue }
                for o in 0..<channels {
                    for i in 0..<shape.channels {
                        values[((n * height + y) * width + x) * channels + o] +=
                            input.values[pixel * shape.channels + i]
                            * kernel[(tap * channels + o) * shape.channels + i]
                    }
                }
            }
        }
        return Feature(shape: FeatureShape(height: height, width: width, channels: channels), values: values)
    }

    private func reduce(_ input: Feature, _ window: WindowLayer) -> Feature {
        let shape = input.shape
        func places(_ index: Int, _ n: Int) -> [Int] {
            let outputs = (n + window.stride - 1) / window.stride
            let before = max((outputs - 1) * window.stride + window.size - n, 0) / 2
            return (0..<window.size).map { index * window.stride + $0 - before }.filter { (0..<n).contains($0) }
        }
        let height = (shape.height + window.stride - 1) / window.stride
        let width = (shape.width + window.stride - 1) / window.stride
        var values: [Double] = []
        for n in 0..<batch {
            for y in 0..<height {
                for x in 0..<width {
                    for c in 0..<shape.channels {
                        let own = places(y, shape.height).flatMap { row in
                            places(x, shape.width).map {
                                input.values[((n * shape.height + row) * shape.width + $0) * shape.channels + c]
                            }
                        }.sorted()
                        switch window.kind {
                        case .maximum: values.append(own[own.count - 1])
                        case .average: values.append(own.reduce(0, +) / Double(own.count))
                        case .median: values.append((own[(own.count - 1) / 2] + own[own.count / 2]) / 2)
                        }
                    }
                }
            }
        }
        return Feature(shape: FeatureShape(height: height, width: width, channels: shape.channels), values: values)
    }

    /// k(u) = Σ a (−σ)ⁿ ∂ⁿg(u; σ), straight from the definition.
    private func jetKernel(
        _ layer: GaussianJetLayer, _ coefficients: [Double], _ sigma: [Double], inputs: Int
    ) -> [Double] {
        let (side, outputs) = (2 * layer.radius + 1, layer.channels)
        let terms = GaussianJet(order: layer.order).terms
        var kernel = [Double](repeating: 0, count: side * side * inputs * outputs)
        for o in 0..<outputs {
            let own = sigma.count == 1 ? sigma[0] : sigma[o]
            let derivatives = layer.discretization.derivatives(
                through: layer.order, sigma: own, first: -Double(layer.radius), count: side)
            for (place, term) in terms.enumerated() {
                let factor = pow(-own, Double(term.order))
                for y in 0..<side {
                    for x in 0..<side {
                        let value = factor * derivatives[term.dy][y] * derivatives[term.dx][x]
                        for i in 0..<inputs {
                            kernel[((y * side + x) * inputs + i) * outputs + o] +=
                                coefficients[(place * inputs + i) * outputs + o] * value
                        }
                    }
                }
            }
        }
        return kernel
    }

    private func normalize(_ input: Feature, _ scale: [Double], _ shift: [Double]) -> Feature {
        let channels = input.shape.channels
        var result = input
        for c in 0..<channels {
            let own = stride(from: c, to: input.values.count, by: channels).map { input.values[$0] }
            let mean = own.reduce(0, +) / Double(own.count)
            let variance = own.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(own.count)
            for (place, value) in own.enumerated() {
                result.values[place * channels + c] =
                    (value - mean) / (variance + 1e-3).squareRoot() * scale[c] + shift[c]
            }
        }
        return result
    }

    private func mean(_ input: Feature) -> Feature {
        let (pixels, channels) = (input.shape.height * input.shape.width, input.shape.channels)
        var values = [Double](repeating: 0, count: batch * channels)
        for (place, value) in input.values.enumerated() {
            values[place / (pixels * channels) * channels + place % channels] += value / Double(pixels)
        }
        return Feature(shape: FeatureShape(height: 1, width: 1, channels: channels), values: values)
    }

    private func concatenate(_ features: [Feature]) -> Feature {
        let (first, channels) = (features[0].shape, features.reduce(0) { $0 + $1.shape.channels })
        let values = (0..<batch * first.height * first.width).flatMap { pixel in
            features.flatMap { feature in
                let own = feature.shape.channels
                return feature.values[pixel * own..<(pixel + 1) * own]
            }
        }
        return Feature(
            shape: FeatureShape(height: first.height, width: first.width, channels: channels), values: values)
    }
}
