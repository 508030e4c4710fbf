import Foundation
import Measurement

/// The times that algorithms took on one machine, for a planner to choose by.
public struct ConvolutionMeasurements: Hashable, Sendable {
    /// What was measured.
    struct Key: Hashable, Sendable, Codable {
        let batch: Int
        let vertical: [Int]
        let horizontal: [Int]
        let channels: [Int]
        let boundary: String
        let direction: ConvolutionDirection
        let threads: Int

        init(shape: ConvolutionShape, direction: ConvolutionDirection, threads: Int) {
            func numbers(_ axis: ConvolutionAxis) -> [Int] {
                [axis.input, axis.kernel, axis.dilation, axis.stride, axis.paddingBefore, axis.paddingAfter]
            }
            batch = shape.batch
            vertical = numbers(shape.vertical)
            horizontal = numbers(shape.horizontal)
            channels = [shape.inputChannels, shape.outputChannels, shape.groups]
            boundary = shape.boundary.rawValue
            self.direction = direction
            self.threads = threads
        }
    }

    /// The machine that the times were taken on; times of another machine are of no use.
    public let machine: String

    /// The shortest time of each algorithm, in seconds.
    var times: [Key: [ConvolutionAlgorithm: Double]] = [:]

    /// The number of shapes, directions and thread counts measured.
    public var count: Int { times.count }

    /// No measurements yet, on the machine described so.
    public init(machine: String = Self.thisMachine) {
        self.machine = machine
    }

    /// The description of the machine that runs this.
    public static var thisMachine: String {
        let machine = Machine.current
        return "\(machine.processor), \(machine.processors) processors, \(machine.vectors)"
    }
}

/// Why a file of measurements cannot be used.
public enum ConvolutionMeasurementsError: Error, Hashable, CustomStringConvertible {
    /// The file cannot be read or written.
    case inaccessible(file: String, reason: String)
    /// The file does not hold measurements.
    case malformed(file: String, reason: String)
    /// The measurements are another machine's.
    case otherMachine(file: String, found: String, wanted: String)

    /// One sentence that names the file and what is wrong with it.
    public var description: String {
        switch self {
        case .inaccessible(let file, let reason): "the measurements in \(file) cannot be accessed: \(reason)"
        case .malformed(let file, let reason): "\(file) does not hold measurements of convolutions: \(reason)"
        case .otherMachine(let file, let found, let wanted):
            "the measurements in \(file) were taken on “\(found)”, but this machine is “\(wanted)”"
        }
    }
}

extension ConvolutionMeasurements {
    private struct File: Codable {
        let machine: String
        let entries: [Entry]
    }

    private struct Entry: Codable {
        let convolution: Key
        let seconds: [String: Double]
    }

    /// The measurements kept in a file, which must be of this machine.
    ///
    /// - Throws: `ConvolutionMeasurementsError` where the file cannot be read, holds something else, or is another machine's.
    public init(contentsOf file: URL) throws(ConvolutionMeasurementsError) {
        let data: Data
        do {
            data = try Data(contentsOf: file)
        } catch {
            throw .inaccessible(file: file.path, reason: error.localizedDescription)
        }
        let content: File
        do {
            content = try JSONDecoder().decode(File.self, from: data)
        } catch {
            throw .malformed(file: file.path, reason: Self.reason(error))
        }
        guard content.machine == Self.thisMachine else {
            throw .otherMachine(file: file.path, found: content.machine, wanted: Self.thisMachine)
        }
        self.init(machine: content.machine)
        for entry in content.entries {
            var known: [ConvolutionAlgorithm: Double] = [:]
            for (name, seconds) in entry.seconds {
                guard let algorithm = ConvolutionAlgorithm(rawValue: name) else { continue }
                guard seconds.isFinite, seconds > 0 else {
                    throw .malformed(file: file.path, reason: "a time is \(seconds) seconds, but must be positive")
                }
                known[algorithm] = seconds
            }
            times[entry.convolution] = known
        }
    }

    /// What a decoder found, in a few words.
    private static func reason(_ error: any Error) -> String {
        func place(_ context: DecodingError.Context) -> String {
            context.codingPath.isEmpty
                ? "the whole"
                : context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(separator: ".")
        }
        switch error {
        case DecodingError.keyNotFound(let key, _): return "it has no '\(key.stringValue)'"
        case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
            return "\(place(context)) is of another kind"
        default: return "it is not JSON of this form"
        }
    }

    /// Keeps the measurements in a file, replacing it.
    ///
    /// - Throws: `ConvolutionMeasurementsError.inaccessible` where it cannot be written.
    public func write(to file: URL) throws(ConvolutionMeasurementsError) {
        let entries = times.map { key, times in
            Entry(
                convolution: key,
                seconds: Dictionary(uniqueKeysWithValues: times.map { ($0.key.rawValue, $0.value) }))
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        do {
            try encoder.encode(File(machine: machine, entries: entries)).write(to: file, options: .atomic)
        } catch {
            throw .inaccessible(file: file.path, reason: error.localizedDescription)
        }
    }
}
