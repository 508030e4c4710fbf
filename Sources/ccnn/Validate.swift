import ArgumentParser
import CommandLineSupport
import MessagePassing

struct Validate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Put the claims about kernels and networks to the test.",
        discussion: """
            Every claim is an experiment with a criterion that was fixed before the run; its verdict is holds, holds in part, does not hold or not \
            decided. Quick effort needs no data set and takes some minutes for all of them. The exit code is 0 when the experiments ran, whatever they found.

            Examples:
              ccnn validate --list
              ccnn validate dirac-limit semigroup
              ccnn validate --all --report report
              ccnn validate --all --effort standard --data cifar-10 --data-folder data --report report --resume
              mpirun -n 4 ccnn validate --all --report report   (where ccnn was built with MPI: the ranks share the claims)
            """)

    @Argument(help: "Names of claims; --list lists them.", completion: .list(CommandChoices.claims))
    var claims: [String] = []

    @Flag(help: "Test all claims.")
    var all = false

    @Flag(help: "List the claims and test none.")
    var list = false

    @Option(help: "How much work: quick, standard or full.", completion: .list(CommandChoices.efforts))
    var effort = ValidateRequest.Arguments().effort

    @Option(
        help: "Pictures to learn from: shapes, cifar-10, or a folder with data sets.",
        completion: .list(CommandChoices.claimData))
    var data = ValidateRequest.Arguments().data

    @Option(
        help:
            "The folder with data sets, and with kernels of other networks. (default: that of CCNN_DATA, else ~/.cache/ccnn)",
        completion: .directory)
    var dataFolder: String?

    @Option(
        help: "A folder with runs of ccnn train, or histories of ccnn results, to be used where they fit.",
        completion: .directory)
    var checkpoints: String?

    @Option(help: "The first seed.")
    var seed = ValidateRequest.Arguments().seed

    @Option(help: "The number of seeds. (default: 3, at full effort 5)")
    var seeds: Int?

    @Option(help: "Write pages, results and networks into this folder.", completion: .directory)
    var report: String?

    @Option(help: "Do not run claims that train networks, but show the results in this folder.", completion: .directory)
    var stored: String?

    @Option(help: "What to print: text or json.", completion: .formats)
    var format = ValidateRequest.Arguments().format

    @Flag(help: "Go on with what is in the report's folder.")
    var resume = false

    @Option(help: "The number of threads. (default: one for each processor)")
    var threads: Int?

    @OptionGroup var replacement: ReplacementOption

    @OptionGroup var outputOptions: OutputOptions

    func run() throws {
        let request = try ValidateRequest(arguments)
        let interrupt = Interrupt()
        let start = ContinuousClock.now
        let output = try ValidateRun(
            request, style: outputOptions.style, version: "ccnn \(ccnnVersion)", on: try Job.ranks()
        ).run(
            shouldStop: { interrupt.isRaised },
            status: {
                outputOptions.progress(
                    "\($0.id) (\($0.finished + 1) of \($0.total)): \($0.doing)", done: Int($0.share * 1_000), of: 1_000,
                    since: start)
            },
            notice: { outputOptions.remark($0) })
        StandardError.clear()
        try outputOptions.printResult(output)
    }

    private var arguments: ValidateRequest.Arguments {
        var arguments = ValidateRequest.Arguments()
        arguments.claims = claims
        arguments.all = all
        arguments.lists = list
        arguments.effort = effort
        arguments.data = data
        arguments.dataFolder = dataFolder
        arguments.checkpoints = checkpoints
        arguments.seed = seed
        arguments.seeds = seeds
        arguments.report = report
        arguments.stored = stored
        arguments.format = format
        arguments.resumes = resume
        arguments.overwrites = replacement.overwrite
        arguments.threads = threads
        arguments.given = GivenOptions(in: CommandLine.arguments)
        return arguments
    }
}
