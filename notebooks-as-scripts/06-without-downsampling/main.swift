import ContinuousCNN
import Foundation
import NotebookSupport
import Reports

let arguments = NotebookArguments.parseOrExit()
let notebook = Notebook("06-without-downsampling", "Dilation, receptive fields, and no downsampling", arguments)
notebook.say(
    """
    A network with strides sees far because its grid becomes coarse. A network with dilated kernels sees as far on the grid of the picture, with the same weights. What is the difference between \
    the two, and what does it cost?
    """)

// MARK: - Reach

notebook.section("How far a stack of layers sees")
let depths = Array(1...8)
notebook.say(
    """
    A layer with k taps, d samples apart, adds d·(k − 1) samples to the field of those before it. With dilations 1, 2, 4, … the field doubles with each layer, with kernels all of one size it \
    grows by the same number, and to reach as far with one undilated layer takes as many taps as the field is wide.
    """)
let doubling = depths.map { depth in 1 + (0..<depth).reduce(0) { $0 + 2 << $1 } }
let plain = depths.map { 1 + 2 * $0 }
notebook.show(
    (
        "fields",
        Figure(
            "Receptive field of stacks of 3-tap layers", x: .init("layers"),
            y: .init("field", unit: "samples", scale: .logarithmic),
            [
                .line(.init("dilations 1, 2, 4, …", x: depths.map(Double.init), y: doubling.map(Double.init))),
                .line(.init("no dilation", x: depths.map(Double.init), y: plain.map(Double.init))),
            ],
            caption:
                "Eight dilated layers of 3 taps see \(doubling[7]) samples, for which one dense layer needs \(doubling[7]) taps."
        )
    ))

// MARK: - Weights that matter

notebook.section("Seeing far is not seeing evenly")
/// The convolution of box kernels of three taps with the given dilations: how many paths lead from a sample to the output.
func paths(_ dilations: [Int]) -> [Double] {
    dilations.reduce([1.0]) { weights, dilation in
        var sum = [Double](repeating: 0, count: weights.count + 2 * dilation)
        for tap in 0...2 { for (place, weight) in weights.enumerated() { sum[place + tap * dilation] += weight } }
        return sum
    }
}
let stacks: [(name: String, dilations: [Int])] = [
    ("1-2-4-8", [1, 2, 4, 8]), ("1-1-2-4", [1, 1, 2, 4]), ("fifteen times 1", [Int](repeating: 1, count: 15)),
]
notebook.say(
    """
    Samples near the middle reach the output over more paths than those at the edge. With kernels of equal, positive taps the influence is the convolution of boxes, whose variance is the sum of \
    theirs, Σ d²(k² − 1)/12. Many layers make it narrow and Gaussian, however wide the field. Four dilated ones use the whole field, but unevenly: neighbouring samples reach the output over different numbers of paths, a comb \
    that only learned kernels can straighten.
    """)
notebook.show(
    (
        "influence",
        Figure(
            "Influence of a sample on the output", x: .init("distance from the middle", unit: "samples"),
            y: .init("share of all paths"),
            stacks.map { stack in
                let weights = paths(stack.dilations)
                let total = weights.reduce(0, +)
                return .line(
                    .init(
                        stack.name, x: weights.indices.map { Double($0 - weights.count / 2) },
                        y: weights.map { $0 / total }))
            }, caption: "Stacks of 3-tap layers with equal taps, along one axis.")
    ))
notebook.show(
    Table(
        columns: [
            .init("dilations"), .init("field", .right), .init("σ of the influence", .decimal),
            .init("√Σ d²·8/12", .decimal),
        ],
        rows: stacks.map { stack in
            let weights = paths(stack.dilations)
            let (total, middle) = (weights.reduce(0, +), Double(weights.count / 2))
            let variance = weights.indices.reduce(0) { $0 + weights[$1] * pow(Double($1) - middle, 2) } / total
            let expected = stack.dilations.reduce(0) { $0 + Double($1 * $1) * 8 / 12 }
            return [
                .init(stack.name), .init("\(weights.count)"), .init(Format.fixed(variance.squareRoot(), decimals: 4)),
                .init(Format.fixed(expected.squareRoot(), decimals: 4)),
            ]
        }))

// MARK: - Strides

notebook.section("A stride is a dilation that forgets")
notebook.say(
    """
    The strided network 1-2-2-2 and the dilated 1-1-2-4 have the same weights in the same places, \(Format.count(25_474)) of them. Given the same weights, the strided one computes the dilated one's \
    features at every eighth pixel, and nothing else. Here both get the same random weights and the same pictures, without the mean over space and the scores at the end:
    """)
/// The layers up to the features, without the classifier.
func features(_ name: String) throws -> NetworkGraph {
    guard var network = StandardNetwork.named(name)?.description() else { fatalError("\(name) is a standard network") }
    network.layers.removeLast(2)
    return try NetworkGraph(network)
}
let (strided, dilated) = (try features("strided"), try features("dilated-1-1-2-4"))
let weights = NetworkWeights(strided, seed: 1)
var generator = SeededGenerator(seed: 2)
let pictures = Tensor([4, 32, 32, 3], (0..<4 * 32 * 32 * 3).map { _ in Float(generator.uniform()) })
let outputs = [strided, dilated].map { graph in
    let network = CompiledNetwork(graph, weights: weights, batch: 4, computesGradients: false)
    network.forward(pictures, isTraining: false)
    return network.output
}
let step = 8
var largest = 0.0
var scale = 0.0
for (n, y, x) in (0..<4).flatMap({ n in (0..<4).flatMap { y in (0..<4).map { (n, y, $0) } } }) {
    for channel in 0..<48 {
        let coarse = Double(outputs[0][n, y, x, channel])
        let fine = Double(outputs[1][n, y * step + step - 1, x * step + step - 1, channel])
        largest = max(largest, abs(coarse - fine))
        scale = max(scale, abs(coarse))
    }
}
notebook.say(
    """
    The largest difference is \(Format.significant(largest / scale, digits: 2)) of the largest feature: \(strong: largest < 1e-4 * scale ? "rounding, and nothing else" : "more than rounding"). The strided network has \
    \(outputs[0].count / 4) features of a picture, the dilated one \(outputs[1].count / 4), \(outputs[1].count / outputs[0].count) times as many, of which the mean over space is taken. So this pair, and not 1-2-4-8 beside \
    1-2-2-2, tells what sampling loses: the fields are the same.
    """)

// MARK: - The price

notebook.section("The price")
let names = ["dilated", "dilated-1-1-2-4", "strided", "large-kernel", "cascade"]
notebook.show(
    Table(
        columns: [
            .init("network"), .init("parameters", .right), .init("field", .right),
            .init("10⁶ multiplications", .decimal), .init("values kept for the gradient", .right),
        ],
        rows: try names.compactMap { name in
            guard let network = StandardNetwork.named(name)?.description() else { return nil }
            let graph = try NetworkGraph(network)
            let products = graph.summary.reduce(0) { $0 + $1.multiplications }
            let values = graph.summary.reduce(0) { $0 + $1.output.count }
            return [
                .init(name), .init(Format.count(graph.trainableCount)), .init("\(graph.receptiveField)"),
                .init(Format.fixed(Double(products) / 1e6, decimals: 1)), .init(Format.count(values)),
            ]
        }, footer: "For one picture of 32 × 32; multiplications tap by tap."))
notebook.say(
    """
    Staying on the picture's grid costs a dozen times the multiplications of striding. That is where fast algorithms earn their keep: see \(link: "large kernels", to: "../05-large-kernels/index.html") for how, and \
    \(code: "ccnn validate downsampling-loses") for what the multiplications buy.
    """)
notebook.finish()
