import ArgumentParser
import CommandLineSupport
import Foundation
import Reports

struct ListDatasets: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "datasets",
        abstract: "List the data sets and where they are.",
        discussion: """
            Example:
              ccnn datasets --data-folder data
            """)

    @Option(help: "The folder with data sets. (default: that of CCNN_DATA, else ~/.cache/ccnn)", completion: .directory)
    var dataFolder: String?

    @OptionGroup var outputOptions: OutputOptions

    func run() throws {
        let folder = dataFolder.map { URL(fileURLWithPath: $0) } ?? DatasetSource.defaultFolder
        let output = DatasetsTable.all(folder: folder, style: outputOptions.style)
        try outputOptions.printResult(output)
    }
}
