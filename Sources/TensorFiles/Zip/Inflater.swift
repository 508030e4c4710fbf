import CZlib

/// Inflates a member of a zip archive, a piece at a time.
struct Inflater: ~Copyable {
    private let file: RandomAccessFile
    private let member: ZipArchive.Member
    private let stream: UnsafeMutablePointer<z_stream>
    private var input: [UInt8] = []
    private var inputPosition = 0
    private var filePosition: Int
    private var isAtEnd = false

    init(_ file: RandomAccessFile, _ member: ZipArchive.Member) throws(TensorFileError) {
        self.file = file
        self.member = member
        filePosition = member.range.lowerBound
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        // Negative window bits: deflate's own format, without zlib's header.
        let status = inflateInit2_(stream, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        guard status == Z_OK else { throw error(status) }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    /// The next piece of the contents, or nil after the last.
    mutating func next() throws(TensorFileError) -> ArraySlice<UInt8>? {
        var output = [UInt8](repeating: 0, count: pieceSize)
        var count = 0
        while count == 0, !isAtEnd {
            if inputPosition == input.count {
                let end = min(filePosition + pieceSize, member.range.upperBound)
                input = try file.read(filePosition..<end)
                (inputPosition, filePosition) = (0, end)
            }
            count = try inflateOnce(into: &output)
        }
        return count == 0 ? nil : output[..<count]
    }

    /// Inflates until `output` is full or the input used up, and returns how many bytes came out.
    private mutating func inflateOnce(into output: inout [UInt8]) throws(TensorFileError) -> Int {
        let start = inputPosition
        let status = input.withUnsafeMutableBufferPointer { source in
            output.withUnsafeMutableBufferPointer { target in
                stream.pointee.next_in = source.baseAddress.map { $0 + start }
                stream.pointee.avail_in = UInt32(source.count - start)
                stream.pointee.next_out = target.baseAddress
                stream.pointee.avail_out = UInt32(target.count)
                return inflate(stream, Z_NO_FLUSH)
            }
        }
        inputPosition = input.count - Int(stream.pointee.avail_in)
        let count = output.count - Int(stream.pointee.avail_out)
        let isInputUsedUp = inputPosition == input.count && filePosition == member.range.upperBound
        switch status {
        case Z_OK: break
        case Z_STREAM_END where isInputUsedUp: isAtEnd = true
        case Z_BUF_ERROR where !isInputUsedUp: break
        default: throw error(status)
        }
        return count
    }

    private func error(_ status: Int32) -> TensorFileError {
        status == Z_MEM_ERROR
            ? TensorFileError(file.url, found: "no memory to inflate \(member.name.quoted)", wanted: "more of it")
            : TensorFileError(
                file.url, found: "the member \(member.name.quoted) with broken or incomplete deflated data",
                wanted: "data that end with the member")
    }
}
