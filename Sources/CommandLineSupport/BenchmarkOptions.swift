import ContinuousCNN
import Foundation
import Measurement
import Reports

/// The options that several benchmarks share.
enum BenchmarkOptions {
    static func repeats(_ count: Int) throws(CommandFailure) -> Int {
        guard (1...1000).contains(count) else {
            throw .usage("--repeats is \(count), but everything runs 1 to 1000 times")
        }
        return count
    }

    static func threads(_ count: Int?) throws(CommandFailure) -> Int? {
        if let count, !(1...WorkerPool.maximumThreads).contains(count) {
            throw .usage("--threads is \(count), but 1 to \(WorkerPool.maximumThreads) threads share the work")
        }
        return count
    }

    /// The numbers of a list such as `3,5,7`.
    static func numbers(_ text: String, of option: String, in range: ClosedRange<Int>) throws(CommandFailure) -> [Int] {
        var numbers: [Int] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let number = Int(part.trimmingCharacters(in: .whitespaces)), range.contains(number) else {
                throw .usage(
                    "\(option) has '\(part)', but is whole numbers from \(range.lowerBound) to \(range.upperBound) with commas between"
                )
            }
            numbers.append(number)
        }
        return numbers
    }

    /// The bytes that a text such as `512MB` or `2GB` means, in powers of 1000.
    static func bytes(_ text: String, of option: String) throws(CommandFailure) -> Int {
        let upper = text.uppercased()
        for (unit, factor) in [("KB", 1e3), ("MB", 1e6), ("GB", 1e9), ("", 1)] where upper.hasSuffix(unit) {
            guard let value = Double(upper.dropLast(unit.count)), value >= 0, value * factor < 1e18 else { break }
            return Int(value * factor)
        }
        throw .usage("\(option) is '\(text)', but it is a number of bytes such as 512MB or 2GB")
    }

    /// Runs `body` while the library's threads are as many as asked for.
    static func withThreads<Result>(
        _ threads: Int?, _ body: () throws(CommandFailure) -> Result
    ) throws(CommandFailure) -> Result {
        let before = WorkerPool.shared.threadCount
        if let threads { WorkerPool.shared.threadCount = threads }
        defer { WorkerPool.shared.threadCount = before }
        warmUp()
        return try body()
    }

    /// Keeps all threads busy until the system has given each a processor of its own, which takes it up to half a second.
    private static func warmUp() {
        let start = ContinuousClock.now
        WorkerPool.shared.forEach(WorkerPool.shared.threadCount) { _ in
            while ContinuousClock.now - start < .milliseconds(600) {}
        }
    }

    /// A document as JSON, keys sorted.
    static func json(_ document: some Encodable) throws(CommandFailure) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        do {
            return String(decoding: try encoder.encode(document), as: UTF8.self) + "\n"
        } catch {
            throw CommandFailure("the benchmark's figures are no JSON: \(error)")
        }
    }

    /// `1 thread` or `n threads`.
    static func threadCount(_ count: Int) -> String { Format.count(count, "thread") }
}
