import Foundation
import Reports
import TensorFiles
import TestSupport
import Testing
import Training

@testable import CommandLineSupport

@Suite struct EvaluateRunTests {
    /// Eleven classes of a thousand pictures of 64×84, nearly all of it background.
    private let pixels: Evaluation = {
        var confusion = [Int](repeating: 4_321, count: 11 * 11)
        for digit in 0..<10 { confusion[digit * 11 + digit] = 30_000 }
        confusion[120] = 5_100_000
        return Evaluation(classes: 11, loss: 0.1, confusion: confusion)
    }()

    /// A network with one score for each picture has none for the pixels that a file says it was trained on.
    @Test func otherLabelsThanTheNetworkScoresAreRefused() throws {
        let folder = try TemporaryFolder()
        var arguments = TrainRequest.Arguments()
        (arguments.network, arguments.out) = ("dilated", folder.file("run").path)
        (arguments.epochs, arguments.stepsPerEpoch, arguments.batch) = (1, 1, 2)
        _ = try TrainRun(TrainRequest(arguments), style: .plain).run()
        let file = folder.file("run/last.safetensors")
        let archive = try TensorArchive(contentsOf: file)
        var metadata = archive.metadata
        metadata["subject"] = "dilated on scattered-shapes"
        try SafetensorsFile.write(try archive.tensors(), metadata: metadata, to: file)
        let failure = #expect(throws: CommandFailure.self) {
            try EvaluateRun(checkpoint: file.path, dataFolder: nil, style: .plain).run()
        }
        #expect(
            failure?.description.contains("a label for each pixel, but the network takes one for each picture") == true)
    }

    @Test func confusionOfPixelsFitsEightyColumns() {
        let text = EvaluateRun.confusion(pixels, .perPixel).text(in: .plain)
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 && !$0.contains("…") })
        // 30,000 of 30,000 + 10 · 4,321 labels of a digit; 5,100,000 of 5,143,210 of the background.
        #expect(text.contains("41.0") && text.contains("99.2"))
    }

    @Test func ofManyClassesTheMostConfusedAreNamed() {
        let evaluation = Evaluation(classes: 3, loss: 0.1, confusion: [7, 3, 0, 1, 9, 4, 0, 0, 5])
        let table = EvaluateRun.mostConfused(evaluation, ["ant", "bee", "cat"], count: 2)
        #expect(table.rows.map { $0.map(\.text) } == [["bee", "cat", "4", "14"], ["ant", "bee", "3", "10"]])
    }

    @Test func confusionOfPicturesCountsThem() {
        let evaluation = Evaluation(classes: 2, loss: 0.1, confusion: [7, 3, 1, 9])
        let rows = EvaluateRun.confusion(evaluation, .perPicture).rows.map { $0.map(\.text) }
        #expect(rows == [["0", "7", "3"], ["1", "1", "9"]])
    }
}
