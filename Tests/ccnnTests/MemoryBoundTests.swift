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
                }
            }

            var name: String { self == .metadata || self == .tensors ? "a.safetensors" : "a.pt" }

            private func pickle(_ opcodes: [UInt8]) -> [UInt8] {
                storedZip([("a/data.pkl", [0x80, 2] + opcodes + [0x2E]), ("a/version", Array("3\n".utf8))])
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

        /// The most memory, in bytes, that the command held before it refused a file, from the system's own high-water mark.
        private func peak(of arguments: [String]) throws -> Int {
            let command = try CommandProcess(arguments)
            let status = "/proc/\(command.process.processIdentifier)/status"
            var kilobytes = 0
            while command.process.isRunning {
                let lines = (try? String(contentsOfFile: status, encoding: .utf8))?.split(separator: "\n") ?? []
                let line = lines.first { $0.hasPrefix("VmHWM:") }
                kilobytes = max(kilobytes, line.flatMap { Int($0.filter(\.isNumber)) } ?? 0)
                usleep(500)
            }
            #expect(command.end().code == 1)
            try #require(kilobytes > 0)
            return 1024 * kilobytes
        }
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
