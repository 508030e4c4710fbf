import ArgumentParser
import CommandLineSupport
import Foundation

struct Detect: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Train a detector of digits at three sizes, and test it.",
        usage: "ccnn detect [<network>] [<options>]",
        discussion: """
            Pictures are composed of M2NIST's digits at ×0.5, ×1 and ×2, or of drawn ones where its files are not there. Prints average precision \
            by size, and writes weights and a picture with boxes. Interrupt it and it saves its state; --resume continues it to the same bits as if \
            it had not been interrupted.

            Examples:
              ccnn detect
              ccnn detect detector-one-branch --steps 4000 --data-folder data
            """)

    @Argument(
        help: "detector, or detector-one-branch, its peer. (default: detector)",
        completion: .list(CommandChoices.detectors))
    var network: String?

    @Option(
        help: "The folder with m2nist in it. (default: that of CCNN_DATA, else ~/.cache/ccnn)", completion: .directory)
    var dataFolder: String?

    @Option(help: "The number of batches to learn from. (default: 2000)")
    var steps: Int?

    @Option(help: "The number of pictures of a batch. (default: 8)")
    var batch: Int?

    @Option(help: "The number of pictures to test with. (default: 500)")
    var tests: Int?

    @Option(help: "The seed of weights and pictures. (default: 1)")
    var seed: UInt64?

    @Option(help: "The number of threads. (default: one for each processor)")
    var threads: Int?

    @Option(help: "The folder for weights and pictures. (default: runs/NETWORK-SEED)", completion: .directory)
    var out: String?

    @Flag(help: "Go on with the run in the folder, with its options; --steps may make it longer.")
    var resume = false

    @OptionGroup var replacement: ReplacementOption

    @OptionGroup var outputOptions: OutputOptions

    func run() throws {
        var arguments = DetectRequest.Arguments()
        arguments.network = network
        arguments.dataFolder = dataFolder
        arguments.steps = steps
        arguments.batch = batch
        arguments.tests = tests
        arguments.seed = seed
        arguments.threads = threads
        arguments.out = out
        arguments.resumes = resume
        arguments.given = GivenOptions(in: CommandLine.arguments)
        arguments.overwrites = replacement.overwrite
        let run = DetectRun(try DetectRequest(arguments), style: outputOptions.style)
        let interrupt = Interrupt()
        let start = ContinuousClock.now
        try outputOptions.printResult(
            run.run(
                shouldStop: { interrupt.isRaised },
                progress: { outputOptions.progress($0, done: $1, of: $2, since: start) },
                notice: { outputOptions.remark($0) }))
    }
}
