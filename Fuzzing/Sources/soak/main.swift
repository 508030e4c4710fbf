import CommandLineSupport
import ContinuousCNN
import Foundation
import Reports

// usage: soak MINUTES
//
// Runs commands of every kind one after another in this one process for that long, and prints after each round how much memory and how many open
// files the process holds. It fails where the last rounds hold more than the rounds after the first tenth of the time did: each command should leave
// nothing behind.

guard CommandLine.arguments.count == 2, let minutes = Double(CommandLine.arguments[1]), minutes > 0 else {
    FileHandle.standardError.write(Data("usage: soak MINUTES\n".utf8))
    exit(2)
}
let folder = FileManager.default.temporaryDirectory.appendingPathComponent("soak-\(UUID().uuidString)")
try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
defer { try? FileManager.default.removeItem(at: folder) }

let round = Round(in: folder)
let clock = ContinuousClock()
let start = clock.now
func elapsed() -> Double { Double((clock.now - start).components.seconds) / 60 }

var memory: [(megabytes: Double, files: Int)] = []
repeat {
    try round.run(number: memory.count)
    memory.append((Round.residentMegabytes, Round.openFiles))
    print(
        "round \(memory.count), minute \(Format.fixed(elapsed(), decimals: 1)): "
            + "\(Format.fixed(Round.residentMegabytes, decimals: 1)) MB, \(Round.openFiles) open files")
    // A line at a time, into a file too.
    fflush(nil)
} while elapsed() < minutes

// Medians of a fifth of the rounds each: what the allocator holds differs from round to round.
func median(_ rounds: ArraySlice<(megabytes: Double, files: Int)>) -> Double {
    let sorted = rounds.map(\.megabytes).sorted()
    return sorted[sorted.count / 2]
}
let share = max(memory.count / 5, 1)
let early = median(memory.dropFirst(memory.count / 10).prefix(share))
let late = median(memory.suffix(share))
print(
    "\(memory.count) rounds in \(Format.fixed(elapsed(), decimals: 0)) minutes: \(Format.fixed(early, decimals: 1)) MB early, "
        + "\(Format.fixed(late, decimals: 1)) MB late; \(memory[0].files) open files first, \(memory[memory.count - 1].files) last"
)
// Two per cent for what the allocator's arenas keep.
exit(late > 1.02 * early || memory[memory.count - 1].files > memory[0].files + 4 ? 1 : 0)
