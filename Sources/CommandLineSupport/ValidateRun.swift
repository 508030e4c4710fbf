import Experiments
import Foundation
import Parallelism
import Reports
import TrainedNetworks

/// `ccnn validate` between its arguments and its output.
public struct ValidateRun {
    private let request: ValidateRequest
    private let style: TerminalStyle
    private let version: String

    /// A run of a checked request, whose text is made for `style`.
    public init(_ request: ValidateRequest, style: TerminalStyle, version: String) {
        self.request = request
        self.style = style
        self.version = version
    }

    /// Runs the claims, writes the pages asked for, and returns what goes to standard output.
    ///
    /// - Parameters:
    ///   - shouldStop: Asked now and then whether to stop; finished claims and the state of networks are then kept in the report's folder.
    ///   - status: Told how far the run is.
    ///   - notice: Told a line after every claim, and where the pages are.
    /// - Throws: `CommandFailure`.
    public func run(
        shouldStop: @escaping () -> Bool = { false }, status: @escaping (ClaimRunner.Status) -> Void = { _ in },
        notice: (String) -> Void = { _ in }
    ) throws(CommandFailure) -> String {
        if request.lists { return list() }
        if let threads = request.threads { WorkerPool.shared.threadCount = threads }
        do {
            let (toRun, old) = try split()
            for id in old.missing { notice("\(id): no result in \(request.stored?.relativePath ?? ""), left out") }
            let results = try measured(toRun, shouldStop, status, notice) + old.results
            let order = AllClaims.all.map(\.id)
            let shown = results.sorted {
                (order.firstIndex(of: $0.text.id) ?? 0) < (order.firstIndex(of: $1.text.id) ?? 0)
            }
            let stored = Set(old.results.map(\.text.id))
            var place = ""
            if let report = request.report {
                let index = try ClaimPages(shown, stored: stored, version: version, command: request.wholeCommand)
                    .write(to: report)
                notice("wrote \(index.relativePath)")
                place = "report: \(index.relativePath)\n"
            }
            switch request.format {
            case .json: return try Self.json(Document(claims: shown))
            case .text: return ClaimTables.verdicts(shown, stored: stored).text(in: style) + place
            }
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure(error)
        }
    }

    private struct Document: Encodable {
        let claims: [ClaimResult]
    }

    private struct Listed: Encodable {
        struct Entry: Encodable {
            let id: String
            let statement: String
        }
        let claims: [Entry]
    }

    private static func json(_ document: some Encodable) throws -> String {
        String(decoding: try JSONEncoder.ofResults.encode(document), as: UTF8.self) + "\n"
    }

    private func list() -> String {
        let listed = Listed(claims: request.claims.map { .init(id: $0.id, statement: $0.text.statement) })
        if request.format == .json, let text = try? Self.json(listed) { return text }
        return ClaimGroup.allCases.compactMap { group -> String? in
            let own = request.claims.filter { $0.text.group == group }
            guard !own.isEmpty else { return nil }
            return Table(
                group.rawValue, columns: [.init("claim"), .init("statement")],
                rows: own.map { [.init($0.id, tone: .strong), .init($0.text.statement)] }
            ).text(in: style)
        }.joined(separator: "\n")
    }

    /// The claims to run, and the stored results of the others.
    private func split() throws -> (run: [any Claim], old: (results: [ClaimResult], missing: [String])) {
        guard let stored = request.stored else { return (request.claims, ([], [])) }
        let store = ResultStore(folder: stored)
        var (results, missing) = ([ClaimResult](), [String]())
        for claim in request.claims where claim.text.group.trains {
            if let result = try store.result(for: claim.id) { results.append(result) } else { missing.append(claim.id) }
        }
        return (request.claims.filter { !$0.text.group.trains }, (results, missing))
    }

    private func measured(
        _ claims: [any Claim], _ shouldStop: @escaping () -> Bool,
        _ status: @escaping (ClaimRunner.Status) -> Void, _ notice: (String) -> Void
    ) throws -> [ClaimResult] {
        guard !claims.isEmpty else { return [] }
        let data = try ValidateData.read(request)
        let networks = try NetworkLibrary(
            folder: request.report?.appendingPathComponent("networks"), checkpoints: request.checkpoints,
            brought: try TrainedNetwork.all())
        let runner = ClaimRunner(
            claims, store: request.report.map { ResultStore(folder: $0.appendingPathComponent("results")) },
            resumes: request.resumes, command: request.command(for:)
        ) { report in
            ExperimentContext(
                effort: request.effort, seed: request.seed, seedCount: request.seeds, data: data, networks: networks,
                report: report, shouldStop: shouldStop)
        }
        do {
            return try runner.run(status: status) { result, wasThere in
                let time = wasThere ? "was there" : Format.seconds(result.run.seconds)
                notice("\(result.text.id): \(ClaimTables.words(result.verdict)) (\(time))")
            }
        } catch ExperimentError.stopped {
            throw CommandFailure(
                request.report == nil
                    ? "stopped (with --report what is finished is kept, and --resume goes on from there)"
                    : "stopped; the same command with --resume goes on from there")
        }
    }
}

extension ValidateRequest {
    /// The command as a whole.
    var wholeCommand: String {
        let names = claims.count == AllClaims.all.count ? "--all" : claims.map(\.id).joined(separator: " ")
        return command(for: names)
    }
}
