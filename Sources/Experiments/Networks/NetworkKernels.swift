import KernelFitting
import NeuralNetworks
import Tensors

extension LearnedNetwork {
    /// The places of the tensors of convolution kernels larger than 1×1, in the order of the layers.
    public var kernelPlaces: [Int] {
        graph.parameters.indices.filter { graph.parameters[$0].role == .kernel && graph.parameters[$0].shape[0] > 1 }
    }

    /// The kernels of the tensor at `place`, `[height, width, inputs, outputs]`, as a layer of kernels.
    public func kernelLayer(at place: Int) -> KernelLayer {
        let shape = graph.parameters[place].shape
        let (height, width, inputs, outputs) = (shape[0], shape[1], shape[2], shape[3])
        let numbers = weights.tensors[place].elements
        var taps: [Double] = []
        taps.reserveCapacity(numbers.count)
        for o in 0..<outputs {
            for i in 0..<inputs {
                for tap in 0..<height * width { taps.append(Double(numbers[(tap * inputs + i) * outputs + o])) }
            }
        }
        return KernelLayer(
            name: "\(graph.network.name) \(graph.parameters[place].name)", outputs: outputs, inputs: inputs,
            height: height, width: width, taps: taps)
    }

    /// The layers of kernels larger than 1×1.
    public var kernelLayers: [KernelLayer] { kernelPlaces.map { kernelLayer(at: $0) } }

    /// Replaces the kernels at `place` by taps ordered `[output, input, row, column]`.
    public mutating func setTaps(_ taps: [Double], at place: Int) {
        let shape = graph.parameters[place].shape
        weights.tensors[place] = Tensor(shape, Self.tensorOrder(taps, shape))
    }

    private static func tensorOrder(_ taps: [Double], _ shape: TensorShape) -> [Float] {
        let (count, inputs, outputs) = (shape[0] * shape[1], shape[2], shape[3])
        var numbers = [Float](repeating: 0, count: taps.count)
        for o in 0..<outputs {
            for i in 0..<inputs {
                for tap in 0..<count {
                    numbers[(tap * inputs + i) * outputs + o] = Float(taps[(o * inputs + i) * count + tap])
                }
            }
        }
        return numbers
    }

    /// The same network with weights as they are before training, of the same seed.
    public var untrained: LearnedNetwork {
        LearnedNetwork(
            graph: graph, weights: NetworkWeights(graph, seed: settings.seed), settings: settings, history: .init(),
            dataset: dataset)
    }
}
