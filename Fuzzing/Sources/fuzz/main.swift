import Foundation

// usage: fuzz TARGET [options and corpora of libFuzzer]
//        fuzz seeds FOLDER FIXTURES
//
// The second writes small valid inputs into a folder for each target, some of them copies of the tests' fixtures.
// The target gets every input as a file. A reader may refuse it with an error; whatever else happens (a trap, a sanitiser's report,
// more time or memory than allowed) is a crash, and libFuzzer keeps the input.

if CommandLine.arguments.count == 4, CommandLine.arguments[1] == "seeds" {
    let (folder, fixtures) = (CommandLine.arguments[2], CommandLine.arguments[3])
    try Seeds.write(into: URL(fileURLWithPath: folder), fixtures: URL(fileURLWithPath: fixtures))
    exit(0)
}
let names = FuzzTarget.allCases.map(\.rawValue).joined(separator: ", ")
guard CommandLine.arguments.count > 1, let chosen = FuzzTarget(rawValue: CommandLine.arguments[1]) else {
    FileHandle.standardError.write(Data("usage: fuzz TARGET [options of libFuzzer]; targets: \(names)\n".utf8))
    exit(2)
}
// libFuzzer calls back through a C function, which cannot capture the choice.
FuzzTarget.current = chosen

/// libFuzzer's loop, which parses its own options and calls `callback` for every input.
@_silgen_name("LLVMFuzzerRunDriver")
func runDriver(
    _ argumentCount: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ callback: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

// Its first argument is the program's name; the target's stands where that was.
var argumentCount = CommandLine.argc - 1
var arguments = CommandLine.unsafeArgv + 1
exit(
    runDriver(&argumentCount, &arguments) { bytes, count in
        FuzzTarget.current.run(UnsafeBufferPointer(start: bytes, count: count))
        return 0
    })
