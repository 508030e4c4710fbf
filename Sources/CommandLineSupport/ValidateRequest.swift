import Experiments
import Foundation
import Parallelism
import Reports

/// What `ccnn validate` was asked to do, with every value checked.
public struct ValidateRequest: Sendable {
    /// The words of the command line, as they were written; nil where nothing was.
    public struct Arguments: Sendable {
        /// The names of claims.
        public var claims: [String] = []
        /// Whether all claims are meant.
        public var all = false
        /// Whether claims are only listed.
        public var lists = false
        /// `quick`, `standard` or `full`.
        public var effort = Effort.quick.rawValue
        /// A data set's name, or a folder with data sets.
        public var data = DatasetSource.shapes.rawValue
        /// Where data sets' files are.
        public var dataFolder: String?
        /// A folder with runs of `ccnn train`, or with histories that `ccnn results` gathered.
        public var checkpoints: String?
        /// The first seed.
        public var seed: UInt64 = 1
        /// The number of seeds.
        public var seeds: Int?
        /// The folder for pages, results and networks.
        public var report: String?
        /// A folder of results that are shown in place of running claims that train networks.
        public var stored: String?
        /// `text` or `json`.
        public var format = "text"
        /// Whether claims that are finished are not run again.
        public var resumes = false
        /// Whether a new run may replace what is in the report's folder.
        public var overwrites = false
        /// The number of threads.
        public var threads: Int?
        /// The options that stand on the command line, with whatever values.
        public var given = GivenOptions()

        /// The defaults of every option.
        public init() {}
    }

    /// What is printed.
    public enum Format: String, Sendable, CaseIterable {
        /// Tables for people.
        case text
        /// One JSON document.
        case json
    }

    /// The claims, in the order of the list.
    public let claims: [any Claim]
    /// Whether claims are only listed.
    public let lists: Bool
    /// How much work an experiment may be.
    public let effort: Effort
    /// The pictures of ten classes.
    public let data: DatasetSource
    /// Where data sets' files are.
    public let dataFolder: URL
    /// A folder with runs of `ccnn train`, or with histories that `ccnn results` gathered.
    public let checkpoints: URL?
    /// The first seed.
    public let seed: UInt64
    /// The number of seeds; the effort's where nil.
    public let seeds: Int?
    /// The folder for pages, results and networks.
    public let report: URL?
    /// A folder of results that are shown in place of running claims that train networks.
    public let stored: URL?
    /// What is printed.
    public let format: Format
    /// Whether claims that are finished are not run again.
    public let resumes: Bool
    /// Whether a new run may replace what is in the report's folder.
    public let overwrites: Bool
    /// The number of threads, or nil for one per processor.
    public let threads: Int?

    /// Checks the words of a command line.
    /// - Throws: `CommandFailure` with exit code 2, whose sentence names the option, the value found and the values wanted.
    public init(_ arguments: Arguments) throws(CommandFailure) {
        lists = arguments.lists
        claims = try Self.claims(arguments)
        guard let effort = Effort(rawValue: arguments.effort) else {
            throw .usage(
                "--effort is '\(arguments.effort)', but it is quick, standard or full"
                    + suggestion(for: arguments.effort, among: Effort.allCases.map(\.rawValue)))
        }
        self.effort = effort
        (data, dataFolder) = try Self.data(arguments)
        guard let format = Format(rawValue: arguments.format) else {
            throw .usage(
                "--format is '\(arguments.format)', but it is text or json"
                    + suggestion(for: arguments.format, among: Format.allCases.map(\.rawValue)))
        }
        self.format = format
        if let seeds = arguments.seeds, !(1...100).contains(seeds) {
            throw .usage("--seeds is \(seeds), but it is from 1 to 100")
        }
        seeds = arguments.seeds
        seed = arguments.seed
        if let threads = arguments.threads, !(1...WorkerPool.maximumThreads).contains(threads) {
            throw .usage("--threads is \(threads), but it is from 1 to \(WorkerPool.maximumThreads)")
        }
        threads = arguments.threads
        guard !arguments.resumes || arguments.report != nil else {
            throw .usage("--resume goes on with what is in a report's folder, so --report is wanted")
        }
        resumes = arguments.resumes
        overwrites = arguments.overwrites
        try TrainRequest.refuseBoth(resumes, overwrites)
        func folder(_ name: String, _ path: String?) throws(CommandFailure) -> URL? {
            guard let path else { return nil }
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue else {
                throw CommandFailure("\(name) is \(path), but there is no such folder")
            }
            return URL(fileURLWithPath: path)
        }
        report = arguments.report.map { URL(fileURLWithPath: $0) }
        stored = try folder("--stored", arguments.stored)
        checkpoints = try folder("--checkpoints", arguments.checkpoints)
        try refuseIgnored(arguments)
    }

    private func refuseIgnored(_ arguments: Arguments) throws(CommandFailure) {
        let defaults = Arguments()
        var check = OptionCheck(arguments.given)
        check.note("--effort", arguments.effort != defaults.effort)
        check.note("--data", arguments.data != defaults.data)
        check.note("--data-folder", arguments.dataFolder != nil)
        check.note("--checkpoints", arguments.checkpoints != nil)
        check.note("--seed", arguments.seed != defaults.seed)
        check.note("--seeds", arguments.seeds != nil)
        check.note("--report", arguments.report != nil)
        check.note("--stored", arguments.stored != nil)
        check.note("--resume", arguments.resumes)
        check.note("--overwrite", arguments.overwrites)
        check.note("--threads", arguments.threads != nil)
        let ofRuns = ["--effort", "--data", "--data-folder", "--checkpoints", "--seed", "--seeds", "--threads"]
        try check.refuse(
            ofRuns + ["--report", "--stored", "--resume", "--overwrite"], if: lists, "--list tests no claim")
        try check.refuse(
            ["--data-folder"], if: DatasetSource(rawValue: arguments.data) == nil,
            "--data names the folder \(arguments.data)")
        try check.refuse(["--data-folder"], if: data == .shapes, "shapes is drawn from a seed and read from no folder")
        let train = claims.contains { $0.text.group.trains }
        try check.refuse(["--stored"], if: !train, "none of the claims named trains networks")
        // What a claim does not look at is refused no further: the command that its page shows has what all claims of a run were given.
        try check.refuse(
            ofRuns + ["--resume"], if: stored != nil && claims.allSatisfy { $0.text.group.trains },
            "no claim is run, as all of those named are in --stored")
    }

    private static func claims(_ arguments: Arguments) throws(CommandFailure) -> [any Claim] {
        let known = AllClaims.all
        if arguments.all || (arguments.lists && arguments.claims.isEmpty) {
            guard arguments.claims.isEmpty else {
                throw .usage("--all and names of claims were given, but one of them says which")
            }
            return known
        }
        guard !arguments.claims.isEmpty else {
            throw .usage("no claim was named: wanted names, or --all (--list lists them)")
        }
        for name in arguments.claims where AllClaims.named(name) == nil {
            throw .usage(
                "there is no claim '\(name)'\(suggestion(for: name, among: known.map(\.id))) (--list lists them)")
        }
        return known.filter { arguments.claims.contains($0.id) }
    }

    /// A name with the folder beside it, or a folder, whose CIFAR-10 is meant.
    private static func data(_ arguments: Arguments) throws(CommandFailure) -> (DatasetSource, URL) {
        let folder = arguments.dataFolder.map { URL(fileURLWithPath: $0) }
        if let source = DatasetSource(rawValue: arguments.data) {
            guard source == .shapes || source == .cifar10 else {
                throw .usage("--data is '\(source.rawValue)', but it is shapes, cifar-10, or a folder with data sets")
            }
            return (source, folder ?? DatasetSource.defaultFolder)
        }
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: arguments.data, isDirectory: &isFolder), isFolder.boolValue else {
            throw .usage(
                "--data is '\(arguments.data)', but it is shapes, cifar-10, or a folder with data sets"
                    + suggestion(
                        for: arguments.data, among: [DatasetSource.shapes.rawValue, DatasetSource.cifar10.rawValue]))
        }
        let place = URL(fileURLWithPath: arguments.data)
        guard DatasetSource.cifar10.location(in: place) != nil else {
            throw CommandFailure(
                "--data is the folder \(arguments.data), but there is no cifar-10 in it (ccnn download cifar-10 --data-folder "
                    + "\(arguments.data) fetches it, or --data shapes needs no files)")
        }
        return (.cifar10, place)
    }

    /// The command that repeats the experiment of a claim; with the same result where the same runs and data are in its folders.
    public func command(for id: String) -> String {
        var words = ["ccnn", "validate"] + id.split(separator: " ").map(String.init)
        words += ["--effort", effort.rawValue, "--data", data.rawValue, "--seed", "\(seed)"]
        if let seeds { words += ["--seeds", "\(seeds)"] }
        if dataFolder != DatasetSource.defaultFolder { words += ["--data-folder", dataFolder.relativePath] }
        if let checkpoints { words += ["--checkpoints", checkpoints.relativePath] }
        return Page.commandLine(words)
    }
}
