import Foundation

extension TorchFile {
    /// Writes `tensors`, in their order, as a state dictionary that `torch.load` reads, with `weights_only=True` too, to a file that replaces
    /// the one at `url`, if there is one, only when it is complete and on the disk.
    ///
    /// The file is what `torch.save` makes of an `OrderedDict` of tensors: a zip archive with a pickle that names nothing but `OrderedDict`,
    /// `_rebuild_tensor_v2` and the storages' classes, and each tensor's bytes as a storage of its own. The same tensors give the same bytes.
    /// - Throws: `TensorFileError` where two tensors share a name, where PyTorch has no storage of a type (unsigned integers of more than 8
    ///   bits) or no such tensor (more than 64 axes), or where writing fails; the old file is untouched then.
    /// - Complexity: O(bytes).
    public static func write(_ tensors: [StoredTensor], to url: URL) throws(TensorFileError) {
        let pickle = try StatePickle(of: tensors, url).bytes
        let folder = "archive"
        try AtomicFileWriter.replace(url) { (file) throws(TensorFileError) in
            var archive = ZipWriter(url)
            try archive.write("\(folder)/data.pkl", [pickle], .stored, to: &file)
            try archive.write("\(folder)/byteorder", [Array("little".utf8)], .stored, to: &file)
            for (key, tensor) in tensors.enumerated() {
                try archive.write("\(folder)/data/\(key)", [tensor.bytes], .stored, to: &file)
            }
            try archive.write("\(folder)/version", [Array("3\n".utf8)], .stored, to: &file)
            try archive.finish(&file)
        }
    }
}

/// A pickle, protocol 2, of an ordered dictionary of tensors, whose storages are called 0, 1, ….
private struct StatePickle {
    private(set) var bytes: [UInt8] = []

    init(of tensors: [StoredTensor], _ url: URL) throws(TensorFileError) {
        var names: Set<String> = []
        add(.proto)
        bytes.append(2)
        call(module: "collections", "OrderedDict") { _ in }
        add(.mark)
        for (key, tensor) in tensors.enumerated() {
            guard names.insert(tensor.name).inserted else {
                throw TensorFileError(
                    url, found: "the name \(tensor.name.quoted) for two tensors", wanted: "each name once")
            }
            guard let storage = tensor.scalarType.torchStorageName else {
                throw TensorFileError(
                    url, found: "\(tensor.scalarType) elements in tensor \(tensor.name.quoted)",
                    wanted: "a type that PyTorch has storages of")
            }
            guard tensor.shape.rank <= TorchFile.maximumRank else {
                throw TensorFileError(
                    url, found: "\(tensor.shape.rank) axes to write in \(tensor.name.quoted)",
                    wanted: "at most the \(TorchFile.maximumRank) that PyTorch has")
            }
            add(tensor.name)
            call(module: "torch._utils", "_rebuild_tensor_v2") { pickle in
                pickle.tuple { pickle in
                    pickle.add("storage")
                    pickle.global(module: "torch", storage)
                    pickle.add(String(key))
                    pickle.add("cpu")
                    pickle.add(tensor.shape.count)
                }
                pickle.add(.binPersID)
                pickle.add(0)
                pickle.tuple { pickle in tensor.shape.extents.forEach { pickle.add($0) } }
                pickle.tuple { pickle in tensor.shape.strides.forEach { pickle.add($0) } }
                pickle.add(.newFalse)
                pickle.call(module: "collections", "OrderedDict") { _ in }
            }
        }
        add(.setItems)
        add(.stop)
    }

    private mutating func add(_ opcode: PickleOpcode) { bytes.append(opcode.rawValue) }

    private mutating func add(_ text: String) {
        add(.binUnicode)
        bytes.append(littleEndian: UInt32(clamping: text.utf8.count))
        bytes += Array(text.utf8)
    }

    private mutating func add(_ number: Int) {
        if let narrow = Int32(exactly: number) {
            add(.binInt)
            bytes.append(littleEndian: UInt32(bitPattern: narrow))
        } else {
            let size: UInt8 = 8
            add(.long1)
            bytes.append(size)
            bytes.append(littleEndian: UInt64(bitPattern: Int64(number)))
        }
    }

    private mutating func global(module: String, _ name: String) {
        add(.global)
        bytes += Array("\(module)\n\(name)\n".utf8)
    }

    private mutating func tuple(_ elements: (inout StatePickle) -> Void) {
        add(.mark)
        elements(&self)
        add(.tuple)
    }

    private mutating func call(module: String, _ name: String, arguments: (inout StatePickle) -> Void) {
        global(module: module, name)
        tuple(arguments)
        add(.reduce)
    }
}
