import Datasets
import Foundation
import NeuralNetworks
import Reports
import TrainedNetworks
import Training

/// `ccnn models`: the networks by name, or the layers of one.
public enum ModelsTable {
    /// What is printed where nothing is asked for.
    public static let defaultFormat = FitRequest.Format.text.rawValue

    /// The networks, or the layers of the one called `network`, in a format.
    /// - Throws: `CommandFailure` with exit code 2 where there is no such network or format.
    public static func output(network: String?, format: String, style: TerminalStyle) throws(CommandFailure) -> String {
        let format: FitRequest.Format = try FitRequest.choice(format, of: "--format")
        switch (network, format) {
        case (nil, .text): return try all(style: style)
        case (nil, .json): return try json()
        case (let name?, .text): return try layers(of: name, style: style)
        case (let name?, .json): return try json(of: name)
        }
    }

    /// All networks, one a row.
    static func all(style: TerminalStyle) throws(CommandFailure) -> String {
        // Without their files the table is complete but for one column.
        let trained = (try? TrainedNetwork.all()) ?? []
        var rows: [[Table.Cell]] = []
        for network in StandardNetwork.all {
            let graph = try graph(of: network)
            let multiplications = graph.summary.reduce(0) { $0 + $1.multiplications }
            rows.append([
                "\(network.name)", "\(Format.count(graph.trainableCount))", "\(graph.receptiveField)",
                "\(Format.fixed(Double(multiplications) / 1e6, decimals: 1))",
                "\(trained.first { $0.name == network.name }.map { Format.percent($0.card.storedAccuracy) } ?? "")",
                "\(network.summary)",
            ])
        }
        return Table(
            columns: [
                .init("network"), .init("parameters", .right), .init("field", .right), .init("10⁶ mult.", .decimal),
                .init("trained", .decimal), .init("what it is"),
            ], rows: rows,
            footer: "Field: the pixels along an axis that a score depends on before the mean over space. "
                + "Multiplications: for one picture, sums over taps. "
                + "Trained: the test accuracy of the weights that come along (ccnn evaluate NAME)."
        ).text(in: style)
    }

    /// The layers of the network called `name`.
    /// - Throws: `CommandFailure` with exit code 2 where there is none.
    static func layers(of name: String, style: TerminalStyle) throws(CommandFailure) -> String {
        let network = try TrainRequest.network(named: name)
        let graph = try graph(of: network)
        let table = Table(
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
        guard let trained = try? TrainedNetwork.named(name) else { return table }
        return table + "\n" + provenance(trained.card)
    }

    /// All networks, as JSON.
    static func json() throws(CommandFailure) -> String {
        let trained = (try? TrainedNetwork.all()) ?? []
        var models: [Model] = []
        for network in StandardNetwork.all {
            let graph = try graph(of: network)
            models.append(
                Model(
                    name: network.name, summary: network.summary,
                    input: [graph.input.height, graph.input.width, graph.input.channels],
                    encoding: PictureEncoding(
                        height: graph.input.height, width: graph.input.width, channels: graph.input.channels,
                        layout: "NHWC"),
                    parameters: graph.trainableCount, receptiveField: graph.receptiveField,
                    multiplications: graph.summary.reduce(0) { $0 + $1.multiplications },
                    trainedAccuracy: trained.first { $0.name == network.name }?.card.storedAccuracy))
        }
        return try text(models)
    }

    /// The layers of the network called `name`, as JSON.
    /// - Throws: `CommandFailure` with exit code 2 where there is none.
    static func json(of name: String) throws(CommandFailure) -> String {
        try text(graph(of: TrainRequest.network(named: name)).records)
    }

    private struct Model: Encodable {
        let name: String
        let summary: String
        let input: [Int]
        let encoding: PictureEncoding
        let parameters: Int
        let receptiveField: Int
        let multiplications: Int
        let trainedAccuracy: Double?
    }

    private static func text(_ value: some Encodable) throws(CommandFailure) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        do { return String(decoding: try encoder.encode(value), as: UTF8.self) + "\n" } catch {
            throw CommandFailure(error)
        }
    }

    /// How the weights that come along were made, and how good they are.
    private static func provenance(_ card: NetworkCard) -> String {
        func percent(_ share: Double) -> String { Format.percent(share, decimals: 2) }
        var lines = [
            "Weights come along, trained on \(card.data) by", "  \(card.command)",
        ]
        let figure = "test accuracy, mean of the last \(TrainingHistory.primaryEpochs) epochs"
        if let accuracy = card.reestimatedAccuracy {
            lines.append("\(figure), with re-estimated normalisation statistics: \(percent(accuracy))")
            lines.append("the same with running averages: \(percent(card.accuracy))")
        } else {
            lines.append("\(figure), with running averages as normalisation statistics: \(percent(card.accuracy))")
        }
        lines.append(
            "as stored: \(percent(card.storedAccuracy)); before kernels were rounded to half precision: "
                + percent(card.accuracyBeforeRounding))
        return lines.joined(separator: "\n") + "\n"
    }

    private static func graph(of network: StandardNetwork) throws(CommandFailure) -> NetworkGraph {
        do { return try NetworkGraph(network.description()) } catch {
            throw CommandFailure("\(network.name): \(error)")
        }
    }
}
