/// Files that are of none of the formats, and what can be said of them.
enum UnknownFile {
    /// The sentence that names what `file` is instead, with the next step that helps.
    static func error(for file: OpenedFile) -> TensorFileError {
        let url = file.file.url
        if file.start.isEmpty {
            return TensorFileError(url, found: "an empty file", wanted: "the file whole, copied or downloaded again")
        }
        if let kind = kinds.first(where: { $0.isOf(file) }) {
            return TensorFileError(url, found: kind.name, wanted: kind.nextStep)
        }
        let bytes = file.start.prefix(8).map { String($0, radix: 16) }.joined(separator: " ")
        let known = TensorArchive.Format.all.map(\.name).joined(separator: ", ")
        return TensorFileError(url, found: "the bytes \(bytes) at its start", wanted: "a file of weights: \(known)")
    }

    /// Whether `file` is of a kind that can be named.
    static func isKnown(_ file: OpenedFile) -> Bool { kinds.contains { $0.isOf(file) } }

    /// A kind of file that people have in the place of weights.
    private struct Kind {
        let name: String
        let nextStep: String
        let isOf: @Sendable (OpenedFile) -> Bool

        init(_ name: String, _ nextStep: String, _ isOf: @escaping @Sendable (OpenedFile) -> Bool) {
            (self.name, self.nextStep, self.isOf) = (name, nextStep, isOf)
        }

        /// A kind that is told from its first bytes.
        init(_ name: String, _ nextStep: String, startingWith bytes: [UInt8]) {
            self.init(name, nextStep) { $0.start.starts(with: bytes) }
        }
    }

    private static let unpacked = "the file unpacked first"

    private static let kinds: [Kind] = [
        Kind(
            "a pointer of Git LFS in the place of the file", "the file itself, which git lfs pull fetches",
            startingWith: Array("version https://git-lfs".utf8)),
        Kind("a web page, most likely of a download that failed", "the file downloaded again") { file in
            let text = String(decoding: file.start.prefix(64), as: UTF8.self).lowercased().drop { $0.isWhitespace }
            return text.hasPrefix("<!doctype html") || text.hasPrefix("<html")
        },
        Kind("a gzip archive", unpacked, startingWith: [0x1F, 0x8B]),
        Kind("an archive packed by xz", unpacked, startingWith: [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0]),
        Kind("an archive packed by zstd", unpacked, startingWith: [0x28, 0xB5, 0x2F, 0xFD]),
        Kind("an archive packed by bzip2", unpacked, startingWith: Array("BZh".utf8)),
        Kind(
            "a MATLAB file of version 5", "the file saved again in MATLAB with '-v7.3'",
            startingWith: Array("MATLAB 5.0".utf8)),
        Kind(
            "a GGUF file of a language model", "the weights as safetensors", startingWith: Array("GGUF".utf8)),
        Kind("a TensorFlow Lite model", "the weights in another format, such as ONNX's source or Keras's .keras") {
            $0.start.dropFirst(4).starts(with: Array("TFL3".utf8))
        },
        Kind("an ONNX model", "its weights as safetensors, .npz or .pt: a line of Python with onnx.numpy_helper") {
            $0.pathExtension == "onnx"
        },
        Kind("a Caffe model", "its weights as .npz: a line of Python with caffe.Net") {
            $0.pathExtension == "caffemodel"
        },
        Kind("TensorFlow's SavedModel or graph", "the weights saved as .npz, .h5 or .keras") {
            $0.pathExtension == "pb"
        },
        Kind(
            "a part of a TensorFlow checkpoint", "the weights saved as .npz, .h5 or .keras"
        ) { $0.pathExtension == "index" || $0.pathExtension.hasPrefix("data-") },
        Kind("a Core ML model", "the model that it was converted from") { $0.pathExtension == "mlmodel" },
        Kind(
            "a pickle that PyTorch did not write",
            "the arrays saved by numpy.savez or safetensors: unpickling runs what is in a pickle"
        ) { file in
            file.start.count > 1 && file.start[0] == 0x80 && (2...5).contains(file.start[1])
        },
    ]
}
