import SampledSpaces
import TensorConvolution
import Tensors

/// The definition of a convolution and its gradients in double precision, term by term.
struct ReferenceConvolution {
    let shape: ConvolutionShape

    /// Calls `body` for every term of the sum: positions in input, kernel and output.
    private func forEachTerm(_ body: (_ input: Int, _ kernel: Int, _ output: Int) -> Void) {
        let (y, x) = (shape.vertical, shape.horizontal)
        let (inputs, outputs) = (shape.kernel[2], shape.outputChannels / shape.groups)
        for n in 0..<shape.batch {
            for oy in 0..<y.output {
                for u in 0..<y.kernel {
                    let row = oy * y.stride + u * y.dilation - y.paddingBefore
                    guard let iy = shape.boundary.source(of: row, count: y.input) else { continue }
                    for ox in 0..<x.output {
                        for v in 0..<x.kernel {
                            let column = ox * x.stride + v * x.dilation - x.paddingBefore
                            guard let ix = shape.boundary.source(of: column, count: x.input) else { continue }
                            let input = ((n * y.input + iy) * x.input + ix) * shape.inputChannels
                            let kernel = (u * x.kernel + v) * inputs * shape.outputChannels
                            let output = ((n * y.output + oy) * x.output + ox) * shape.outputChannels
                            for o in 0..<shape.outputChannels {
                                for i in 0..<inputs {
                                    body(
                                        input + o / outputs * inputs + i, kernel + i * shape.outputChannels + o,
                                        output + o)
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    func forward(_ input: Tensor, _ kernel: Tensor, _ bias: Tensor?) -> [Double] {
        var output = [Double](repeating: 0, count: shape.output.count)
        if let bias {
            for i in output.indices { output[i] = Double(bias[i % shape.outputChannels]) }
        }
        let (input, kernel) = (input.elements, kernel.elements)
        output.withUnsafeMutableBufferPointer { output in
            forEachTerm { i, k, o in output[o] += Double(input[i]) * Double(kernel[k]) }
        }
        return output
    }

    func inputGradient(_ outputGradient: Tensor, _ kernel: Tensor) -> [Double] {
        var gradient = [Double](repeating: 0, count: shape.input.count)
        let (outputGradient, kernel) = (outputGradient.elements, kernel.elements)
        gradient.withUnsafeMutableBufferPointer { gradient in
            forEachTerm { i, k, o in gradient[i] += Double(outputGradient[o]) * Double(kernel[k]) }
        }
        return gradient
    }

    func kernelGradient(_ input: Tensor, _ outputGradient: Tensor) -> [Double] {
        var gradient = [Double](repeating: 0, count: shape.kernel.count)
        let (outputGradient, input) = (outputGradient.elements, input.elements)
        gradient.withUnsafeMutableBufferPointer { gradient in
            forEachTerm { i, k, o in gradient[k] += Double(outputGradient[o]) * Double(input[i]) }
        }
        return gradient
    }
}

/// ‖a − b‖/‖b‖; where b vanishes, ‖a‖.
func relativeError(_ a: Tensor, _ b: [Double]) -> Double {
    var (difference, norm) = (0.0, 0.0)
    for (x, y) in zip(a.elements, b) {
        difference += (Double(x) - y) * (Double(x) - y)
        norm += y * y
    }
    return norm > 0 ? (difference / norm).squareRoot() : difference.squareRoot()
}
