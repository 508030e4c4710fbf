import Foundation
import Convolution
import Randomness
import SampledSpaces

/// *dilated-causal*: dilated causal stacks reach a field of 2ᵈ with d layers.
public struct DilatedCausal: Claim {
    /// What is claimed, what is done, and what decides.
    public let text = ClaimText(
        id: "dilated-causal", group: .networks,
        statement: """
            In one dimension, causal layers of two taps with dilations 1, 2, 4, … reach a field that doubles with each layer; plain ones need exponentially many taps.
            """,
        source: "Zheng Ankun 2019; van den Oord et al. 2016 (WaveNet), arXiv:1609.03499",
        method: """
            An impulse is sent through d causal convolutions of two random taps and the answer's extent is its receptive field; a second way is counting the samples that \
            an output depends on, through the adjoint. Compared are dilations 1, 2, 4, …, no dilation, and one plain layer of the same field, by taps and by \
            multiplications for an output.
            """,
        criteria: [
            "d dilated layers have a field of exactly 2ᵈ, measured forwards and through the adjoint, for d = 1 … 12",
            "none of it is idle: every offset in the field has a weight other than zero",
            "taps grow by 2 for a layer where the plain layer of that field doubles its taps: order 1 against 2 to within 1 %",
        ])

    private let dilation: @Sendable (Int) -> Int

    /// The claim about layers whose dilation is `dilation` of their number, counted from 0.
    public init(dilation: @escaping @Sendable (_ layer: Int) -> Int = { 1 << $0 }) {
        self.dilation = dilation
    }

    private struct Stack {
        let layers: Int
        let field: Int
        let adjointField: Int
        let weightsInField: Int
    }

    /// Runs the experiment.
    /// - Throws: What a convolution or a resampling throws, and `ExperimentError.stopped` where somebody asked to stop.
    public func evidence(_ context: ExperimentContext) throws -> Evidence {
        var stacks: [Stack] = []
        var plain: [Stack] = []
        for d in 1...12 {
            try context.progress(Double(d) / 12, "\(d) layers")
            stacks.append(try stack((0..<d).map(dilation), seed: context.seed))
            plain.append(try stack((0..<d).map { _ in 1 }, seed: context.seed))
        }
        let isExact = stacks.allSatisfy { $0.field == 1 << $0.layers && $0.adjointField == $0.field }
        let isDense = stacks.allSatisfy { $0.weightsInField == $0.field }
        let depth = stacks.map { Double($0.layers) }
        // How the taps of one layer of the same field grow: as this power of two for each layer.
        let growth = StraightLine(x: depth, y: stacks.map { log2(Double($0.field)) })
        let linear = StraightLine(x: depth, y: stacks.map { 2 * Double($0.layers) })
        let last = stacks[11]
        var evidence = Evidence(
            [
                (Outcome(isExact), "12 layers reach \(last.field) samples"),
                (Outcome(isDense), "\(last.weightsInField) of \(last.field) offsets have a weight"),
                (
                    Outcome(abs(growth.slope - 1) < 0.01 && linear.slope == 2),
                    "a plain layer's taps grow as 2^(\(words(growth.slope)) d), those of the stack by \(words(linear.slope)) for a layer"
                ),
            ],
            summary: """
                Twelve dilated layers of two taps reach \(last.field) samples with 24 taps; without dilation twelve layers reach \(plain[11].field), and one plain \
                layer of that field has \(last.field) taps.
                """)
        evidence.measured = [
            Quantity("field of 12 dilated layers", Double(last.field), unit: "samples"),
            Quantity("field of 12 plain layers", Double(plain[11].field), unit: "samples"),
            Quantity("taps of 12 dilated layers", 24),
            Quantity("taps of one plain layer of that field", Double(last.field)),
            Quantity("growth of that layer's taps for a layer of depth, as a power of two", growth.slope),
        ]
        evidence.figures = [
            ClaimFigure(
                "Receptive field by depth", x: .init("layers of two taps"),
                y: .init("field (samples)", isLogarithmic: true),
                [
                    .init("dilated", x: depth, y: stacks.map { Double($0.field) }),
                    .init("plain", x: depth, y: plain.map { Double($0.field) }),
                ]),
            ClaimFigure(
                "Taps for a field", x: .init("field (samples)", isLogarithmic: true),
                y: .init("taps", isLogarithmic: true),
                [
                    .init("dilated stack", x: stacks.map { Double($0.field) }, y: depth.map { 2 * $0 }),
                    .init(
                        "plain stack of two taps a layer", x: stacks.map { Double($0.field) },
                        y: stacks.map { 2 * Double($0.field - 1) }),
                    .init("one plain layer", x: stacks.map { Double($0.field) }, y: stacks.map { Double($0.field) }),
                ], caption: "Taps are also the multiplications for an output."),
        ]
        evidence.seeds = [context.seed]
        return evidence
    }

    /// The field of causal layers with two random taps at offsets 0 and `dilation`.
    private func stack(_ dilations: [Int], seed: UInt64) throws -> Stack {
        var random = SeededGenerator(seed: seed)
        let length = dilations.reduce(1, +) + 8
        let grid = Grid(width: length, height: 1)
        var impulse = SampledFunction<Double>(grid: grid, constant: 0)
        impulse[0, 0] = 1
        var wanted = SampledFunction<Double>(grid: grid, constant: 0)
        wanted[length - 1, 0] = 1
        let layers = try dilations.map { dilation in
            // Away from zero, so that no product of them vanishes.
            let taps = (0..<2).map { _ in (random.uniform() < 0.5 ? -1 : 1) * (0.6 + 0.8 * random.uniform()) }
            return try Convolution(
                ConvolutionKernel(x: Taps(taps, origin: 0), y: .identity), on: grid, dilation: dilation, method: .direct
            )
        }
        let response = layers.reduce(impulse) { $1($0) }.values
        let read = layers.reversed().reduce(wanted) { $1.adjoint($0) }.values
        func extent(_ values: [Double]) -> Int {
            guard let first = values.firstIndex(where: { $0 != 0 }), let last = values.lastIndex(where: { $0 != 0 })
            else { return 0 }
            return last - first + 1
        }
        return Stack(
            layers: dilations.count, field: extent(response), adjointField: extent(read),
            weightsInField: response.count { $0 != 0 })
    }
}
