import Experiments
import Foundation
import MessagePassing
import Parallelism
import Reports
import TrainedNetworks

/// `ccnn validate` between its arguments and its output.
public struct ValidateRun {
    private let request: ValidateRequest
    private let style: TerminalStyle
    private let version: String
    private let communicator: any Communicator

    /// A run of a checked request, whose text is made for `style`.
    ///
    /// Where there are several ranks, they share out claims, networks and seeds, and rank 0 alone writes pages and has something to say.
    public init(
        _ request: ValidateRequest, style: TerminalStyle, version: String,
        on communicator: any Communicator = SingleProcess()
    ) {
        self.request = request
        self.style = style
        self.version = version
        self.communicator = communicator
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
        let pages = outputs(results: false)
        try outputs(results: true).check(on: communicator)
        if request.lists { return communicator.leads ? list() : "" }
        if let threads = request.threads { WorkerPool.shared.threadCount = threads }
        do {
            let (toRun, old) = try split()
            for id in old.missing where communicator.leads {
                notice("\(id): no result in \(request.stored?.relativePath ?? ""), left out")
            }
            let results = try measured(toRun, shouldStop, status, notice) + old.results
            guard communicator.leads else { return "" }
            let order = AllClaims.all.map(\.id)
            let shown = results.sorted {
                (order.firstIndex(of: $0.text.id) ?? 0) < (order.firstIndex(of: $1.text.id) ?? 0)
            }
            let stored = Set(old.results.map(\.text.id))
            var place = ""
            try pages.check()
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

    /// The pages, and the results where they are asked for; with `resumes` those of a report that is there are its own.
    private func outputs(results: Bool) -> Outputs {
        var outputs = Outputs(overwrites: request.overwrites)
        let stored = request.stored.map { ResultStore(folder: $0) }
        for claim in request.claims { outputs.read(stored?.file(for: claim.id), "a stored result") }
        guard !request.lists, let report = request.report else { return outputs }
        let store = ResultStore(folder: report.appendingPathComponent("results"))
        if request.resumes, FileManager.default.fileExists(atPath: store.folder.path) { return outputs }
        outputs.write(ReportFolder.page(in: report), "--report", makesFolder: true)
        for claim in request.claims {
            outputs.write(report.appendingPathComponent("\(claim.id).html"), "--report", makesFolder: true)
            if results, request.stored == nil || !claim.text.group.trains {
                outputs.write(store.file(for: claim.id), "--report", makesFolder: true)
            }
        }
        return outputs
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

    /// Where trained networks are kept: with the report, or where rank 0 says, so that ranks of one machine find one another's.
    private func networkFolder() -> URL? {
        if let report = request.report { return report.appendingPathComponent("networks") }
        guard communicator.count > 1 else { return nil }
        let own = FileManager.default.temporaryDirectory.appendingPathComponent("ccnn-\(UUID().uuidString)")
        let bytes = communicator.broadcast(communicator.leads ? Array(own.path.utf8) : [])
        return URL(fileURLWithPath: String(decoding: bytes, as: UTF8.self))
    }

    private func measured(
        _ claims: [any Claim], _ shouldStop: @escaping () -> Bool,
        _ status: @escaping (ClaimRunner.Status) -> Void, _ notice: (String) -> Void
    ) throws -> [ClaimResult] {
        guard !claims.isEmpty else { return [] }
        let data = try ValidateData.read(request)
        let folder = networkFolder()
        defer {
            // Of a process by itself the library removes its own.
            if let folder, request.report == nil, communicator.leads { try? FileManager.default.removeItem(at: folder) }
        }
        let networks = try NetworkLibrary(
            folder: folder, checkpoints: request.checkpoints, brought: try TrainedNetwork.all())
        func runner(_ claims: [any Claim], _ ranks: ExperimentRanks) -> ClaimRunner {
            ClaimRunner(
                claims, store: request.report.map { ResultStore(folder: $0.appendingPathComponent("results")) },
                resumes: request.resumes, command: request.command(for:), ranks: ranks
            ) { report in
                ExperimentContext(
                    effort: request.effort, seed: request.seed, seedCount: request.seeds, data: data,
                    networks: networks, ranks: ranks, report: report, shouldStop: shouldStop)
            }
        }
        func tell(_ result: ClaimResult, wasThere: Bool) {
            let time = wasThere ? "was there" : Format.seconds(result.run.seconds)
            notice("\(result.text.id): \(ClaimTables.words(result.verdict)) (\(time))")
        }
        do {
            if communicator.count > 1 {
                return try SpreadClaims(claims, on: communicator).run(
                    runner, status: status, finished: tell)
            }
            return try runner(claims, ExperimentRanks()).run(status: status, finished: tell)
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
