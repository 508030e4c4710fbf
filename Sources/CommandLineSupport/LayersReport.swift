import ContinuousCNN
import Foundation
import Reports

/// The page that `ccnn benchmark layers --report` writes, and each of its curves as a file.
struct LayersReport {
    private let tables: LayersTables

    init(_ tables: LayersTables) { self.tables = tables }

    func write(to folder: URL, version: String) throws(CommandFailure) -> URL {
        let curves = tables.curves
        let machine = tables.document.machine
        var page = Page("Which algorithm is fastest for which layer", kind: "benchmark")
        page.lead = [
            """
            Every algorithm that can compute a layer was timed on \(machine.processor), \
            \(BenchmarkOptions.threadCount(tables.document.threads)), \(machine.vectors). Where two curves cross is where the planner \
            should change its mind; it takes on average \(Format.percent(tables.meanRegret)) longer than the fastest algorithm here.
            """
        ]
        page.sections = [
            Page.Section(
                "All layers", isFolded: !curves.isEmpty,
                tables.tables.map(Page.Block.table) + [.paragraph(.init(tables.remark))])
        ]
        if !curves.isEmpty { page.sections.insert(Page.Section("Curves", [.figures(curves.map(\.figure))]), at: 0) }
        page.command = Page.commandLine(["ccnn"] + CommandLine.arguments.dropFirst())
        page.version = version
        let file = try ReportFolder.write(page, to: folder)
        for (name, figure) in curves {
            guard case .drawn(let drawing) = figure.drawing(by: Gnuplot.installed()) else { continue }
            let file = folder.appendingPathComponent(name + ".svg")
            do {
                try Data(drawing.document.utf8).replaceFile(at: file)
            } catch {
                throw CommandFailure(error)
            }
        }
        return file
    }
}
