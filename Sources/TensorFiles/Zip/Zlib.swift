import CZlib

/// How many bytes are read, inflated or deflated at a time.
let pieceSize = 1 << 18

/// The CRC-32 of the bytes whose CRC-32 is `checksum`, followed by `bytes`.
func crc32Checksum(of bytes: ArraySlice<UInt8>, continuing checksum: UInt32 = 0) -> UInt32 {
    // zlib takes a null pointer, which an empty array may have, for the wish to start anew.
    guard !bytes.isEmpty else { return checksum }
    return bytes.withUnsafeBufferPointer {
        UInt32(truncatingIfNeeded: crc32_z(UInt(checksum), $0.baseAddress, $0.count))
    }
}

/// `parts`, one after the other, in deflate's own format; nil where there is no memory for it.
func deflated(_ parts: [[UInt8]]) -> [[UInt8]]? {
    var stream = z_stream()
    let memoryLevel: Int32 = 8
    // Negative window bits: deflate's own format, without zlib's header.
    guard
        deflateInit2_(
            &stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -15, memoryLevel, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else { return nil }
    defer { deflateEnd(&stream) }

    var result: [[UInt8]] = []
    var output = [UInt8](repeating: 0, count: pieceSize)
    /// Takes one piece of input, and at the end all that is still held back.
    func take(_ piece: ArraySlice<UInt8>, _ flush: Int32) -> Bool {
        var input = Array(piece)
        return input.withUnsafeMutableBufferPointer { source in
            stream.next_in = source.baseAddress
            stream.avail_in = UInt32(source.count)
            var status = Z_OK
            repeat {
                let count = output.withUnsafeMutableBufferPointer { target in
                    stream.next_out = target.baseAddress
                    stream.avail_out = UInt32(target.count)
                    status = deflate(&stream, flush)
                    return target.count - Int(stream.avail_out)
                }
                if count > 0 { result.append(Array(output[..<count])) }
            } while status == Z_OK && stream.avail_out == 0
            return status == (flush == Z_FINISH ? Z_STREAM_END : Z_OK) || (status == Z_BUF_ERROR && flush != Z_FINISH)
        }
    }
    for part in parts {
        for start in stride(from: 0, to: part.count, by: pieceSize) {
            guard take(part[start..<min(start + pieceSize, part.count)], Z_NO_FLUSH) else { return nil }
        }
    }
    return take([], Z_FINISH) ? result : nil
}
