#if os(Linux)
    import Foundation
    import TestSupport
    import Testing

    @testable import TensorFiles

    /// Files whose headers are made to cost as much memory as they can: the command takes no more of it than TensorArchive states.
    @Suite struct MemoryBoundTests {
        /// The costliest found of each kind: what a value takes is many times the byte or two that makes it.
        enum Header: String, CaseIterable {
            case nestedTuples
            case rememberedDictionaries
            case dictionaryOfDictionaries
            case metadata
            case tensors
            case axesOfOneDescription
            case callsOfOneDescription
            case namesOfOneTensor
            case namesUnderALongKey

            var bytes: [UInt8] {
                let count = 500_000
                switch self {
                case .nestedTuples: return pickle([0x4E] + [UInt8](repeating: 0x85, count: count))
                case .rememberedDictionaries: return pickle((0..<count / 2).flatMap { _ in [0x7D, 0x94] as [UInt8] })
                case .dictionaryOfDictionaries:
                    let items = (0..<count / 3).flatMap { [0x4B, UInt8($0 & 255), 0x7D] as [UInt8] }
                    return pickle([0x7D, 0x28] + items + [0x75])
                case .metadata:
                    return safetensors(
                        #"{"__metadata__":{"# + (0..<count / 12).map { "\"\($0)\":\"\"" }.joined(separator: ",") + "}}")
                case .tensors:
                    let empty = #"{"dtype":"U8","shape":[0],"data_offsets":[0,0]}"#
                    return safetensors(
                        "{" + (0..<count / 50).map { "\"\($0)\":\(empty)" }.joined(separator: ",") + "}")
                case .axesOfOneDescription:
                    let calls = (0..<1300).flatMap { _ in (Self.call + [0x30]) as [UInt8] }
                    return pickle(Self.described(rank: 12_000) + calls + [0x4E])
                case .callsOfOneDescription:
                    // As many extents and strides as bytes, all but.
                    let calls = (0..<count / 5).flatMap { _ in Self.call }
                    return pickle(Self.described(rank: 2) + [0x28] + calls + [0x31, 0x4E])
                case .namesOfOneTensor: return pickle(Self.names(count / 8, under: String(repeating: "x", count: 20)))
                case .namesUnderALongKey:
                    return pickle(Self.names(count / 20, under: String(repeating: "x", count: 900)))
                }
            }

            var name: String { self == .metadata || self == .tensors ? "a.safetensors" : "a.pt" }

            /// The function that makes tensors in memo 1, and the description of one in memo 2, a single number or nothing.
            private static func described(rank: Int) -> [UInt8] {
                var opcodes = global("torch._utils", "_rebuild_tensor_v2") + [0x71, 1, 0x30, 0x28]
                opcodes += [0x28] + text("storage") + global("torch", "FloatStorage") + text("0") + text("cpu")
                opcodes += [0x4B, 4, 0x74, 0x51, 0x4B, 0]
                let axes: [UInt8] = [0x28] + (0..<rank).flatMap { _ in [0x4B, 0] as [UInt8] } + [0x74]
                opcodes += axes + axes
                return opcodes + [0x89, 0x4E, 0x74, 0x71, 2, 0x30]
            }

            /// Makes a tensor of that description.
            private static let call: [UInt8] = [0x68, 1, 0x68, 2, 0x52]

            /// One tensor under `count` integer keys, below the key `key`; eight bytes for each.
            private static func names(_ count: Int, under key: String) -> [UInt8] {
                var opcodes = described(rank: 0) + call + [0x71, 3, 0x30, 0x7D] + text(key) + [0x7D, 0x28]
                for number in 0..<count {
                    opcodes.append(0x4D)
                    opcodes.append(littleEndian: UInt16(truncatingIfNeeded: number))
                    opcodes += [0x6A, 3, 0, 0, 0]
                }
                return opcodes + [0x75, 0x73]
            }

            private static func global(_ module: String, _ name: String) -> [UInt8] {
                [0x63] + Array("\(module)\n\(name)\n".utf8)
            }

            private static func text(_ text: String) -> [UInt8] {
                var opcodes: [UInt8] = [0x58]
                opcodes.append(littleEndian: UInt32(text.utf8.count))
                return opcodes + Array(text.utf8)
            }

            private func pickle(_ opcodes: [UInt8]) -> [UInt8] {
                storedZip([
                    ("a/data.pkl", [0x80, 2] + opcodes + [0x2E]), ("a/data/0", [UInt8](repeating: 0, count: 16)),
                    ("a/version", Array("3\n".utf8)),
                ])
            }

            private func safetensors(_ header: String) -> [UInt8] {
                var file: [UInt8] = []
                file.append(littleEndian: UInt64(header.utf8.count))
                return file + Array(header.utf8)
            }
        }

        @Test(arguments: Header.allCases) func openingTakesAtMostAHundredTimesTheHeader(header: Header) throws {
            let folder = try TemporaryFolder()
            let bytes = header.bytes
            let small = try peak(of: ["fit", folder.file("nothing.safetensors", holding: [0]).path])
            let peak = try peak(of: ["fit", folder.file(header.name, holding: bytes).path])
            // What the allocator rounds up to.
            #expect(peak - small <= 100 * bytes.count + 4 << 20, "\((peak - small) / bytes.count) times \(bytes.count)")
        }

        /// An honest picture of eight rows with a hundred texts, which would inflate to 800 MB together.
        @Test func textsInPicturesAreNotInflated() throws {
            let text = chunk("zTXt", Array("a\0\0".utf8) + zlib(UInt8(ascii: "x"), count: 7_990_000))
            var file: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 13, 10, 26, 10]
            file += chunk("IHDR", [0, 0, 0, 8, 0, 0, 0, 8, 8, 0, 0, 0, 0])
            for _ in 0..<100 { file += text }
            file += chunk("IDAT", zlib(0, count: 72)) + chunk("IEND", [])
            let folder = try TemporaryFolder()
            func filter(_ name: String, holding bytes: [UInt8]) throws -> [String] {
                let file = try folder.file(name, holding: bytes)
                return ["filter", file.path, "--gaussian", "1", "--output", folder.file("filtered.png").path]
            }
            let small = try peak(of: filter("nothing.png", holding: [0]))
            let peak = try peak(of: filter("texts.png", holding: file), code: 0)
            #expect(peak - small <= 64 << 20, "\((peak - small) >> 20) MB")
        }

        /// The most memory, in bytes, that the command held before it ended, most often by refusing a file, from the system's own high-water mark.
        private func peak(of arguments: [String], code: Int32 = 1) throws -> Int {
            let command = try CommandProcess(arguments)
            let status = "/proc/\(command.process.processIdentifier)/status"
            var kilobytes = 0
            while command.process.isRunning {
                let lines = (try? String(contentsOfFile: status, encoding: .utf8))?.split(separator: "\n") ?? []
                let line = lines.first { $0.hasPrefix("VmHWM:") }
                kilobytes = max(kilobytes, line.flatMap { Int($0.filter(\.isNumber)) } ?? 0)
                usleep(500)
            }
            #expect(command.end().code == code)
            try #require(kilobytes > 0)
            return 1024 * kilobytes
        }
    }

    /// A chunk of a PNG file.
    private func chunk(_ type: String, _ contents: [UInt8]) -> [UInt8] {
        let checked = Array(type.utf8) + contents
        return bigEndian(UInt32(contents.count)) + checked + bigEndian(crc32Checksum(of: checked[...]))
    }

    /// One byte over and over in zlib's format: a header, deflated bytes, and Adler's checksum, two sums that need no loop here.
    private func zlib(_ byte: UInt8, count: Int) -> [UInt8] {
        let contents = (deflated([[UInt8](repeating: byte, count: count)]) ?? []).flatMap(\.self)
        let sum = (1 + count * Int(byte)) % 65_521
        let sumOfSums = (count + count * (count + 1) / 2 * Int(byte)) % 65_521
        return [0x78, 0x9C] + contents + bigEndian(UInt32(sumOfSums << 16 | sum))
    }

    private func bigEndian(_ number: UInt32) -> [UInt8] {
        withUnsafeBytes(of: number.bigEndian) { Array($0) }
    }

    /// A zip archive of members that are stored as they are.
    private func storedZip(_ members: [(name: String, contents: [UInt8])]) -> [UInt8] {
        var (file, directory): ([UInt8], [UInt8]) = ([], [])
        for (name, contents) in members {
            var common: [UInt8] = [20, 0, 0, 0, 0, 0, 0, 0, 0x21, 0]
            common.append(littleEndian: crc32Checksum(of: contents[...]))
            common.append(littleEndian: UInt32(contents.count))
            common.append(littleEndian: UInt32(contents.count))
            common.append(littleEndian: UInt16(name.utf8.count))
            common += [0, 0]
            directory += [0x50, 0x4B, 1, 2, 20, 3] + common + [UInt8](repeating: 0, count: 10)
            directory.append(littleEndian: UInt32(file.count))
            directory += Array(name.utf8)
            file += [0x50, 0x4B, 3, 4] + common + Array(name.utf8) + contents
        }
        var end: [UInt8] = [0x50, 0x4B, 5, 6, 0, 0, 0, 0]
        for _ in 0..<2 { end.append(littleEndian: UInt16(members.count)) }
        end.append(littleEndian: UInt32(directory.count))
        end.append(littleEndian: UInt32(file.count))
        return file + directory + end + [0, 0]
    }
#endif
