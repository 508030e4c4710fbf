import Foundation

/// The machine that a measurement is of.
public struct Machine: Hashable, Sendable, Codable, CustomStringConvertible {
    /// The processor's name.
    public let processor: String
    /// The number of cores that this process may use.
    public let cores: Int
    /// The instruction set: x86-64, arm64 or another.
    public let architecture: String
    /// The operating system with its version.
    public let system: String

    /// A description with the given parts.
    public init(processor: String, cores: Int, architecture: String, system: String) {
        self.processor = processor
        self.cores = cores
        self.architecture = architecture
        self.system = system
    }

    /// The machine that runs this.
    public static let current = Machine(
        processor: processorName, cores: ProcessInfo.processInfo.activeProcessorCount, architecture: architectureName,
        system: ProcessInfo.processInfo.operatingSystemVersionString)

    /// The processor, its cores and the instruction set, by which machines of the same speed are told.
    public var description: String { "\(processor), \(cores) \(cores == 1 ? "core" : "cores"), \(architecture)" }

    private static var architectureName: String {
        #if arch(x86_64)
            "x86-64"
        #elseif arch(arm64)
            "arm64"
        #else
            "another architecture"
        #endif
    }

    private static var processorName: String {
        #if os(Linux)
            let lines = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8))?.split(separator: "\n") ?? []
            for line in lines where line.hasPrefix("model name") || line.hasPrefix("CPU part") {
                if let colon = line.firstIndex(of: ":") {
                    return line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
                }
            }
        #elseif canImport(Darwin)
            var size = 0
            sysctlbyname("machdep.cpu.brand_string", nil, &size, nil, 0)
            var name = [UInt8](repeating: 0, count: size)
            if size > 1, sysctlbyname("machdep.cpu.brand_string", &name, &size, nil, 0) == 0 {
                return String(decoding: name.prefix(size - 1), as: UTF8.self)
            }
        #endif
        return "unknown processor"
    }
}
