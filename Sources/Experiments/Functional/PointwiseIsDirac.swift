import Convolution
import NeuralNetworks
import Randomness
import SampledSpaces
import Tensors

/// *pointwise-is-dirac*: a 1×1 convolution is convolution with a multiple of δ; a dense layer on a pooled vector is a 1×1 convolution.
public struct PointwiseIsDirac: Claim {
    /// What is claimed, what is done, and what decides.
    public let text = ClaimText(
        id: "pointwise-is-dirac", group: .functional,
        statement: """
            A 1×1 convolution is convolution with a multiple of Dirac's δ, and a fully connected layer on a pooled vector is a 1×1 convolution.
            """,
        source: "Zheng Ankun 2019, “Convolution as a functional”",
        method: """
            On functions: convolution with one tap c, by every method that takes it, against c·f. In networks: a 1×1 layer against a 3×3 layer that is zero but for \
            its middle taps; and a dense layer after the mean over space against the mean over space of a 1×1 layer with the same matrix.
            """,
        criteria: [
            "one tap c gives c·f: exactly by the sum over taps, up to 10⁻¹² by transforms",
            "a 1×1 layer and a 3×3 layer with middle taps alone differ by less than 10⁻⁵ of the result, in single precision",
            "dense after the mean and 1×1 before it differ by less than 10⁻⁵ of the result, in single precision",
        ])

    private let widened: @Sendable (Tensor) -> Tensor

    /// The claim, with 3×3 kernels made of 1×1 kernels by `widened`: zeros around them unless it is to be broken.
    public init(widened: @escaping @Sendable (Tensor) -> Tensor = Self.paddedWithZeros) {
        self.widened = widened
    }

    /// The 3×3 kernel `[3, 3, in, out]` with a 1×1 kernel in its middle.
    public static func paddedWithZeros(_ kernel: Tensor) -> Tensor {
        let (inputs, outputs) = (kernel.shape[2], kernel.shape[3])
        var result = Tensor([3, 3, inputs, outputs])
        for i in 0..<inputs { for o in 0..<outputs { result[1, 1, i, o] = kernel[0, 0, i, o] } }
        return result
    }

    /// Runs the experiment.
    /// - Throws: What compiling a network throws, and `ExperimentError.stopped` where somebody asked to stop.
    public func evidence(_ context: ExperimentContext) throws -> Evidence {
        var random = SeededGenerator(seed: context.seed)
        let trials = context.effort.choose(2, 8, 32)
        var (direct, spectral, wide, pooled) = (0.0, 0.0, 0.0, 0.0)
        for trial in 0..<trials {
            try context.progress(Double(trial) / Double(trials), "trial \(trial + 1)")
            let f = SampledFunction<Double>.randomBandLimited(
                on: Grid(width: 32, height: 32), cutoff: 6, using: &random)
            let c = random.normal()
            let tap = ConvolutionKernel(PlaneTaps(width: 1, height: 1, values: [c]))
            for method in [ConvolutionMethod.direct, .spectral, .tiled] {
                let error = try Convolution(tap, on: f.grid, boundary: .periodic, method: method)(f).distance(to: c * f)
                if method == .direct { direct = max(direct, error) } else { spectral = max(spectral, error) }
            }
            let networks = try networkDefects(&random)
            wide = max(wide, networks.wide)
            pooled = max(pooled, networks.pooled)
        }
        var evidence = Evidence(
            [
                (
                    Outcome(direct == 0 && spectral < 1e-12),
                    "\(words(direct)) by the sum, \(words(spectral)) by transforms"
                ),
                (Outcome(wide < 1e-5), "the largest difference is \(words(wide))"),
                (Outcome(pooled < 1e-5), "the largest difference is \(words(pooled))"),
            ],
            summary: """
                One tap is a multiple of δ, exactly; in networks the two ways to a 1×1 layer differ by \(words(wide)) and the two ways to a classifier by \
                \(words(pooled)), which is single precision's rounding.
                """)
        evidence.measured = [
            Quantity("one tap, by the sum", direct), Quantity("one tap, by transforms", spectral),
            Quantity("1×1 against 3×3", wide), Quantity("dense after, 1×1 before the mean", pooled),
        ]
        let names = ["one tap, sum", "one tap, transforms", "1×1 as 3×3", "dense as 1×1"]
        evidence.figures = [
            ClaimFigure(
                "How far the two ways differ", x: .init("", categories: names),
                y: .init("relative to the result", isLogarithmic: true),
                [
                    .init(
                        "", x: [0, 1, 2, 3], y: [direct, spectral, wide, pooled].map { max($0, 1e-18) }, isLine: false)
                ],
                caption: "Single precision rounds at 6·10⁻⁸, double precision at 10⁻¹⁶; zero is drawn at 10⁻¹⁸.")
        ]
        evidence.seeds = [context.seed]
        return evidence
    }

    private func networkDefects(_ random: inout SeededGenerator) throws -> (wide: Double, pooled: Double) {
        let (inputs, outputs) = (6, 10)
        let kernel = Tensor([1, 1, inputs, outputs], (0..<inputs * outputs).map { _ in Float(random.normal()) })
        let bias = Tensor([outputs], (0..<outputs).map { _ in Float(random.normal()) })
        let pictures = Tensor([2, 16, 16, inputs], (0..<2 * 256 * inputs).map { _ in Float(random.normal()) })
        func output(_ layers: [Layer], _ kernel: Tensor) throws -> Tensor {
            let graph = try NetworkGraph(
                NetworkDescription(name: "pointwise", height: 16, width: 16, channels: inputs, layers: layers))
            guard let weights = NetworkWeights(graph, tensors: [kernel, bias]) else {
                throw ExperimentError.missing("the widened kernel has the shape \(kernel.shape), wanted another")
            }
            let network = CompiledNetwork(graph, weights: weights, batch: 2, computesGradients: false)
            network.forward(pictures, isTraining: false)
            return network.output
        }
        func distance(_ a: Tensor, _ b: Tensor) -> Double {
            let (a, b) = (a.elements, b.elements)
            let largest = b.reduce(0) { max($0, abs($1)) }
            return Double(zip(a, b).reduce(0) { max($0, abs($1.0 - $1.1)) } / largest)
        }
        let pointwise = Layer.convolution(ConvolutionLayer(1, channels: outputs))
        let wide = distance(
            try output([.convolution(ConvolutionLayer(3, channels: outputs))], widened(kernel)),
            try output([pointwise], kernel))
        let pooled = distance(
            try output([.meanOverSpace, .dense(outputs: outputs)], kernel),
            try output([pointwise, .meanOverSpace], kernel))
        return (wide, pooled)
    }
}
