import CommandLineSupport
import TestSupport
import Testing

@Suite struct ReceptiveFieldRunTests {
    private func run(_ model: String, pictures: Int = 1) throws -> String {
        try ReceptiveFieldRun(
            model: model, dataFolder: nil, report: nil, pictures: pictures, style: .plain, version: "test"
        ).run()
    }

    /// One network for each kind of pictures: with a class, with a class for each pixel, and with objects.
    @Test(arguments: [("dilated", "31.00"), ("encoder-decoder", "29.00"), ("detector-one-branch", "67.00")])
    func fieldsAreMeasuredWithoutFiles(model: String, field: String) throws {
        let text = try run(model)
        let line = try #require(text.split(separator: "\n").first { $0.contains("theoretical field") })
        #expect(line.split(separator: " ").suffix(2) == [Substring(field), Substring(field)])
    }

    /// The generated set has 200 pictures to test with.
    @Test(arguments: [(1, "1 picture"), (9, "9 pictures"), (1_000, "200 pictures")])
    func theNumberOfPicturesIsTheTrueOne(asked: Int, told: String) throws {
        let words = try run("encoder-decoder", pictures: asked).split(whereSeparator: \.isWhitespace)
        #expect(words.joined(separator: " ").contains("Weights before training, seed 1; gradients of \(told). The"))
    }

    @Test func aCheckpointIsMeasuredOnThePicturesThatItLearned() throws {
        let folder = try TemporaryFolder()
        var arguments = TrainRequest.Arguments()
        (arguments.network, arguments.out) = ("encoder-decoder", folder.file("run").path)
        (arguments.epochs, arguments.stepsPerEpoch, arguments.batch) = (1, 1, 2)
        _ = try TrainRun(TrainRequest(arguments), style: .plain).run()
        let text = try run(folder.file("run/last.safetensors").path)
        #expect(text.hasPrefix("Receptive field of encoder-decoder\n") && text.contains("29.00"))
    }
}
