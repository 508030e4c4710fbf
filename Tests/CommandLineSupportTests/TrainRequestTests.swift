import CommandLineSupport
import Foundation
import Testing
import Training

@Suite struct TrainRequestTests {
    private func request(
        _ network: String = "dilated", _ change: (inout TrainRequest.Arguments) -> Void = { _ in }
    ) throws(CommandFailure) -> TrainRequest {
        var arguments = TrainRequest.Arguments()
        arguments.network = network
        change(&arguments)
        return try TrainRequest(arguments)
    }

    private func sentence(
        _ network: String = "dilated", _ change: (inout TrainRequest.Arguments) -> Void = { _ in }
    ) -> String {
        do {
            _ = try request(network, change)
            return "accepted"
        } catch {
            return error.exitCode == 2 ? error.description : "exit code \(error.exitCode)"
        }
    }

    @Test func theRecipeIsTheDefault() throws {
        let request = try request { $0.data = "cifar-10" }
        #expect(request.settings == TrainingSettings())
        #expect(request.out.relativePath.hasSuffix("runs/dilated-cifar-10-1") && request.threads == nil)
        #expect(try self.request().settings.steps == 1_600)
        #expect(try self.request("residual-strided").settings.l2 == 1e-4)
    }

    @Test func momentumAndDecayBelongToTheirOptimiserAndSchedule() throws {
        let settings = try request { ($0.optimizer, $0.momentum, $0.decay) = ("sgd", 0.5, 1e-4) }.settings
        #expect(settings.optimizer == .descent(momentum: 0.5) && settings.schedule == .inverseTime(decay: 1e-4))
        let decoupled = try request { ($0.optimizer, $0.weightDecay) = ("adamw", 0.05) }.settings
        #expect(decoupled.optimizer == .adamW(epsilon: 1e-7, decay: 0.05))
        #expect(sentence { $0.momentum = 0.5 } == "--momentum belongs to --optimizer sgd, not to adam")
        #expect(
            sentence { ($0.optimizer, $0.momentum) = ("sgd", 1) } == "--momentum is 1.0, but it is from 0 to below 1")
        #expect(sentence { ($0.optimizer, $0.weightDecay) = ("adamw", .nan) }.contains("--weight-decay is nan"))
        #expect(sentence { ($0.schedule, $0.decay) = ("cosine", 1) }.hasPrefix("--decay belongs to --schedule decay"))
        #expect(sentence { $0.decay = -1 }.contains("a number that is not negative"))
    }

    @Test func networksThatScorePixelsLearnScatteredShapes() throws {
        #expect(try request("segmentation").data == .scatteredShapes && request().data == .shapes)
        #expect(try request("encoder-decoder").settings.steps == 1_600)
    }

    @Test func partsOfPruningBelongToIt() {
        let changes: [(String, (inout TrainRequest.Arguments) -> Void)] = [
            ("--prune-begin", { $0.pruneBegin = 0 }), ("--prune-end", { $0.pruneEnd = 9 }),
            ("--prune-interval", { $0.pruneInterval = 20 }), ("--prune-growth", { $0.pruneGrowth = "constant" }),
            ("--prune-unit", { $0.pruneUnit = "weights" }), ("--prune-scope", { $0.pruneScope = "layer" }),
            ("--prune-classifier", { $0.prunesClassifier = true }),
            ("--no-prune-classifier", { $0.prunesClassifier = false }),
        ]
        for (option, change) in changes {
            #expect(sentence("dilated", change) == "\(option) belongs to --prune, which is not given")
        }
    }

    @Test func sharesThatARunDoesNotComeToAreRefused() {
        #expect(
            sentence { ($0.prune, $0.pruneUnit, $0.prunesClassifier) = (0.5, "channels", true) }
                == "--prune 0.5 comes to nothing: the channels of the layer that scores are the classes of dilated, which are not to be pruned"
        )
        #expect(
            sentence { ($0.prune, $0.pruneUnit) = (0.05, "taps") }.contains(
                "is less than half of one tap in each layer"))
        #expect(sentence { ($0.prune, $0.pruneBegin, $0.pruneEnd) = (0.5, 0, 0) } == "accepted")
        #expect(
            sentence { ($0.prune, $0.pruneEnd) = (0.5, 1_601) } == "--prune-end is 1601, but it is from 320 to 1600")
    }

    @Test func twoTapsWantKernels() {
        #expect(
            sentence("dilated-jet") { $0.twoTaps = "mixed" }
                == "--two-taps is for kernels of odd size from 3×3 on, but dilated-jet has none")
    }

    @Test func wordsBecomeValues() throws {
        let settings = try request {
            $0.data = "m2nist"
            $0.epochs = 5
            $0.stepsPerEpoch = 100
            $0.optimizer = "sgd"
            $0.schedule = "cosine"
            $0.prune = 0.75
            $0.pruneGrowth = "polynomial"
            $0.pruneUnit = "channels"
            $0.pruneScope = "global"
        }.settings
        #expect(settings.optimizer == .descent(momentum: 0.9) && settings.schedule == .cosine(steps: 500))
        let pruning = PruningSettings(
            sparsity: 0.75, growth: .polynomial, unit: .channels, scope: .global, begin: 100, end: 500)
        #expect(settings.pruning == pruning)
    }

    @Test func wrongWordsAreNamed() {
        #expect(
            sentence("dilatde") == "there is no network 'dilatde'; did you mean 'dilated'? (ccnn models lists them)")
        #expect(
            sentence { $0.data = "cifar10" }.hasPrefix(
                "there is no data set 'cifar10', only shapes, scattered-shapes, "))
        #expect(sentence { $0.epochs = 0 } == "--epochs is 0, but it is from 1 to 100000")
        #expect(sentence { $0.batch = -1 } == "--batch is -1, but it is from 1 to 4096")
        #expect(sentence { $0.threads = 0 } == "--threads is 0, but it is from 1 to 256")
        #expect(sentence { $0.learningRate = .nan } == "--learning-rate is nan, but it is a positive number")
        #expect(sentence { $0.l2 = -1 } == "--l2 is -1.0, but it is a number that is not negative")
        #expect(sentence { $0.optimizer = "adagrad" } == "--optimizer is 'adagrad', but it is one of adam, adamw, sgd")
        #expect(sentence { $0.schedule = "" }.hasPrefix("--schedule is '', but it is one of decay, constant, cosine"))
        #expect(sentence { $0.validationSplit = 1 } == "--validation-split is 1.0, but it is a share from 0 to 0.9")
        #expect(sentence { $0.prune = 1 }.hasPrefix("--prune is 1.0, but it is the share of weights to zero"))
        #expect(
            sentence {
                $0.prune = 0.5
                $0.pruneUnit = "rows"
            } == "--prune-unit is 'rows', but it is one of weights, pairs, taps, channels")
        #expect(sentence { $0.twoTaps = "up" }.hasPrefix("--two-taps is 'up', but it is one of horizontal, vertical"))
        #expect(
            sentence {
                $0.twoTaps = "mixed"
                $0.prune = 0.5
            }.hasPrefix("--two-taps and --prune are both given"))
        #expect(
            sentence {
                $0.prune = 0.5
                $0.pruneBegin = 5_000
            } == "--prune-begin is 5000, but it is from 0 to 1600")
    }
}
