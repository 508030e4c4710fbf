// Reads HDF5 for ccnn, in a process of its own: the library that does it is not made for hostile files, and whatever becomes of it here is no
// more than a sentence there. The file comes as a part of
// standard input, from byte FIRST on; `contents` writes what it holds as JSON, `elements` the numbers of the data set at a path.

import CHDF5Files

#if canImport(FoundationEssentials)
    // Without the tables of text that Foundation loads, the process starts in a third of the time.
    import FoundationEssentials
    import Glibc
#else
    import Foundation
#endif

let words = Array(CommandLine.arguments.dropFirst())
guard words.count == (words.first == "elements" ? 4 : 3), ["contents", "elements"].contains(words[0]),
    let first = Int64(words[1]), let size = Int64(words[2])
else { fail("usage: ccnn-hdf5 contents FIRST SIZE <FILE, ccnn-hdf5 elements FIRST SIZE PATH <FILE") }
// The libraries, the chunk cache and what is read at a time need less than a tenth of the address space.
ccnn_hdf5LimitProcess(2 << 30, 60)
guard let file = HDF5Object(ccnn_hdf5OpenFile(STDIN_FILENO, first, size)) else {
    fail("the HDF5 library does not open it")
}
if words[0] == "contents" {
    var listing = Listing()
    listing.read(file)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.withoutEscapingSlashes]
    guard let json = try? encoder.encode(listing) else { fail("its names are not text") }
    Output.send([UInt8](json))
} else {
    guard let dataset = file.descendant(words[3]) else { fail("the data set is not there any more") }
    do { try Elements.write(dataset) } catch { fail(error.sentence) }
}

/// Ends the process with a sentence for whoever reads its standard error.
func fail(_ sentence: String) -> Never {
    let line = Array((sentence + "\n").utf8)
    _ = line.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
    exit(1)
}
