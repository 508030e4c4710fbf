import ContinuousCNN
import Foundation
import Measurement
import NotebookSupport
import Reports

let arguments = NotebookArguments.parseOrExit()
let notebook = Notebook("05-large-kernels", "Large kernels by Fourier transforms", arguments)
notebook.say(
    """
    A k × k kernel costs k² multiplications for every output that is computed tap by tap, so nobody uses large ones. In the spectrum a convolution is one multiplication a frequency, \
    whatever the kernel's size: F(f ⋆ k) = F(f)·conj(F(k)). This notebook counts both, checks that they give the same numbers, and times them here.
    """)

/// A layer of networks: a batch of square pictures, 32 channels in and out, "same" padding.
func shape(kernel: Int, dilation: Int = 1, batch: Int, channels: Int = 32) throws -> ConvolutionShape {
    let axis = try ConvolutionAxis(input: 32, kernel: kernel, dilation: dilation)
    return try ConvolutionShape(
        batch: batch, vertical: axis, horizontal: axis, inputChannels: channels, outputChannels: channels)
}

/// A tensor of independent normal numbers.
func normal(_ shape: TensorShape, seed: UInt64) -> Tensor {
    var generator = SeededGenerator(seed: seed)
    return Tensor(shape, (0..<shape.count).map { _ in Float(generator.normal()) })
}

// MARK: - Counting

notebook.section("Counting")
let kernels = [3, 5, 7, 9, 11, 13, 15, 17, 21, 25, 31]
/// The period that a "same" convolution of 32 samples needs: what wraps around falls on outputs that nobody keeps.
func period(_ kernel: Int) -> Int {
    let reach = kernel / 2
    return TransformSize.good(
        atLeast: TransformSize.minimalPeriod(
            inputCount: 32, reachBefore: reach, reachAfter: reach, outputs: 0..<32))
}
notebook.say(
    """
    For a picture of 32 × 32 with C channels in and out, taps need k²·C multiplications for each value. A Fourier transform of period N needs about 5·N²·log₂N real operations a channel, \
    once for the input and once for the output, and the product 4·C multiplications for each of N²/2 frequencies. The product alone is (N²/2·4)/(32²) ≈ 2·(N/32)² multiplications for each value and \
    channel, against k²: at C = 32 or more the transforms are the smaller part.
    """)
notebook.show(
    Table(
        columns: [
            .init("kernel"), .init("period N", .right), .init("multiplications by taps", .right),
            .init("in the spectrum", .decimal), .init("ratio", .decimal),
        ],
        rows: kernels.map { kernel in
            let (taps, n) = (Double(kernel * kernel), period(kernel))
            let spectral = 2 * Double(n * n) / 1024
            return [
                .init("\(kernel)×\(kernel)"), .init("\(n)"), .init("\(kernel * kernel)"),
                .init(Format.fixed(spectral, decimals: 2)), .init(Format.fixed(taps / spectral, decimals: 1)),
            ]
        },
        footer: "Multiplications for each value and pair of channels, the products alone."))

// MARK: - The same numbers

notebook.section("The same numbers")
let check = try shape(kernel: 13, batch: 2)
let input = normal(check.input, seed: 1)
let kernel = normal(check.kernel, seed: 2)
let results = [ConvolutionAlgorithm.direct, .fourier].map { algorithm in
    var output = Tensor(check.output)
    ConvolutionPlan(check, .forward, algorithm: algorithm).forward(
        input: input, kernel: kernel, into: &output, using: WorkSpace())
    return output.elements
}
let difference = zip(results[0], results[1]).reduce(0) { $0 + pow(Double($1.0 - $1.1), 2) }.squareRoot()
let size = results[0].reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
notebook.say(
    """
    In single precision the two results for a 13 × 13 kernel differ by \(Format.significant(difference / size, digits: 2)) of their norm: two or three units of the last place. \
    Both are approximations of the exact result, and a sum of \(13 * 13 * 32) products has rounding errors of its own.
    """)

// MARK: - The time

notebook.section("The time it takes here")
let batch = arguments.quick ? 2 : 16
let measured = arguments.quick ? [3, 9] : kernels
let repeats = arguments.quick ? 3 : 15
/// The median time of every algorithm that takes the shape, in milliseconds.
func times(_ shape: ConvolutionShape) -> [ConvolutionAlgorithm: Double] {
    let (input, kernel) = (normal(shape.input, seed: 3), normal(shape.kernel, seed: 4))
    var output = Tensor(shape.output)
    let plans = ConvolutionAlgorithm.allCases.filter { $0.supports(shape) }
        .map { ConvolutionPlan(shape, .forward, algorithm: $0) }
    let workSpace = WorkSpace()
    let timings = Timing.interleaved(plans.count, repeats: repeats) { index in
        plans[index].forward(input: input, kernel: kernel, into: &output, using: workSpace)
    }
    return Dictionary(uniqueKeysWithValues: zip(plans.map(\.algorithm), timings.map(\.median)))
}
let bySize = try measured.map { times(try shape(kernel: $0, batch: batch)) }
func curve(_ algorithm: ConvolutionAlgorithm, _ name: String) -> Figure.Layer {
    let known = measured.indices.filter { bySize[$0][algorithm] != nil }
    return .line(
        .init(name, x: known.map { Double(measured[$0]) }, y: known.map { bySize[$0][algorithm] ?? 0 }))
}
notebook.say(
    """
    \(batch) pictures of 32 × 32 with 32 channels in and out, forward, on \(WorkerPool.shared.threadCount) threads of this machine (\(Machine.current.processor)), medians of \(repeats) \
    interleaved repeats:
    """)
notebook.show(
    (
        "crossover",
        Figure(
            "Time against the kernel's size", x: .init("kernel", unit: "taps along an axis"),
            y: .init("time", unit: "ms", scale: .logarithmic),
            [curve(.direct, "direct"), curve(.winograd4x4, "Winograd"), curve(.fourier, "Fourier")],
            caption: "Winograd's algorithm takes 3 × 3 only. The Fourier line rises with the period, not with the taps."
        )
    ))
let last = bySize[bySize.count - 1]
if let direct = last[.direct], let fourier = last[.fourier] {
    notebook.say(
        "At \(measured[measured.count - 1]) × \(measured[measured.count - 1]) the spectrum is \(strong: "\(Format.fixed(direct / fourier, decimals: 1)) times") as fast as the taps."
    )
}

// MARK: - Dilation

notebook.section("A dilated kernel needs no zeros")
let dilations = arguments.quick ? [1, 4] : [1, 2, 4, 8]
let byDilation = try dilations.map { times(try shape(kernel: 3, dilation: $0, batch: batch)) }
notebook.say(
    """
    The taps of a kernel dilated by d lie d samples apart, and its spectrum is the undilated one, read d times as fast: K_d[m] = K[d·m mod N]. Nothing is filled with zeros. For 3 × 3, Winograd's \
    algorithm goes the other way: the picture is d² interleaved pictures, each convolved densely.
    """)
let shown: [ConvolutionAlgorithm] = [.direct, .winograd4x4, .winograd2x2, .fourier]
/// One row of the table of dilations.
func row(_ dilation: Int, _ times: [ConvolutionAlgorithm: Double]) -> [Table.Cell] {
    let cells = shown.map { algorithm in
        Table.Cell(times[algorithm].map { Format.significant($0, digits: 3) } ?? Format.missing)
    }
    return [Table.Cell("\(dilation)")] + cells
}
notebook.show(
    Table(
        columns: [.init("dilation", .right)]
            + ["direct", "Winograd 4×4", "Winograd 2×2", "Fourier"].map { .init($0, .decimal) },
        rows: zip(dilations, byDilation).map(row), footer: "Times in ms; 3 × 3 taps, otherwise as above."))
notebook.say(
    "Which algorithm is best depends on the shape, the direction and the machine; \(code: "ConvolutionPlanner") chooses, by a model or by measuring. \(code: "ccnn benchmark layers") times any layer."
)
notebook.finish()
