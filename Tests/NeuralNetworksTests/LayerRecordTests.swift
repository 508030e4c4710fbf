import Foundation
import NeuralNetworks
import Testing

@Suite struct LayerRecordTests {
    /// Each layer reads what layers before it wrote, and every tensor belongs to one layer.
    @Test(arguments: StandardNetwork.all.map(\.name))
    func recordsDescribeTheWholeNetwork(name: String) throws {
        let graph = try NetworkGraph(#require(StandardNetwork.named(name)).description())
        let records = graph.records
        var written: Set<String> = ["input"]
        for record in records {
            #expect(!record.inputs.isEmpty && record.inputs.allSatisfy(written.contains), "\(record.name)")
            #expect(written.insert(record.name).inserted, "\(record.name) is there twice")
        }
        #expect(records.flatMap(\.tensors) == graph.parameters.map(\.name))
        #expect(records.last?.output == [graph.output.height, graph.output.width, graph.output.channels])
    }

    /// A stride of 2 on an even size pads (0, 1), as Keras does.
    @Test func paddingIsNamedSideBySide() throws {
        let graph = try NetworkGraph(
            NetworkDescription(
                name: "two", height: 8, width: 9, channels: 1,
                layers: .block(3, stride: 2, channels: 2) + .block(3, dilation: 2, channels: 4, grouping: .depthwise)))
        let convolutions = graph.records.filter { $0.operation == .convolution }
        #expect(convolutions.map(\.padding) == [[0, 1, 1, 1], [2, 2, 2, 2]])
        #expect(convolutions.map(\.groups) == [1, 2])
        #expect(convolutions.map(\.stride) == [[2, 2], [1, 1]])
        #expect(convolutions.map(\.dilation) == [[1, 1], [2, 2]])
    }

    @Test func recordsComeBackFromJSON() throws {
        let records = try NetworkGraph(#require(StandardNetwork.named("encoder-decoder")).description()).records
        let data = try JSONEncoder().encode(records)
        #expect(try JSONDecoder().decode([LayerRecord].self, from: data) == records)
        #expect(records.contains { $0.operation == .transposedConvolution })
    }
}
