import CPNG
import Foundation

/// A PNG file, read row by row, so that no more than one row of it need be in memory; an interlaced one is decoded as a whole.
///
/// Palettes become colours, one, two and four bits become eight, and a transparent colour becomes an alpha channel. Values are as stored: no gamma is applied.
public final class PNGReader {
    /// What rows hold.
    public let format: PictureFormat
    /// The row that `nextRow` reads next.
    public private(set) var row = 0

    private let file: String
    private let reader: OpaquePointer

    /// Opens `file` and reads its header.
    ///
    /// - Parameters:
    ///   - file: the file to read.
    ///   - maximumPixels: the most pixels to accept; a file of a megabyte may honestly unfold to billions of them.
    /// - Throws: `PictureError.cannotOpen` where it is missing, no PNG file, or an interlaced one that finds no room in memory; `.implausible` where it promises
    ///   more pixels than could be packed into it, `.tooLarge`, `.damaged`.
    public init(_ file: URL, maximumPixels: Int = 1 << 30) throws(PictureError) {
        self.file = file.path
        var header = ccnn_pngHeader()
        var message = [CChar](repeating: 0, count: Int(CCNN_PNG_MESSAGE))
        guard let reader = ccnn_pngOpen(file.path, &header, &message) else {
            throw .cannotOpen(file: file.path, reason: text(message))
        }
        self.reader = reader
        guard let channels = PictureChannels(rawValue: Int(header.channels)),
            let depth = PictureDepth(rawValue: Int(header.depth))
        else {
            ccnn_pngCloseReader(reader)
            throw .cannotOpen(file: file.path, reason: "it has \(header.channels) channels of \(header.depth) bits")
        }
        let density =
            header.hasDensity && header.densityX < 1 << 31 && header.densityY < 1 << 31
            ? PixelDensity(x: Int(header.densityX), y: Int(header.densityY), isPerMetre: header.densityIsPerMetre) : nil
        format = PictureFormat(
            width: Int(header.width), height: Int(header.height), channels: channels, depth: depth, density: density)
        // From here on the initialiser is complete, and an error closes the reader by `deinit`.
        let bytes = (try? file.resourceValues(forKeys: [.fileSizeKey]).fileSize) ?? 0
        // The compression stores at best 258 bytes in two bits.
        guard Double(format.width) * Double(format.height) * Double(header.storedBits) <= 8 * 1032 * Double(bytes)
        else {
            throw .implausible(file: file.path, width: format.width, height: format.height, bytes: bytes)
        }
        guard format.width <= maximumPixels / format.height else {
            throw .tooLarge(file: file.path, width: format.width, height: format.height, maximumPixels: maximumPixels)
        }
        guard ccnn_pngBegin(reader) else {
            let reason = String(cString: ccnn_pngReaderMessage(reader))
            guard !ccnn_pngLacksMemory(reader) else { throw .cannotOpen(file: file.path, reason: reason) }
            throw .damaged(file: file.path, row: 0, reason: reason)
        }
    }

    deinit { ccnn_pngCloseReader(reader) }

    /// Reads the next row into `samples`, `format.rowCount` numbers from 0 to the depth's maximum; after the last one the file's end is checked too.
    ///
    /// - Throws: `PictureError.damaged`.
    public func nextRow(into samples: inout [UInt16]) throws(PictureError) {
        precondition(row < format.height, "there is no row \(row) in a picture of \(format.height)")
        if samples.count != format.rowCount { samples = [UInt16](repeating: 0, count: format.rowCount) }
        let isRead = samples.withUnsafeMutableBufferPointer { ccnn_pngReadRow(reader, $0.baseAddress) }
        guard isRead else { throw damaged() }
        row += 1
        if row == format.height, !ccnn_pngFinishReading(reader) { throw damaged() }
    }

    private func damaged() -> PictureError {
        .damaged(file: file, row: row, reason: String(cString: ccnn_pngReaderMessage(reader)))
    }
}

/// A message in a buffer of C's characters.
func text(_ message: [CChar]) -> String {
    String(decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
