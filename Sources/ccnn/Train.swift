import ArgumentParser
import CommandLineSupport
import Foundation
import MessagePassing
import Reports

struct Train: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Train a network and keep its weights and history.",
        discussion: """
            Without a data set it learns coloured shapes, which need no files. Interrupt it and it saves its state; --resume continues it to \
            the same bits as if it had not been interrupted. It takes the options of the run, which need not be said again; another --epochs makes it \
            longer or shorter.

            Examples:
              ccnn train dilated
              ccnn train dilated --data cifar-10 --data-folder data --seeds 5
              ccnn train dilated --data pictures --data-folder photos --epochs 20
              ccnn train cascade --data cifar-10 --prune 0.75 --epochs 40
              ccnn train --resume --out runs/cascade-cifar-10-1 --epochs 60
              mpirun -n 4 ccnn train dilated   (where ccnn was built with MPI: the ranks share every batch)
            """)

    @Argument(
        help: "The network's name; ccnn models lists them. Where --resume has an --out, it need not be said.",
        completion: .networks)
    var network: String?

    @Option(
        help: """
            The data set: shapes, scattered-shapes, cifar-10, cifar-100, m2nist or pictures, PNGs in a folder for each class. \
            (default: shapes; for networks that score pixels scattered-shapes)
            """, completion: .datasets)
    var data: String?

    @Option(
        help: "The folder with the data set's files. (default: that of CCNN_DATA, else ~/.cache/ccnn)",
        completion: .directory)
    var dataFolder: String?

    @Option(help: "The folder for checkpoints and history. (default: runs/NETWORK-DATA-SEED)", completion: .directory)
    var out: String?

    @Option(help: "The number of epochs. (default: 80; for generated sets 8)")
    var epochs: Int?

    @Option(help: "The number of batches of an epoch. (default: 1000; for generated sets 200)")
    var stepsPerEpoch: Int?

    @Option(help: "The number of pictures of a batch. (default: 32)")
    var batch: Int?

    @Option(help: "The seed of weights, order and variation. (default: 1)")
    var seed: UInt64?

    @Option(help: "Repeat the run with this many seeds, and say mean and interval. (default: 1)")
    var seeds: Int?

    @Option(help: "The number of threads. (default: one for each processor)")
    var threads: Int?

    @Option(help: "The learning rate at the beginning. (default: 0.001)")
    var learningRate: Double?

    @Option(help: "adam, adamw or sgd. (default: adam)", completion: .list(CommandChoices.optimizers))
    var optimizer: String?

    @Option(help: "The momentum of sgd. (default: 0.9)")
    var momentum: Double?

    @Option(help: "The decay of weights of adamw, apart from the gradient. (default: 0.01)")
    var weightDecay: Double?

    @Option(
        help: """
            How the rate falls: decay; constant; cosine, to 0 at the end; step, to a tenth after each third of the run; plateau, to 0.3 of it when \
            the loss on held-out pictures, or else on test pictures, has not fallen for 5 epochs. (default: decay)
            """,
        completion: .list(CommandChoices.schedules))
    var schedule: String?

    @Option(help: "d of the schedule decay, which divides the rate by 1 + d·step. (default: 0.00001)")
    var decay: Double?

    @Option(help: "λ of the penalty λ·Σw² on kernels. (default: 0; for residual networks 0.0001)")
    var l2: Double?

    @Flag(inversion: .prefixedNo, help: "Vary pictures as the data set says. (default: --augment)")
    var augment: Bool?

    @Option(help: "The share of training pictures held out. (default: 0)")
    var validationSplit: Double?

    @Flag(help: "Go on with the run in the folder, with its options; --epochs may make it longer.")
    var resume = false

    @Option(help: "Zero this share of the weights, by magnitude.")
    var prune: Double?

    @Option(
        help: "The step after which weights are first zeroed, 0 being before the first. (default: a fifth of the run)")
    var pruneBegin: Int?

    @Option(help: "The step after which the choice is final. (default: the last)")
    var pruneEnd: Int?

    @Option(help: "The steps between two choices, where the share grows. (default: 20)")
    var pruneInterval: Int?

    @Option(
        help: "How the share grows: constant or polynomial. (default: constant)",
        completion: .list(CommandChoices.pruneGrowths))
    var pruneGrowth: String?

    @Option(
        help: "What is zeroed together: weights, pairs, taps or channels. (default: weights)",
        completion: .list(CommandChoices.pruneUnits))
    var pruneUnit: String?

    @Option(
        help: "Among what the smallest are sought: layer or global. (default: layer)",
        completion: .list(CommandChoices.pruneScopes))
    var pruneScope: String?

    @Flag(
        inversion: .prefixedNo,
        help: "Prune the layer that scores the classes too. (default: only where single weights are zeroed)")
    var pruneClassifier: Bool?

    @Option(
        help: "Give kernels two taps: horizontal, vertical, diagonal, antidiagonal or mixed.",
        completion: .list(CommandChoices.twoTaps))
    var twoTaps: String?

    @OptionGroup var replacement: ReplacementOption

    @OptionGroup var outputOptions: OutputOptions

    func run() throws {
        let ranks = resume ? try Job.ranks() : nil
        let request = try TrainRequest(arguments, on: ranks ?? SingleProcess())
        let interrupt = Interrupt()
        var pace = Pace()
        let output = try TrainRun(request, style: outputOptions.style, on: try ranks ?? Job.ranks()).run(
            shouldStop: { interrupt.isRaised },
            status: { outputOptions.progress($0.label, done: $0.step, of: $0.steps, since: pace.start(of: $0.step)) },
            notice: { outputOptions.remark($0) })
        try outputOptions.printResult(output)
    }

    private var arguments: TrainRequest.Arguments {
        var arguments = TrainRequest.Arguments()
        arguments.network = network ?? ""
        arguments.data = data
        arguments.dataFolder = dataFolder
        arguments.out = out
        arguments.epochs = epochs
        arguments.stepsPerEpoch = stepsPerEpoch
        arguments.batch = batch
        arguments.seed = seed
        arguments.seeds = seeds
        arguments.threads = threads
        arguments.learningRate = learningRate
        arguments.optimizer = optimizer
        arguments.momentum = momentum
        arguments.weightDecay = weightDecay
        arguments.schedule = schedule
        arguments.decay = decay
        arguments.l2 = l2
        arguments.augments = augment
        arguments.validationSplit = validationSplit
        arguments.resumes = resume
        arguments.overwrites = replacement.overwrite
        arguments.prune = prune
        arguments.pruneBegin = pruneBegin
        arguments.pruneEnd = pruneEnd
        arguments.pruneInterval = pruneInterval
        arguments.pruneGrowth = pruneGrowth
        arguments.pruneUnit = pruneUnit
        arguments.pruneScope = pruneScope
        arguments.prunesClassifier = pruneClassifier
        arguments.twoTaps = twoTaps
        arguments.given = GivenOptions(in: CommandLine.arguments)
        return arguments
    }
}
