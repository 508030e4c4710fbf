import ArgumentParser
import CommandLineSupport
import Foundation
import MessagePassing
import Reports

@main
struct CCNN: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ccnn",
        abstract:
            "Convolution as a functional: filter pictures, and fit networks' kernels to the Gaussian and its derivatives.",
        discussion: """
            No command replaces a file that is there, be it one that it reads or any other, unless --overwrite is given. Runs and reports are gone on \
            with by --resume.
            """,
        version: ccnnVersion,
        subcommands: [
            Fit.self, Filter.self, Benchmark.self, Train.self, Evaluate.self, Detect.self, Validate.self,
            ReceptiveField.self, Export.self, Models.self, ListDatasets.self, Download.self, Results.self, Pack.self,
        ])

    /// The parser would call a misspelt command an unexpected argument.
    private static func refuseUnknownCommand(_ words: ArraySlice<String>) throws(CommandFailure) {
        var known = configuration.subcommands
        for word in words {
            guard !known.isEmpty, !word.hasPrefix("-"), word != "help" else { return }
            guard let next = known.first(where: { $0._commandName == word }) else {
                let names = known.filter { $0.configuration.shouldDisplay }.map { $0._commandName }
                throw .unknownCommand(word, among: names)
            }
            known = next.configuration.subcommands
        }
    }

    /// Every rank would do all the work, and write the same files.
    private static func refuseSeveralRanks(_ command: any ParsableCommand) throws(CommandFailure) {
        let ranks = try Job.ranks()
        guard ranks.count > 1 else { return }
        throw .usage(
            "\(type(of: command)._commandName) is the work of one process, but this is one of \(ranks.count): train, validate and filter run on "
                + "several")
    }

    /// Runs the command line; what cannot be done is one sentence on standard error, with exit code 2 for usage and 1 otherwise.
    static func main() {
        StandardStream.holdDescriptors()
        do {
            try refuseUnknownCommand(CommandLine.arguments.dropFirst())
            var command = try parseAsRoot()
            if !(command is any RankedCommand) { try refuseSeveralRanks(command) }
            try command.run()
            Job.leave()
        } catch let failure as CommandFailure {
            end("\(failure)\(failure.description.hasSuffix("?") ? "" : ".")", failure.exitCode)
        } catch {
            // Help and version are errors to the parser, and the only ones that it ends with success.
            guard exitCode(for: error) != .success else { exit(withError: error) }
            end("\(message(for: error)) (See: ccnn help.)", 2)
        }
    }

    /// Says why the command ends, once however many ranks there are, and ends all of them.
    private static func end(_ sentence: String, _ code: Int32) -> Never {
        StandardError.write("ccnn: \(Job.speaker())\(sentence)")
        Job.abort(code)
        Foundation.exit(code)
    }
}

/// A command that several ranks run together.
protocol RankedCommand: ParsableCommand {}
extension Train: RankedCommand {}
extension Validate: RankedCommand {}
extension Filter: RankedCommand {}
