import Foundation
import MessagePassing
import TensorFiles
import TestSupport

// What Tests/MPI/run asks of processes and files that no test inside one process can: see there.

let arguments = CommandLine.arguments.dropFirst()
switch arguments.first {
case "exchanges":
    let communicator = try Job.communicator()
    let findings = CommunicatorChecks.findings(on: communicator)
    for finding in findings { print("rank \(communicator.rank) of \(communicator.count): not as promised: \(finding)") }
    let anyone = communicator.anyoneSays(!findings.isEmpty)
    if communicator.leads, !anyone { print("\(communicator.count) ranks: every exchange is as promised") }
    Job.leave()
    exit(anyone ? 1 : 0)
case "times":
    // The least time of a sum, over fifty of each length.
    let communicator = try Job.communicator()
    for count in [60, 4_000, 25_000, 170_000, 1_000_000] {
        let numbers = [Float](repeating: 1, count: count)
        var least = Duration.seconds(1_000)
        for _ in 0..<50 {
            _ = communicator.beginSum([Double(1)]).value()
            let duration = ContinuousClock().measure { _ = communicator.beginSum(numbers).value() }
            least = min(least, duration)
        }
        if communicator.leads { print("\(communicator.count) ranks, \(count) numbers: \(least / .microseconds(1)) µs") }
    }
    Job.leave()
case "compare":
    // Every tensor of single precision of one file against that of the same name in another: the distance over all, relative to the second.
    let files = Array(arguments.dropFirst())
    guard files.count == 3, let tolerance = Double(files[2]) else { exit(2) }
    let first = try TensorArchive(contentsOf: URL(fileURLWithPath: files[0]))
    let second = try TensorArchive(contentsOf: URL(fileURLWithPath: files[1]))
    var (difference, norm) = (0.0, 0.0)
    // A .npy has one tensor, called after its file.
    let isOne = first.entries.count == 1 && second.entries.count == 1
    for (place, entry) in second.entries.enumerated() where !entry.name.hasPrefix("moment") {
        let name = isOne ? first.entries[place].name : entry.name
        let (a, b) = (try first.tensor(named: name), try second.tensor(named: entry.name))
        guard a.shape == b.shape else {
            print("\(entry.name) has the shapes \(a.shape) and \(b.shape)")
            exit(1)
        }
        for (u, v) in zip(a.doubles, b.doubles) {
            difference += (u - v) * (u - v)
            norm += v * v
        }
    }
    let distance = (difference / norm).squareRoot()
    print("distance \(distance), at most \(tolerance) wanted")
    exit(distance <= tolerance ? 0 : 1)
default:
    print("usage: mpi-checks exchanges | mpi-checks times | mpi-checks compare FILE FILE TOLERANCE")
    exit(2)
}
