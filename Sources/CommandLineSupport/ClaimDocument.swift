import ContinuousCNN
import Experiments
import Foundation
import Reports

/// The results of claims in a folder as a document: `README.md` with what was found of each, and the first figure of each beside it.
public struct ClaimDocument {
    private let folder: URL
    private let overwrites: Bool

    /// The document of the results in `folder`, which are `CLAIM.json` as `ccnn validate` keeps them.
    ///
    /// - Parameter overwrites: Whether files may be replaced that are no such document.
    public init(folder: String, overwrites: Bool = false) {
        self.folder = URL(fileURLWithPath: folder)
        self.overwrites = overwrites
    }

    /// Writes the document and returns what goes to standard output.
    /// - Throws: `CommandFailure` where a result cannot be read, none is there, or a file cannot be written.
    public func write() throws(CommandFailure) -> String {
        do {
            let store = ResultStore(folder: folder)
            let results = try AllClaims.all.compactMap { try store.result(for: $0.id) }
            guard !results.isEmpty else {
                throw CommandFailure("\(folder.relativePath): found no result of a claim, wanted CLAIM.json")
            }
            try outputs(results, store).check()
            var drawn: Set<String> = []
            for result in results {
                guard let figure = result.evidence.figures.first,
                    case .drawn(let svg) = ClaimPages.figure(figure).drawing(by: .installed())
                else { continue }
                try write(svg.document, to: "\(result.text.id).svg")
                drawn.insert(result.text.id)
            }
            try write(Self.text(results, drawn: drawn), to: "README.md")
            return "\(results.count) claims, in \(folder.relativePath)\n"
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure("\(error)")
        }
    }

    /// What is written; a document of an earlier call and the figures beside it are this command's own.
    private func outputs(_ results: [ClaimResult], _ store: ResultStore) -> Outputs {
        var outputs = Outputs(overwrites: overwrites)
        for result in results { outputs.read(store.file(for: result.text.id), "a result") }
        let document = folder.appendingPathComponent("README.md")
        let text = try? String(contentsOf: document, encoding: .utf8)
        if text?.hasPrefix(Self.title) == true, !overwrites { return outputs }
        outputs.write(document, "--claims")
        for result in results { outputs.write(folder.appendingPathComponent("\(result.text.id).svg"), "--claims") }
        return outputs
    }

    private static let title = "# The claims, as they were measured\n"

    private func write(_ text: String, to name: String) throws {
        try Data(text.utf8).replaceFile(at: folder.appendingPathComponent(name))
    }

    /// The document, with figures for the claims in `drawn`.
    static func text(_ results: [ClaimResult], drawn: Set<String>) -> String {
        let counts = Verdict.allCases.map { verdict in
            "\(results.count { $0.verdict == verdict }) \(ClaimTables.words(verdict))"
        }
        var lines = [
            title,
            "\(results.count) claims: \(counts.joined(separator: ", ")). The criteria were fixed in the program before the runs. Brackets after a difference are its 95 % interval",
            "unless they name another. The first figure of each claim is shown; all numbers and figures are in the JSON files beside this page, from which",
            "`ccnn results --claims THIS-FOLDER` makes it.", "", "| claim | verdict | effort | what was found |",
            "|---|---|---|---|",
        ]
        lines += results.map { result in
            row([
                "[\(result.text.id)](#\(result.text.id))", ClaimTables.words(result.verdict),
                result.run.effort.rawValue, result.evidence.summary,
            ])
        }
        for group in ClaimGroup.allCases {
            let own = results.filter { $0.text.group == group }
            if own.isEmpty { continue }
            lines += ["", "## \(group.rawValue)"]
            for result in own { lines += section(result, isDrawn: drawn.contains(result.text.id)) }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func section(_ result: ClaimResult, isDrawn: Bool) -> [String] {
        let (text, evidence, run) = (result.text, result.evidence, result.run)
        var lines = [
            "", "### \(text.id)", "", "\(text.statement) *\(text.source).*", "",
            "**\(ClaimTables.words(result.verdict)).** \(evidence.summary)", "", "| criterion | outcome | found |",
            "|---|---|---|",
        ]
        lines += zip(text.criteria, evidence.findings).map { row([$0, $1.outcome.rawValue, $1.found]) }
        if isDrawn, let figure = evidence.figures.first {
            lines += ["", "![\(figure.title)](\(text.id).svg)"]
            if !figure.caption.isEmpty { lines += ["", figure.caption] }
        }
        for table in evidence.tables {
            lines += ["", "\(table.title):", "", row(table.columns), "|" + table.columns.map { _ in "---|" }.joined()]
            lines += table.rows.map(row)
            if !table.footer.isEmpty { lines += ["", table.footer] }
        }
        lines += ["", ([text.method] + evidence.remarks).joined(separator: " ")]
        let seeds = evidence.seeds.map { "\($0)" }.joined(separator: ", ")
        lines += [
            "",
            "Effort \(run.effort.rawValue), on \(evidence.data), \(Format.seconds(run.seconds))"
                + (seeds.isEmpty ? "" : ", seeds \(seeds)") + ": `\(run.command)`",
        ]
        return lines
    }

    private static func row(_ cells: [String]) -> String {
        "| " + cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |"
    }
}
