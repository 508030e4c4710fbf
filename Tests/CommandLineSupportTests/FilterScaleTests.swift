import CommandLineSupport
import ContinuousCNN
import Foundation
import MessagePassing
import TestSupport
import Testing

/// Results that no scale holds, on one process and on ranks.
@Suite struct FilterScaleTests {
    /// Differences of such numbers are infinite in single precision.
    @Test func aGradientThatOverflowsHasNoScale() throws {
        let folder = try TemporaryFolder()
        let array = folder.file("large.npy")
        let numbers = (0..<480).map { Float($0 % 7) * 5.6e37 }
        try NpyFile.write(StoredTensor(name: "large", shape: [20, 24], numbers), to: array)
        var arguments = FilterRequest.Arguments()
        (arguments.picture, arguments.output) = (array.path, folder.file("out.png").path)
        (arguments.gradientMagnitude, arguments.method) = (true, "spectral")
        let request = try FilterRequest(arguments)
        for run in [
            { try FilterRun(request).run() }, { try SlabFilterRun(request, on: SingleProcess()).run() },
        ] as [() throws -> String] {
            let failure = #expect(throws: CommandFailure.self) { try run() }
            #expect(failure?.description.contains("not finite everywhere") == true, "\(failure as Any)")
        }
        #expect(try folder.names() == ["large.npy"])
    }
}
