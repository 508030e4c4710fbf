import Datasets
import Foundation
import Pictures
import TestSupport
import Testing
import Training

@testable import CommandLineSupport

/// An option has an effect or is refused: nobody waits for the result of a word that nothing reads.
@Suite struct IgnoredOptionsTests {
    private func refusal(_ body: () throws -> Void) -> String {
        do { try body() } catch let failure as CommandFailure {
            return failure.exitCode == 2 ? failure.description : "exit code \(failure.exitCode): \(failure)"
        } catch { return "\(error)" }
        return "none"
    }

    private func expectIgnored(_ option: String, _ body: () throws -> Void) {
        let text = refusal(body)
        #expect(text.contains(option) && text != "none" && !text.hasPrefix("exit code"), "\(option): \(text)")
    }

    @Test func optionsAreReadOffTheCommandLine() {
        let given = GivenOptions(in: ["fit", "a.pt", "--sigma=2", "--top", "4", "-q", "--", "--axes"])
        #expect(given.contains("--sigma") && given.contains("--top"))
        #expect(!given.contains("--axes") && !given.contains("fit") && !given.contains("-q"))
    }

    @Test func fits() throws {
        func fit(_ change: (inout FitRequest.Arguments) -> Void) throws {
            var arguments = FitRequest.Arguments()
            arguments.files = ["weights.pt"]
            change(&arguments)
            _ = try FitRequest(arguments)
        }
        typealias Change = (inout FitRequest.Arguments) -> Void
        let changes: [(String, Change)] = [
            ("--order", { $0.order = 2 }), ("--sigma", { $0.sigma = "1" }), ("--center", { $0.center = "free" }),
            ("--sigma-range", { $0.sigmaRange = "1...2" }), ("--discretization", { $0.discretization = "discrete" }),
            ("--constant", { $0.constant = true }), ("--sigma-model", { $0.sigmaModel = "affine" }),
            ("--scale-ratios", { $0.scaleRatios = "1,2" }), ("--ridge", { $0.ridge = 1 }),
            ("--dilation", { $0.dilation = 2 }), ("--choose-order", { $0.chooseOrder = "criterion" }),
            ("--threads", { $0.threads = 1 }), ("--top", { $0.top = 1 }), ("--export", { $0.export = "f.npz" }),
            ("--report", { $0.report = "r" }), ("--overwrite", { $0.overwrites = true }),
        ]
        for (option, change) in changes {
            try fit(change)
            expectIgnored(option) {
                try fit {
                    change(&$0)
                    $0.list = true
                }
            }
            // With its default value, too.
            expectIgnored(option) {
                try fit {
                    $0.list = true
                    $0.given = GivenOptions(in: [option])
                }
            }
        }
        expectIgnored("--sigma-range") { try fit { ($0.sigma, $0.sigmaRange) = ("1.5", "1...2") } }
        expectIgnored("--sigma-range") {
            try fit { ($0.sigma, $0.given) = ("1.5", GivenOptions(in: ["--sigma-range=0.4...3"])) }
        }
        expectIgnored("--top") { try fit { ($0.format, $0.top) = ("json", 0) } }
        try fit { ($0.format, $0.top, $0.report) = ("json", 0, "report") }
        expectIgnored("--axes") { try fit { ($0.files, $0.axes) = ([], "hwio") } }
        var arguments = FitRequest.Arguments()
        (arguments.files, arguments.axes) = (["dilated"], "hwio")
        expectIgnored("--axes") { _ = try FitRun(FitRequest(arguments), style: .plain, version: "").run() }
        expectIgnored("--choose-order") { try fit { ($0.order, $0.chooseOrder) = (0, "criterion") } }
        expectIgnored("--discretization") {
            try fit { ($0.sigmaModel, $0.discretization) = ("affine", "automatic") }
        }
    }

    @Test func filters() throws {
        func filter(_ change: (inout FilterRequest.Arguments) -> Void) throws {
            var arguments = FilterRequest.Arguments()
            (arguments.picture, arguments.output, arguments.gaussian) = ("a.png", "b.png", 2)
            change(&arguments)
            _ = try FilterRequest(arguments)
        }
        for boundary in CommandChoices.boundaries where boundary != FilterRequest.Arguments().boundary {
            try filter { $0.boundary = boundary }
            expectIgnored("--boundary") { try filter { ($0.boundary, $0.extent) = (boundary, "valid") } }
        }
        expectIgnored("--boundary") {
            try filter { ($0.extent, $0.given) = ("valid", GivenOptions(in: ["--boundary", "replicate"])) }
        }
        expectIgnored("--discretization") {
            try filter {
                ($0.gaussian, $0.kernel) = (nil, "k.npy")
                $0.given = GivenOptions(in: ["--discretization", "automatic"])
            }
        }
        expectIgnored("--limit") { try filter { ($0.output, $0.limit) = ("b.npy", 1) } }
    }

    @Test func trainings() throws {
        func train(_ change: (inout TrainRequest.Arguments) -> Void) throws {
            var arguments = TrainRequest.Arguments()
            arguments.network = "strided"
            change(&arguments)
            _ = try TrainRequest(arguments)
        }
        expectIgnored("--data-folder") { try train { $0.dataFolder = "data" } }
        expectIgnored("--data-folder") {
            try train { ($0.network, $0.data, $0.dataFolder) = ("segmentation", "scattered-shapes", "data") }
        }
        try train { ($0.data, $0.dataFolder, $0.augments) = ("cifar-10", "data", false) }
        for change: (inout TrainRequest.Arguments) -> Void in [
            { $0.pruneInterval = 10 }, { $0.pruneGrowth = "polynomial" },
        ] {
            try train {
                change(&$0)
                $0.prune = 0.5
            }
            expectIgnored("--prune-") {
                try train {
                    change(&$0)
                    ($0.prune, $0.pruneBegin, $0.pruneEnd) = (0.5, 100, 100)
                }
            }
        }
        expectIgnored("--no-augment") { try train { $0.augments = false } }
        expectIgnored("--augment") { try train { $0.given = GivenOptions(in: ["--augment"]) } }
    }

    /// What is said of a set beforehand is what reading it says.
    @Test func setsThatAreDrawnAreNotVaried() throws {
        for source in DatasetSource.allCases where source.isGenerated {
            let set = try source.read(from: DatasetSource.defaultFolder)
            #expect((set.augmentation != .none) == source.isVaried, "\(source)")
        }
    }

    @Test func validations() throws {
        let folder = try TemporaryFolder()
        func validate(_ change: (inout ValidateRequest.Arguments) -> Void) throws {
            var arguments = ValidateRequest.Arguments()
            arguments.claims = ["semigroup"]
            change(&arguments)
            _ = try ValidateRequest(arguments)
        }
        typealias Change = (inout ValidateRequest.Arguments) -> Void
        let path = folder.url.path
        let changes: [(String, Change)] = [
            ("--effort", { $0.effort = "full" }), ("--data", { $0.data = "cifar-10" }), ("--seed", { $0.seed = 2 }),
            ("--seeds", { $0.seeds = 2 }), ("--threads", { $0.threads = 1 }), ("--report", { $0.report = "r" }),
        ]
        for (option, change) in changes {
            try validate(change)
            expectIgnored(option) {
                try validate {
                    change(&$0)
                    $0.lists = true
                }
            }
        }
        expectIgnored("--stored") { try validate { ($0.lists, $0.stored) = (true, path) } }
        expectIgnored("--data-folder") { try validate { $0.dataFolder = path } }
        expectIgnored("--stored") { try validate { $0.stored = path } }
        expectIgnored("--effort") {
            try validate { ($0.claims, $0.stored, $0.effort) = (["downsampling-loses"], path, "full") }
        }
        expectIgnored("--checkpoints") {
            try validate { ($0.claims, $0.stored, $0.checkpoints) = (["downsampling-loses"], path, path) }
        }
        let empty = refusal { try validate { $0.data = path } }
        #expect(empty.contains("exit code 1") && empty.contains("there is no cifar-10 in it"), "\(empty)")
    }

    /// A page's reader repeats its experiment by the command that it shows.
    @Test func theCommandOfEveryClaimIsTaken() throws {
        let folder = try TemporaryFolder()
        var arguments = ValidateRequest.Arguments()
        (arguments.all, arguments.effort, arguments.seed, arguments.seeds) = (true, "standard", 3, 2)
        (arguments.data, arguments.dataFolder) = ("cifar-10", folder.url.path)
        arguments.checkpoints = folder.url.path
        let request = try ValidateRequest(arguments)
        for claim in request.claims {
            var again = arguments
            (again.all, again.claims) = (false, [claim.id])
            again.given = GivenOptions(in: request.command(for: claim.id).split(separator: " ").map(String.init))
            #expect(try ValidateRequest(again).command(for: claim.id) == request.command(for: claim.id))
        }
    }

    @Test func foldersOfDataThatAreDrawn() throws {
        let folder = try TemporaryFolder()
        var arguments = TrainRequest.Arguments()
        (arguments.network, arguments.out) = ("strided", folder.file("run").path)
        (arguments.epochs, arguments.stepsPerEpoch, arguments.batch) = (1, 1, 2)
        _ = try TrainRun(TrainRequest(arguments), style: .plain).run()
        let state = folder.file("run/last.safetensors").path
        expectIgnored("--data-folder") {
            _ = try EvaluateRun(checkpoint: state, dataFolder: folder.url.path, style: .plain).run()
        }
        expectIgnored("--data-folder") {
            _ = try PackRun(checkpoint: state, command: "", into: folder.url.path, dataFolder: folder.url.path).run()
        }
        for model in [state, "dilated", "strided-jet", "detector"] {
            expectIgnored("--data-folder") {
                _ = try ReceptiveFieldRun(
                    model: model, dataFolder: folder.url.path, report: nil, pictures: 1, style: .plain, version: ""
                ).run()
            }
        }
    }

    @Test func aFolderWithoutDigitsIsNoFolderOfDigits() throws {
        let folder = try TemporaryFolder()
        var arguments = DetectRequest.Arguments()
        arguments.dataFolder = folder.url.path
        _ = try DetectRequest(arguments)
        arguments.given = GivenOptions(in: ["detect", "--data-folder", folder.url.path])
        let failure = #expect(throws: CommandFailure.self) { try DetectRequest(arguments) }
        #expect(failure?.exitCode == 1 && failure?.description.contains("there is no m2nist in it") == true)
    }

    @Test func picturesThatAreNotThereAreNotCounted() throws {
        let folder = try TemporaryFolder()
        for (name, level) in [("dark", Float(0.2)), ("light", Float(0.8))] {
            let place = folder.file("pictures/\(name)")
            try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
            let picture = Picture(
                width: 32, height: 32, channels: .grey, depth: .eight,
                planes: [(0..<1_024).map { level * Float($0 % 7) / 7 }])
            for number in 0..<5 { try picture.write(to: place.appendingPathComponent("\(number).png")) }
        }
        var arguments = TrainRequest.Arguments()
        (arguments.network, arguments.data) = ("strided", "pictures")
        (arguments.dataFolder, arguments.out) = (folder.url.path, folder.file("run").path)
        (arguments.epochs, arguments.stepsPerEpoch, arguments.batch) = (1, 1, 2)
        _ = try TrainRun(TrainRequest(arguments), style: .plain).run()
        var notices: [String] = []
        _ = try ReceptiveFieldRun(
            model: folder.file("run/last.safetensors").path, dataFolder: folder.url.path, report: nil, pictures: 3,
            style: .plain, version: ""
        ).run { notices.append($0) }
        #expect(notices == ["there are 2 pictures, fewer than the 3 asked for"])
    }
}
