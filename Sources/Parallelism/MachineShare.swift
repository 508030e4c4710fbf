import Foundation

/// What this process may use of the machine that it runs on.
///
/// A container or a job of a batch system has a share of a machine, which its control group says, and a process may be bound to some processors.
/// Threads beyond that share are stopped by the system for a part of each tenth of a second, and memory beyond it ends the process. Whatever counts
/// processors or asks for memory asks here. Source: the kernel's documentation of control groups, version 2 (`cpu.max`, `memory.max`) and
/// version 1 (`cpu.cfs_quota_us`, `memory.limit_in_bytes`).
public struct MachineShare: Sendable, Hashable {
    /// The number of processors: the least of those that the machine has, those that the process is bound to, and the quota of its control group and of
    /// those around it, rounded up.
    public let processors: Int
    /// The bytes of memory: the least of what the machine has and the limits of the control group and of those around it.
    public let memory: UInt64

    /// The share of this process, as it was when it was first asked for.
    public static let current = MachineShare(
        processors: ProcessInfo.processInfo.activeProcessorCount, memory: ProcessInfo.processInfo.physicalMemory)

    /// The share that the files below `root` grant of a machine.
    ///
    /// - Parameters:
    ///   - root: The folder in which `proc` and `sys` lie. What is not there, as on other systems than Linux, or cannot be read limits nothing.
    ///   - processors: The processors that the machine has.
    ///   - memory: The bytes of memory that the machine has.
    public init(root: URL = URL(fileURLWithPath: "/"), processors: Int, memory: UInt64) {
        let files = Files(root: root)
        let groups = ControlGroups(files)
        var count = Double(max(processors, 1))
        if let bound = files.boundProcessors { count = min(count, Double(bound)) }
        if let quota = groups.processors { count = min(count, quota.rounded(.up)) }
        self.processors = max(Int(count), 1)
        self.memory = min(memory, groups.memory ?? .max)
    }

    /// The system's files, of which any may be missing.
    private struct Files {
        let root: URL

        func text(_ path: String) -> String? {
            try? String(contentsOfFile: root.path + "/" + path, encoding: .utf8)
        }

        func lines(_ path: String) -> [Substring] { text(path)?.split(whereSeparator: \.isNewline) ?? [] }

        /// The words of a file of one line.
        func words(_ path: String) -> [Substring] { text(path)?.split(whereSeparator: \.isWhitespace) ?? [] }

        /// How many processors the process may run on, from a list such as `0-3,8`.
        var boundProcessors: Int? {
            let name = "Cpus_allowed_list:"
            guard let line = lines("proc/self/status").first(where: { $0.hasPrefix(name) }) else { return nil }
            var count = 0
            for part in line.dropFirst(name.count).split(separator: ",") {
                let ends = part.split(separator: "-", omittingEmptySubsequences: false).map {
                    Int($0.trimmingCharacters(in: .whitespaces))
                }
                guard let first = ends.first ?? nil, let last = ends.last ?? nil, first >= 0, last >= first,
                    last < 1 << 20
                else { return nil }
                count += last - first + 1
            }
            return count > 0 ? count : nil
        }
    }

    /// The control groups of the process, one tree of folders for each controller or one for all.
    private struct ControlGroups {
        /// The quota in processors.
        private(set) var processors: Double?
        /// The limit in bytes.
        private(set) var memory: UInt64?

        init(_ files: Files) {
            for folder in Self.folders(of: "", files) {
                let words = files.words(folder + "/cpu.max")
                if words.count == 2 { limit(quota: words[0], period: words[1]) }
                limit(memory: files.words(folder + "/memory.max").first)
            }
            for folder in Self.folders(of: "cpu", files) {
                if let quota = files.words(folder + "/cpu.cfs_quota_us").first,
                    let period = files.words(folder + "/cpu.cfs_period_us").first
                {
                    limit(quota: quota, period: period)
                }
            }
            for folder in Self.folders(of: "memory", files) {
                limit(memory: files.words(folder + "/memory.limit_in_bytes").first)
            }
        }

        /// `max` and −1 are no numbers of microseconds: there is no limit then.
        private mutating func limit(quota: Substring, period: Substring) {
            guard let quota = Double(quota), let period = Double(period), quota > 0, period > 0, quota.isFinite else {
                return
            }
            processors = min(processors ?? .infinity, quota / period)
        }

        private mutating func limit(memory limit: Substring?) {
            guard let limit = limit.flatMap({ UInt64($0) }), limit > 0 else { return }
            memory = min(memory ?? .max, limit)
        }

        /// The folders of the group of a controller, the unified ones of version 2 where it is empty, and of the groups around it.
        private static func folders(of controller: String, _ files: Files) -> [String] {
            let isUnified = controller.isEmpty
            let own = files.lines("proc/self/cgroup").compactMap { line -> String? in
                let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
                guard fields.count == 3 else { return nil }
                let isIt = isUnified ? fields[1].isEmpty : fields[1].split(separator: ",").contains(controller[...])
                return isIt ? String(fields[2]) : nil
            }.first
            guard let own else { return [] }
            return mounts(of: controller, files).flatMap { mount -> [String] in
                // A container sees its own group as the root of the tree, but may be told its place in the tree of the machine.
                var path = own[...]
                if mount.root != "/", path.hasPrefix(mount.root) { path = path.dropFirst(mount.root.count) }
                var parts = path.split(separator: "/")
                // Of a group outside the tree that is seen here nothing is known.
                if parts.contains("..") { parts = [] }
                return (0...parts.count).map { count in
                    ([mount.place[...]] + parts.prefix(count)).joined(separator: "/")
                }
            }
        }

        /// Where the tree of a controller is to be seen, and which of its groups is the root there.
        private static func mounts(of controller: String, _ files: Files) -> [(place: String, root: String)] {
            let found = files.lines("proc/self/mountinfo").compactMap { line -> (place: String, root: String)? in
                let fields = line.split(separator: " ")
                guard let dash = fields.firstIndex(of: "-"), dash >= 5, fields.count > dash + 3 else { return nil }
                let isIt =
                    controller.isEmpty
                    ? fields[dash + 1] == "cgroup2"
                    : fields[dash + 1] == "cgroup"
                        && fields[(dash + 3)...].contains { $0.split(separator: ",").contains(controller[...]) }
                return isIt ? (String(fields[4].drop { $0 == "/" }), String(fields[3])) : nil
            }
            guard found.isEmpty else { return found }
            return [(controller.isEmpty ? "sys/fs/cgroup" : "sys/fs/cgroup/\(controller)", "/")]
        }
    }
}
