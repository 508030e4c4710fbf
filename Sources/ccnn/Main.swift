import ArgumentParser
import CommandLineSupport
import Foundation
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
            ReceptiveField.self, Export.self, Models.self, ListDatasets.self, Download.self, Results.self, Pack.self,
        ])

    /// Runs the command line; what cannot be done is one sentence on standard error, with exit code 2 for usage and 1 otherwise.
    static func main() {
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch let failure as CommandFailure {
            StandardError.write("ccnn: \(failure)\(failure.description.hasSuffix("?") ? "" : ".")")
            Foundation.exit(failure.exitCode)
        } catch {
            // Help and version are errors to the parser, and the only ones that it ends with success.
            guard exitCode(for: error) != .success else { exit(withError: error) }
            StandardError.write("ccnn: \(message(for: error)) (See: ccnn help.)")
            Foundation.exit(2)
        }
    }
}
