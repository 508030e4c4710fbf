import ArgumentParser
import Foundation

/// What every notebook takes on its command line.
public struct NotebookArguments: ParsableCommand {
    @Argument(help: "The folder for the page and its figures; .build/notebooks/NAME where none is given.")
    var folder: String?

    /// Whether to compute less: fewer points, the same narrative.
    @Flag(help: "Compute less: fewer points, the same narrative.")
    public var quick = false

    /// The command is called what the program is called.
    public static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: URL(fileURLWithPath: CommandLine.arguments[0]).lastPathComponent)
    }

    /// Arguments to be parsed.
    public init() {}
}
