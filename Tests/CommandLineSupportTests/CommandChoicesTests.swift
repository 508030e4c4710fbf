import CommandLineSupport
import Foundation
import TensorFiles
import TestSupport
import Testing

/// What shells offer is what commands accept.
@Suite struct CommandChoicesTests {
    /// Whether a request can be made of arguments in which one word is another.
    private struct Check<Arguments, Request> {
        let arguments: Arguments
        let request: (Arguments) throws -> Request

        init(_ arguments: Arguments, _ request: @escaping (Arguments) throws -> Request) {
            (self.arguments, self.request) = (arguments, request)
        }

        func accepts(_ words: [String], _ change: (inout Arguments, String) -> Void) throws {
            for word in words {
                var changed = arguments
                change(&changed, word)
                _ = try request(changed)
            }
        }
    }

    @Test func fitAcceptsWhatIsOffered() throws {
        let check = Check(FitRequest.Arguments()) { try FitRequest($0) }
        try check.accepts(CommandChoices.sigmas) { $0.sigma = $1 }
        try check.accepts(CommandChoices.discretizations) { $0.discretization = $1 }
        try check.accepts(CommandChoices.centers) { $0.center = $1 }
        try check.accepts(CommandChoices.sigmaModels) { $0.sigmaModel = $1 }
        try check.accepts(CommandChoices.orderChoices) { $0.chooseOrder = $1 }
        try check.accepts(CommandChoices.axes) {
            $0.file = "kernels.npy"
            $0.axes = $1
        }
        try check.accepts(CommandChoices.formats) { $0.format = $1 }
    }

    @Test func filterAcceptsWhatIsOffered() throws {
        var arguments = FilterRequest.Arguments()
        (arguments.picture, arguments.output, arguments.gaussian) = ("p.png", "q.png", 1)
        let check = Check(arguments) { try FilterRequest($0) }
        try check.accepts(CommandChoices.boundaries) { $0.boundary = $1 }
        try check.accepts(CommandChoices.extents) { $0.extent = $1 }
        try check.accepts(CommandChoices.discretizations) { $0.discretization = $1 }
        try check.accepts(CommandChoices.methods) { $0.method = $1 }
    }

    @Test func trainAcceptsWhatIsOffered() throws {
        var arguments = TrainRequest.Arguments()
        arguments.network = "dilated"
        let check = Check(arguments) { try TrainRequest($0) }
        try check.accepts(CommandChoices.datasets) { $0.data = $1 }
        try check.accepts(CommandChoices.optimizers) { $0.optimizer = $1 }
        try check.accepts(CommandChoices.schedules) { $0.schedule = $1 }
        try check.accepts(CommandChoices.twoTaps) { $0.twoTaps = $1 }
        try check.accepts(CommandChoices.pruneGrowths) { ($0.prune, $0.pruneGrowth) = (0.5, $1) }
        try check.accepts(CommandChoices.pruneUnits) { ($0.prune, $0.pruneUnit) = (0.5, $1) }
        try check.accepts(CommandChoices.pruneScopes) { ($0.prune, $0.pruneScope) = (0.5, $1) }
        let networks = CommandChoices.networks.filter { !CommandChoices.detectors.contains($0) }
        try check.accepts(networks) { $0.network = $1 }
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
