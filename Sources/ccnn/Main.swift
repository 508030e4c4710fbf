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
        version: ccnnVersion,
        subcommands: [
            Fit.self, Filter.self, Benchmark.self, Train.self, Evaluate.self, Detect.self, Validate.self,
            ReceptiveField.self, Models.self, ListDatasets.self, Download.self, Results.self, Pack.self,
        ])

    /// Runs the command line; what cannot be done is one sentence on standard error, with exit code 2 for usage and 1 otherwise.
    static func main() {
        do {
            var command = try parseAsRoot()
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
