import Foundation
import TestSupport
import Testing

@testable import Parallelism

@Suite struct MachineShareTests {
    /// The share of a machine of 64 processors and 256 GB that made-up files of the system grant.
    private func share(_ files: [String: String]) throws -> MachineShare {
        let folder = try TemporaryFolder()
        for (path, text) in files {
            let file = folder.file(path)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }
        return MachineShare(root: folder.url, processors: 64, memory: 256_000_000_000)
    }

    @Test func withoutFilesItIsTheMachine() throws {
        let share = try share([:])
        #expect(share.processors == 64 && share.memory == 256_000_000_000)
    }

    /// A quota of 2.5 processors keeps three threads busy most of the time, and two less than it could.
    @Test(
        arguments: [
            ("200000 100000", 2), ("250000 100000", 3), ("10000 100000", 1), ("max 100000", 64),
            ("9900000 100000", 64), ("", 64), ("nan 100000", 64), ("0 0", 64), ("-1 100000", 64),
        ])
    func theQuotaOfTheUnifiedTreeCounts(quota: String, processors: Int) throws {
        let share = try share([
            "proc/self/cgroup": "0::/\n",
            "proc/self/mountinfo": "30 24 0:27 / /sys/fs/cgroup rw,relatime - cgroup2 cgroup2 rw\n",
            "sys/fs/cgroup/cpu.max": quota + "\n", "sys/fs/cgroup/memory.max": "max\n",
        ])
        #expect(share.processors == processors && share.memory == 256_000_000_000)
    }

    /// A group has no more than the one around it, whichever of them says so.
    @Test func groupsAroundCountToo() throws {
        let share = try share([
            "proc/self/cgroup": "0::/jobs/job7/step0\n",
            "sys/fs/cgroup/jobs/cpu.max": "800000 100000\n", "sys/fs/cgroup/jobs/memory.max": "64000000000\n",
            "sys/fs/cgroup/jobs/job7/cpu.max": "400000 100000\n", "sys/fs/cgroup/jobs/job7/memory.max": "8000000000\n",
            "sys/fs/cgroup/jobs/job7/step0/cpu.max": "max 100000\n",
            "sys/fs/cgroup/jobs/job7/step0/memory.max": "max\n",
            "sys/fs/cgroup/jobs/job8/cpu.max": "100000 100000\n",
        ])
        #expect(share.processors == 4 && share.memory == 8_000_000_000)
    }

    @Test(arguments: [("300000", 3), ("-1", 64)])
    func theQuotaOfTheFirstVersionCounts(quota: String, processors: Int) throws {
        let share = try share([
            "proc/self/cgroup": "11:memory:/docker/abc\n4:cpu,cpuacct:/docker/abc\n0::/\n",
            "proc/self/mountinfo": """
            33 32 0:28 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct
            35 32 0:30 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory

            """,
            "sys/fs/cgroup/cpu,cpuacct/docker/abc/cpu.cfs_quota_us": quota + "\n",
            "sys/fs/cgroup/cpu,cpuacct/docker/abc/cpu.cfs_period_us": "100000\n",
            "sys/fs/cgroup/memory/docker/abc/memory.limit_in_bytes": "4294967296\n",
            "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
        ])
        #expect(share.processors == processors && share.memory == 4_294_967_296)
    }

    /// A container's group is the root of what it sees, while its place is told as the machine's.
    @Test(arguments: ["/docker/abc", "/"]) func aContainerFindsItsOwnGroup(root: String) throws {
        let share = try share([
            "proc/self/cgroup": "11:memory:/docker/abc\n4:cpu:/docker/abc\n",
            "proc/self/mountinfo": """
            33 32 0:28 \(root) /sys/fs/cgroup/cpu ro master:9 - cgroup cgroup rw,cpu
            35 32 0:30 \(root) /sys/fs/cgroup/memory ro master:11 - cgroup cgroup rw,memory

            """,
            "sys/fs/cgroup/cpu/cpu.cfs_quota_us": "50000\n", "sys/fs/cgroup/cpu/cpu.cfs_period_us": "25000\n",
            "sys/fs/cgroup/memory/memory.limit_in_bytes": "1000000000\n",
        ])
        #expect(share.processors == 2 && share.memory == 1_000_000_000)
    }

    @Test(arguments: [("0-3,8,10-11", 7), ("5", 1), ("", 64), ("0-", 64), ("3-1", 64), ("x", 64)])
    func processorsThatTheProcessIsBoundToCount(list: String, processors: Int) throws {
        let share = try share(["proc/self/status": "Name:\tccnn\nCpus_allowed:\tff\nCpus_allowed_list:\t\(list)\n"])
        #expect(share.processors == processors)
    }

    @Test func theLeastOfAllLimitsCounts() throws {
        let files = [
            "proc/self/cgroup": "0::/\n", "sys/fs/cgroup/cpu.max": "500000 100000\n",
            "proc/self/status": "Cpus_allowed_list:\t0-2\n",
        ]
        #expect(try share(files).processors == 3)
    }

    @Test func thePoolHasAThreadForEachProcessorOfTheShare() {
        let share = MachineShare.current
        #expect((1...ProcessInfo.processInfo.activeProcessorCount).contains(share.processors))
        #expect(share.memory > 0 && share.memory <= ProcessInfo.processInfo.physicalMemory)
        #expect(WorkerPool.ownThreadCount == min(share.processors, WorkerPool.maximumThreads))
    }
}
