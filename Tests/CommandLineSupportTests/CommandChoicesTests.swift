import CommandLineSupport
import Foundation
import TensorFiles
import TestSupport
import Testing

/// What shells offer is what commands accept.
@Suite struct CommandChoicesTests {
    @Test func fitAcceptsWhatIsOffered() throws {
        func check(_ words: [String], _ change: (inout FitRequest.Arguments, String) -> Void) throws {
            for word in words {
                var arguments = FitRequest.Arguments()
                change(&arguments, word)
                _ = try FitRequest(arguments)
            }
        }
        try check(CommandChoices.sigmas) { $0.sigma = $1 }
        try check(CommandChoices.discretizations) { $0.discretization = $1 }
        try check(CommandChoices.centers) { $0.center = $1 }
        try check(CommandChoices.sigmaModels) { $0.sigmaModel = $1 }
        try check(CommandChoices.orderChoices) { $0.chooseOrder = $1 }
        try check(CommandChoices.axes) { $0.axes = $1 }
        try check(CommandChoices.formats) { $0.format = $1 }
    }

    @Test func filterAcceptsWhatIsOffered() throws {
        func check(_ words: [String], _ change: (inout FilterRequest.Arguments, String) -> Void) throws {
            for word in words {
                var arguments = FilterRequest.Arguments()
                (arguments.picture, arguments.output, arguments.gaussian) = ("p.png", "q.png", 1)
                change(&arguments, word)
                _ = try FilterRequest(arguments)
            }
        }
        try check(CommandChoices.boundaries) { $0.boundary = $1 }
        try check(CommandChoices.extents) { $0.extent = $1 }
        try check(CommandChoices.discretizations) { $0.discretization = $1 }
        try check(CommandChoices.methods) { $0.method = $1 }
    }

    @Test func trainAcceptsWhatIsOffered() throws {
        func check(_ words: [String], _ change: (inout TrainRequest.Arguments, String) -> Void) throws {
            for word in words {
                var arguments = TrainRequest.Arguments()
                arguments.network = "dilated"
                change(&arguments, word)
                _ = try TrainRequest(arguments)
            }
        }
        try check(CommandChoices.datasets) { $0.data = $1 }
        try check(CommandChoices.optimizers) { $0.optimizer = $1 }
        try check(CommandChoices.schedules) { $0.schedule = $1 }
        try check(CommandChoices.twoTaps) { $0.twoTaps = $1 }
        try check(CommandChoices.pruneGrowths) { ($0.prune, $0.pruneGrowth) = (0.5, $1) }
        try check(CommandChoices.pruneUnits) { ($0.prune, $0.pruneUnit) = (0.5, $1) }
        try check(CommandChoices.pruneScopes) { ($0.prune, $0.pruneScope) = (0.5, $1) }
        for network in CommandChoices.networks where !CommandChoices.detectors.contains(network) {
            var arguments = TrainRequest.Arguments()
            arguments.network = network
            _ = try TrainRequest(arguments)
        }
    }

    @Test func validateAcceptsWhatIsOffered() throws {
        #expect(CommandChoices.claims.count == 26)
        var arguments = ValidateRequest.Arguments()
        arguments.claims = CommandChoices.claims
        for effort in CommandChoices.efforts {
            arguments.effort = effort
            _ = try ValidateRequest(arguments)
        }
    }

    @Test func checkpointsAndFoldersAreOfferedBesideNetworks() throws {
        let folder = try TemporaryFolder()
        _ = try folder.file("last.safetensors", holding: [])
        _ = try folder.file("last.txt", holding: [])
        try FileManager.default.createDirectory(at: folder.file("later"), withIntermediateDirectories: false)
        let found = CommandChoices.models(startingWith: folder.file("la").path)
        #expect(found.contains("dilated"))
        #expect(found.suffix(2) == [folder.file("last.safetensors").path, folder.file("later").path + "/"])
    }

    @Test func layersAreThoseOfTheFileOnTheLine() throws {
        let folder = try TemporaryFolder()
        let file = folder.file("m.safetensors")
        try SafetensorsFile.write(
            [
                StoredTensor(name: "conv.weight", shape: [1, 1, 3, 3], [Float](repeating: 1, count: 9)),
                StoredTensor(name: "conv.bias", shape: [1], [1] as [Float]),
            ], to: file)
        #expect(CommandChoices.layers(words: ["ccnn", "fit", file.path, "--layer", ""]) == ["conv.weight"])
        #expect(CommandChoices.layers(words: ["ccnn", "fit", "--layer"]).contains("sobel-3x3"))
    }
}
