import ArgumentParser
import CommandLineSupport
import Foundation
import Reports

struct Models: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List the networks, or the layers of one.",
        usage: "ccnn models [<network>] [<options>]",
        discussion: """
            Examples:
              ccnn models
              ccnn models dilated
              ccnn models dilated --format json
            """)

    @Argument(help: "A network's name.", completion: .networks)
    var network: String?

    @Option(help: "What to print: text or json.", completion: .formats)
    var format = ModelsTable.defaultFormat

    @OptionGroup var outputOptions: OutputOptions

    func run() throws {
        let output = try ModelsTable.output(network: network, format: format, style: outputOptions.style)
        try outputOptions.printResult(output)
    }
}
