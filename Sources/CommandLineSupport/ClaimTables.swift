import Experiments
import Reports

/// Results of claims as tables.
enum ClaimTables {
    /// A verdict in words.
    static func words(_ verdict: Verdict) -> String {
        switch verdict {
        case .holds: "holds"
        case .holdsInPart: "holds in part"
        case .doesNotHold: "does not hold"
        case .notDecided: "not decided"
        }
    }

    static func tone(_ verdict: Verdict) -> Tone {
        switch verdict {
        case .holds: .favourable
        case .holdsInPart: .mixed
        case .doesNotHold: .unfavourable
        case .notDecided: .faint
        }
    }

    /// A quantity as text.
    static func text(_ quantity: Quantity) -> String {
        func number(_ value: Double) -> String {
            if quantity.unit == "%" { return Format.percent(value) }
            // Counts have no decimals.
            return value == value.rounded() && abs(value) < 1e6 ? "\(Int(value))" : Format.significant(value, digits: 4)
        }
        var text = number(quantity.value)
        if let interval = quantity.interval {
            text += " (\(number(interval.lowerBound)) to \(number(interval.upperBound)))"
        }
        return quantity.unit.isEmpty || quantity.unit == "%" ? text : "\(text) \(quantity.unit)"
    }

    /// All verdicts, one claim a line; stored ones are marked.
    ///
    /// On a page, what was found stands beside the verdict, in place of the time, and the names lead to the claims' pages.
    static func verdicts(_ results: [ClaimResult], stored: Set<String>, onPage: Bool = false) -> Table {
        let rows: [[Table.Cell]] = results.map { result in
            let cells = [
                Table.Cell(result.text.id, tone: .strong, link: onPage ? "\(result.text.id).html" : nil),
                Table.Cell(words(result.verdict), tone: tone(result.verdict)),
                Table.Cell(result.run.effort.rawValue + (stored.contains(result.text.id) ? ", stored" : "")),
            ]
            let time = stored.contains(result.text.id) ? "–" : Format.seconds(result.run.seconds)
            return cells + [Table.Cell(onPage ? result.evidence.summary : time)]
        }
        let counts = Verdict.allCases.map { verdict in
            "\(results.count { $0.verdict == verdict }) \(words(verdict))"
        }
        return Table(
            onPage ? "" : "Verdicts",
            columns: [
                .init("claim"), .init("verdict"), .init("effort"),
                onPage ? .init("what was found") : .init("time", .right),
            ],
            rows: rows,
            footer: "\(results.count) claims: \(counts.joined(separator: ", "))."
                + (stored.isEmpty ? "" : " Stored results were not measured by this run."))
    }

    /// The parts of a criterion with what was found of each.
    static func findings(_ result: ClaimResult) -> Table {
        Table(
            columns: [.init("criterion, fixed before the run"), .init("outcome"), .init("found")],
            rows: zip(result.text.criteria, result.evidence.findings).map { criterion, finding in
                let tone: Tone =
                    switch finding.outcome {
                    case .met: .favourable
                    case .failed: .unfavourable
                    case .undecided: .faint
                    }
                return [
                    Table.Cell(criterion), Table.Cell(finding.outcome.rawValue, tone: tone),
                    Table.Cell(finding.found),
                ]
            })
    }

    /// The measured numbers.
    static func measured(_ result: ClaimResult) -> Table {
        Table(
            columns: [.init("quantity"), .init("value", .right)],
            rows: result.evidence.measured.map { [Table.Cell($0.name), Table.Cell(text($0))] },
            footer: result.evidence.measured.contains { $0.interval != nil }
                ? "In brackets the interval of 95 % confidence." : "")
    }

    static func table(_ table: ClaimTable) -> Table {
        Table(
            table.title,
            columns: table.columns.enumerated().map { place, title in
                let numbers = table.rows.allSatisfy { row in
                    let cell = row[place]
                    return cell.isEmpty || cell == "–" || Double(cell.replacing(" %", with: "")) != nil
                }
                return .init(title, numbers ? .decimal : .left)
            }, rows: table.rows.map { $0.map { Table.Cell($0) } }, footer: table.footer)
    }
}
