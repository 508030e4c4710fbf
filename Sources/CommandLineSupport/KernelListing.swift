import ContinuousCNN
import Foundation
import Reports

/// What `ccnn fit --list` prints: every tensor of the files, and what it is taken for.
struct KernelListing {
    /// A tensor.
    struct Row: Sendable, Hashable, Encodable {
        /// The file, where there are several.
        let file: String?
        /// The name in the file.
        let name: String
        /// The name in tables and exports, where it is a kernel.
        let layer: String?
        /// The extents in the file; nil where they are not known.
        let shape: [Int]?
        /// The order of the axes, where it is a kernel.
        let axes: String?
        /// The operator's groups and dilation, where the file says them.
        let groups: Int?
        let dilation: [Int]?
        /// Why it is not fitted.
        let reason: String?
    }

    private let rows: [Row]

    init(_ rows: [Row]) { self.rows = rows }

    /// The rows of a file: its layers, then what is left out.
    static func rows(_ file: KernelFile, _ contents: KernelFile.Contents, file label: String?) -> [Row] {
        contents.layers.map { Row($0.layer, file: label) }
            + (contents.leftOut + file.leftOut).map { Row($0, file: label) }
    }

    /// The rows as one JSON document.
    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(["tensors": rows]), as: UTF8.self) + "\n"
    }

    /// A table for each file.
    func tables() -> [Table] {
        var files: [String?] = []
        for row in rows where !files.contains(row.file) { files.append(row.file) }
        return files.map { file in
            let own = rows.filter { $0.file == file }
            let kernels = own.count { $0.reason == nil }
            return Table(
                (file.map { $0 + ": " } ?? "")
                    + "\(Format.count(kernels, "layer")) of kernels, \(own.count - kernels) other tensors",
                columns: [.init("tensor"), .init("shape"), .init("kernels, or why not")],
                rows: own.map { ["\($0.name)", "\($0.shapeInWords)", "\($0.meaning)"] })
        }
    }
}

extension KernelListing.Row {
    init(_ layer: KernelFile.Layer, file: String?) {
        self.file = file
        name = layer.storedName
        self.layer = layer.name
        shape = layer.shape.extents
        axes = layer.use.axes.rawValue
        groups = layer.use.groups > 1 ? layer.use.groups : nil
        dilation = layer.use.dilation.contains { $0 > 1 } ? layer.use.dilation : nil
        reason = nil
    }

    init(_ leftOut: LeftOut, file: String?) {
        self.file = file
        name = leftOut.name
        layer = nil
        shape = leftOut.shape?.extents
        (axes, groups, dilation) = (nil, nil, nil)
        reason = leftOut.reason
    }

    /// A layer that is in no file.
    init(_ layer: KernelLayer, file: String?, axes: KernelAxes) {
        self.file = file
        name = layer.name
        self.layer = layer.name
        shape = [layer.outputs, layer.inputs, layer.height, layer.width]
        self.axes = axes.rawValue
        (groups, dilation, reason) = (nil, nil, nil)
    }

    fileprivate var shapeInWords: String { shape.map { $0.map { String($0) }.joined(separator: "×") } ?? "?" }

    fileprivate var meaning: String {
        if let reason { return reason }
        guard let axes, let shape, let order = KernelAxes(rawValue: axes),
            let extents = TensorShape(validating: shape).flatMap(order.extents)
        else { return "kernels" }
        var words = "\(extents.height)×\(extents.width), \(axes)"
        if let groups { words += ", \(groups) groups" }
        if let dilation { words += ", dilation \(dilation.map { String($0) }.joined(separator: "×"))" }
        return words
    }
}
