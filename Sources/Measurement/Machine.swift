import Foundation
import Parallelism

/// The machine that something was measured on, in the words of its own system.
public struct Machine: Sendable, Hashable, Codable {
    /// The processor's name with its family and model where the system tells them, as clouds call several generations by one name; its architecture
    /// where the system does not tell.
    public let processor: String
    /// The processors that this process may use.
    public let processors: Int
    /// The widest vector instructions among AVX-512, AVX2 and NEON that the processor has, or `baseline`.
    public let vectors: String
    /// The operating system.
    public let system: String

    /// The machine that this program runs on.
    public static let current: Machine = {
        let info = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
        return Machine(
            processor: processor(of: info) ?? systemName("machdep.cpu.brand_string") ?? architecture,
            processors: MachineShare.current.processors,
            vectors: vectors(flags: field("flags", of: info) ?? ""),
            system: ProcessInfo.processInfo.operatingSystemVersionString)
    }()

    /// The name of the first processor of /proc/cpuinfo.
    static func processor(of info: String) -> String? {
        guard let name = field("model name", of: info) else { return nil }
        guard let family = field("cpu family", of: info), let model = field("model\t", of: info) else { return name }
        return "\(name) (family \(family), model \(model))"
    }

    /// The value of the first line that begins with `name` and a colon.
    static func field(_ name: String, of info: String) -> String? {
        for line in info.split(separator: "\n") where line.hasPrefix(name) {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2 { return parts[1].trimmingCharacters(in: .whitespaces) }
        }
        return nil
    }

    private static var architecture: String {
        #if arch(arm64)
            return "arm64"
        #elseif arch(x86_64)
            return "x86-64"
        #else
            return "unknown"
        #endif
    }

    private static func vectors(flags: String) -> String {
        #if arch(arm64)
            return "NEON"
        #else
            let flags = Set(flags.split(separator: " "))
            if flags.contains("avx512f") { return "AVX-512" }
            return flags.contains("avx2") ? "AVX2" : "baseline"
        #endif
    }

    private static func systemName(_ name: String) -> String? {
        #if canImport(Darwin)
            var length = 0
            guard sysctlbyname(name, nil, &length, nil, 0) == 0, length > 1 else { return nil }
            var text = [UInt8](repeating: 0, count: length)
            guard sysctlbyname(name, &text, &length, nil, 0) == 0 else { return nil }
            return String(decoding: text.prefix { $0 != 0 }, as: UTF8.self)
        #else
            return nil
        #endif
    }
}
