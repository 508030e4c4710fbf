import CPNG
import Foundation

/// A PNG file, written row by row.
///
/// Rows go to a file beside the wanted one, which takes its place when `finish` has written everything, so that a picture is there as a whole or
/// not at all.
public final class PNGWriter {
    /// What rows hold.
    public let format: PictureFormat
    private let file: URL
    private let partial: URL
    private var writer: OpaquePointer?
    private var row = 0

    /// Creates a file for a picture.
    ///
    /// - Throws: `PictureError.cannotWrite`.
    public init(_ file: URL, _ format: PictureFormat) throws(PictureError) {
        (self.file, self.format) = (file, format)
        // A name of its own: two processes that write the same picture do not write into each other's file. It tells the process, as TensorFiles' names
        // do, by which what a killed one left is known from what a running one writes.
        let token = String(UInt64.random(in: 0...UInt64.max), radix: 36)
        partial = file.deletingLastPathComponent().appendingPathComponent(".\(token).\(getpid()).partial")
        var header = ccnn_pngHeader()
        (header.width, header.height) = (UInt32(format.width), UInt32(format.height))
        (header.depth, header.channels) = (Int32(format.depth.rawValue), Int32(format.channels.count))
        if let density = format.density {
            (header.hasDensity, header.densityIsPerMetre) = (true, density.isPerMetre)
            (header.densityX, header.densityY) = (UInt32(density.x), UInt32(density.y))
        }
        var message = [CChar](repeating: 0, count: Int(CCNN_PNG_MESSAGE))
        writer = ccnn_pngCreate(partial.path, &header, &message)
        guard writer != nil else {
            try? FileManager.default.removeItem(at: partial)
            throw .cannotWrite(file: file.path, reason: text(message))
        }
    }

    deinit {
        if let writer {
            ccnn_pngCloseWriter(writer)
            try? FileManager.default.removeItem(at: partial)
        }
    }

    /// Writes the next row, `format.rowCount` numbers from 0 to the depth's maximum.
    ///
    /// - Throws: `PictureError.cannotWrite`.
    public func write(row samples: [UInt16]) throws(PictureError) {
        precondition(samples.count == format.rowCount, "a row has \(format.rowCount) samples, not \(samples.count)")
        precondition(row < format.height, "the picture has \(format.height) rows")
        guard let writer else { preconditionFailure("the picture is finished") }
        guard samples.withUnsafeBufferPointer({ ccnn_pngWriteRow(writer, $0.baseAddress) }) else {
            throw .cannotWrite(file: file.path, reason: String(cString: ccnn_pngWriterMessage(writer)))
        }
        row += 1
    }

    /// Writes the end and puts the file in its place; all rows have been written.
    ///
    /// - Throws: `PictureError.cannotWrite`.
    public func finish() throws(PictureError) {
        precondition(row == format.height, "\(row) of \(format.height) rows have been written")
        guard let writer else { return }
        guard ccnn_pngFinishWriting(writer) else {
            throw .cannotWrite(file: file.path, reason: String(cString: ccnn_pngWriterMessage(writer)))
        }
        ccnn_pngCloseWriter(writer)
        self.writer = nil
        guard rename(partial.path, file.path) == 0 else {
            let reason = String(cString: strerror(errno))
            try? FileManager.default.removeItem(at: partial)
            throw .cannotWrite(file: file.path, reason: reason)
        }
    }
}
