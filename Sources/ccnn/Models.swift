import ArgumentParser
import CommandLineSupport
import Foundation
import Reports

struct Models: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List the networks, or the layers of one.",
        discussion: """
            Examples:
              ccnn models
              ccnn models dilated
            """)

    @Argument(help: "A network's name.")
    var network: String?

    @OptionGroup var outputOptions: OutputOptions

    func run() throws {
        let style = outputOptions.style
        let output = try network.map { try ModelsTable.layers(of: $0, style: style) } ?? ModelsTable.all(style: style)
        outputOptions.printResult(output)
    }
}
