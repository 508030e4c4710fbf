import NeuralNetworks
import Reports

/// `ccnn models`: the networks by name, or the layers of one.
public enum ModelsTable {
    /// All networks, one a row.
    public static func all(style: TerminalStyle) throws(CommandFailure) -> String {
        var rows: [[Table.Cell]] = []
        for network in StandardNetwork.all {
            let graph = try graph(of: network)
            let multiplications = graph.summary.reduce(0) { $0 + $1.multiplications }
            rows.append([
                "\(network.name)", "\(Format.count(graph.trainableCount))", "\(graph.receptiveField)",
                "\(Format.fixed(Double(multiplications) / 1e6, decimals: 1))", "\(network.summary)",
            ])
        }
        return Table(
            columns: [
                .init("network"), .init("parameters", .right), .init("field", .right), .init("10⁶ mult.", .decimal),
                .init("what it is"),
            ], rows: rows,
            footer: "Field: the pixels along an axis that a score depends on before the mean over space. "
                + "Multiplications: for one picture, sums over taps."
        ).text(in: style)
    }

    /// The layers of the network called `name`.
    /// - Throws: `CommandFailure` with exit code 2 where there is none.
    public static func layers(of name: String, style: TerminalStyle) throws(CommandFailure) -> String {
        let network = try TrainRequest.network(named: name)
        let graph = try graph(of: network)
        return Table(
            "\(network.name): \(network.summary), \(Format.count(graph.trainableCount)) parameters",
            columns: [
                .init("layer"), .init("what it computes"), .init("output", .right), .init("parameters", .right),
                .init("field", .right), .init("multiplications", .right),
            ],
            rows: graph.summary.map { layer in
                [
                    "\(layer.name)", "\(layer.kind)", "\(layer.output)", "\(Format.count(layer.trainable))",
                    "\(layer.receptiveField)", "\(Format.count(layer.multiplications))",
                ]
            }
        ).text(in: style)
    }

    private static func graph(of network: StandardNetwork) throws(CommandFailure) -> NetworkGraph {
        do { return try NetworkGraph(network.description()) } catch {
            throw CommandFailure("\(network.name): \(error)")
        }
    }
}
