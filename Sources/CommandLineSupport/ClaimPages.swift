import Experiments
import Foundation
import Reports

/// The pages of `ccnn validate --report`: one for all claims and one for each, made of results alone.
struct ClaimPages {
    private let results: [ClaimResult]
    private let stored: Set<String>
    private let version: String
    private let command: String

    init(_ results: [ClaimResult], stored: Set<String>, version: String, command: String) {
        self.results = results
        self.stored = stored
        self.version = version
        self.command = command
    }

    /// Writes `index.html` and a page for each claim into `folder`.
    /// - Returns: The place of the page for all.
    func write(to folder: URL) throws(CommandFailure) -> URL {
        for result in results {
            _ = try ReportFolder.write(page(of: result), to: folder, name: "\(result.text.id).html")
        }
        return try ReportFolder.write(overview(), to: folder)
    }

    func overview() -> Page {
        var page = Page("What a network's kernels are, put to the test", kind: "claims")
        page.lead = [
            """
            The article “Does CNN really need downsampling (upsampling)?” takes a convolutional layer for an operator on functions, and from that makes claims about kernels \
            and networks. Each is an experiment here. What decides was fixed in the program before the run; “not decided” means that the evidence \
            is too small, and “does not hold” is as good a result as any.
            """
        ]
        page.keyNumbers = Verdict.allCases.map { verdict in
            Page.KeyNumber("\(results.count { $0.verdict == verdict })", ClaimTables.words(verdict))
        }
        page.sections =
            [Page.Section("Verdicts", [.table(ClaimTables.verdicts(results, stored: stored, onPage: true))])]
            + ClaimGroup.allCases.compactMap { group in
                let own = results.filter { $0.text.group == group }
                return own.isEmpty ? nil : Page.Section(group.rawValue, own.flatMap(card))
            }
        page.command = command
        page.version = version
        return page
    }

    /// A claim on the page for all: verdict, one sentence, one figure, a link.
    private func card(_ result: ClaimResult) -> [Page.Block] {
        let note = stored.contains(result.text.id) ? " (stored, effort \(result.run.effort.rawValue))" : ""
        var blocks: [Page.Block] = [
            .paragraph("\(link: result.text.id, to: "\(result.text.id).html"): \(result.text.statement)"),
            .paragraph("\(strong: ClaimTables.words(result.verdict))\(note). \(result.evidence.summary)"),
        ]
        if let figure = result.evidence.figures.first { blocks.append(.figures([Self.figure(figure)])) }
        return blocks
    }

    func page(of result: ClaimResult) -> Page {
        var page = Page(result.text.id, kind: "claim: \(ClaimTables.words(result.verdict))")
        page.lead = [
            "\(result.text.statement)", "\(strong: ClaimTables.words(result.verdict)). \(result.evidence.summary)",
        ]
        page.keyNumbers = result.evidence.measured.prefix(4).map {
            Page.KeyNumber(ClaimTables.text(Quantity($0.name, $0.value, unit: $0.unit)), $0.name)
        }
        var found: [Page.Block] = [.table(ClaimTables.findings(result))]
        if !result.evidence.figures.isEmpty { found.append(.figures(result.evidence.figures.map(Self.figure))) }
        page.sections = [
            Page.Section(
                "What was claimed",
                [.paragraph("\(result.text.statement)"), .paragraph("Source: \(result.text.source).")]),
            Page.Section(
                "What was done",
                [.paragraph("\(result.text.method)")]
                    + (result.evidence.remarks.isEmpty ? [] : [.list(result.evidence.remarks.map { "\($0)" })])),
            Page.Section("What was found", found),
        ]
        if !result.evidence.pictures.isEmpty {
            page.sections.append(Page.Section("Pictures", [.gallery(gallery(result.evidence.pictures))]))
        }
        page.sections.append(
            Page.Section(
                "Numbers",
                [.table(ClaimTables.measured(result))] + result.evidence.tables.map { .table(ClaimTables.table($0)) })
        )
        page.sections.append(
            Page.Section(
                "The run", [.paragraph("\(run(result))"), .paragraph("\(link: "All claims", to: "index.html")")]))
        page.command = result.run.command
        page.version = version
        return page
    }

    private func run(_ result: ClaimResult) -> String {
        var words =
            "Effort \(result.run.effort.rawValue), on \(result.evidence.data), \(Format.seconds(result.run.seconds))."
        if !result.evidence.seeds.isEmpty {
            words += " Seeds: \(result.evidence.seeds.map { "\($0)" }.joined(separator: ", "))."
        }
        if stored.contains(result.text.id) {
            words += " The result was read from a file, not measured by the run that made this page."
        }
        return words
    }

    private func gallery(_ pictures: [ClaimPicture]) -> KernelGallery {
        KernelGallery(
            "",
            rows: pictures.map { picture in
                KernelRow(
                    picture.title,
                    panels: [
                        (
                            caption: "\(picture.width) × \(picture.height)",
                            image: KernelImage(width: picture.width, height: picture.height, values: picture.values)
                        )
                    ])
            })
    }

    static func figure(_ figure: ClaimFigure) -> Figure {
        func axis(_ axis: ClaimFigure.Axis) -> Figure.Axis {
            Figure.Axis(axis.label, scale: axis.isLogarithmic ? .logarithmic : .linear, categories: axis.categories)
        }
        return Figure(
            figure.title, x: axis(figure.x), y: axis(figure.y),
            figure.series.map { series in
                let drawn = Figure.Series(series.label, x: series.x, y: series.y, intervals: series.intervals)
                return series.isLine ? .line(drawn) : .points(drawn)
            }, caption: "\(figure.caption)")
    }
}
