import CHDF5Files

#if canImport(Glibc)
    import Glibc
#else
    import Foundation
#endif

/// An open file, group or data set, closed with the last reference to it.
final class HDF5Object {
    let id: ccnn_hdf5ID

    /// Nothing where opening failed.
    init?(_ id: ccnn_hdf5ID) {
        guard id >= 0 else { return nil }
        self.id = id
    }

    deinit { ccnn_hdf5Close(id) }

    var isGroup: Bool { ccnn_hdf5KindOf(id) == CCNN_HDF5_GROUP }
    var isDataset: Bool { ccnn_hdf5KindOf(id) == CCNN_HDF5_DATASET }
    /// The same for all names of one object.
    var address: UInt64 { ccnn_hdf5Address(id) }
    var memberCount: Int { Int(ccnn_hdf5MemberCount(id)) }

    /// The name of member `index`, which is at most 1,023 bytes of UTF-8.
    func memberName(_ index: Int) -> String? {
        let name = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 1024) { buffer -> [UInt8]? in
            guard let start = buffer.baseAddress, ccnn_hdf5MemberName(id, Int64(index), start, buffer.count) else {
                return nil
            }
            return buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        }
        return name.flatMap { String(validating: $0, as: UTF8.self) }
    }

    func member(_ name: String) -> HDF5Object? { HDF5Object(ccnn_hdf5OpenMember(id, name)) }

    /// What element `index` of a data set of references means.
    func referenced(_ index: Int) -> HDF5Object? { HDF5Object(ccnn_hdf5OpenReferenced(id, Int64(index))) }

    /// The object at the end of a path of members and references, as the listing writes it.
    func descendant(_ path: String) -> HDF5Object? {
        var object: HDF5Object? = self
        for step in path.split(separator: "/", omittingEmptySubsequences: true) {
            guard let here = object else { return nil }
            let name = step.unescaped
            object = here.isGroup ? here.member(name) : Int(name).flatMap(here.referenced)
        }
        return object
    }

    func hasAttribute(_ name: String) -> Bool { ccnn_hdf5HasAttribute(id, name) }

    /// The text of an attribute of at most `limit` bytes.
    func text(_ name: String, limit: Int = 256) -> String? {
        var bytes = [UInt8](repeating: 0, count: limit)
        let count = bytes.withUnsafeMutableBytes { buffer -> Int in
            guard let start = buffer.bindMemory(to: CChar.self).baseAddress else { return -1 }
            return Int(ccnn_hdf5Text(id, name, start, limit))
        }
        return count < 0 ? nil : String(validating: bytes[..<count], as: UTF8.self)
    }

    var description: ccnn_hdf5Dataset? {
        var description = ccnn_hdf5Dataset()
        return ccnn_hdf5Describe(id, &description) ? description : nil
    }
}

extension StringProtocol {
    /// The text as a step of a path: without slashes.
    var escaped: String {
        split(separator: "%", omittingEmptySubsequences: false).joined(separator: "%25").split(
            separator: "/", omittingEmptySubsequences: false
        ).joined(separator: "%2F")
    }
    fileprivate var unescaped: String {
        var result = ""
        var rest = self[...]
        while let place = rest.firstIndex(of: "%") {
            let code = rest[place...].prefix(3)
            result += rest[..<place] + (code == "%2F" ? "/" : "%")
            rest = rest[place...].dropFirst(3)
        }
        return result + rest
    }
}

extension ccnn_hdf5Dataset {
    /// The extents, outermost first.
    var shape: [Int] {
        withUnsafeBytes(of: extents) { bytes in bytes.bindMemory(to: Int64.self).prefix(Int(rank)).map { Int($0) } }
    }
}
