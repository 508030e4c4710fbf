import ContinuousCNN
import Foundation

/// The kernels to fit, and the tensors that were left out.
public struct KernelSource: Sendable {
    /// A tensor that was asked for, by name or by its rank, and cannot be fitted.
    public struct Skipped: Sendable, Hashable, Encodable {
        /// The tensor's name.
        public let name: String
        /// Why it was left out.
        public let reason: String
    }

    /// The layers, in the order of the file, or of the names asked for.
    public let layers: [KernelLayer]
    /// The tensors left out.
    public let skipped: [Skipped]
    /// Whether the layers' numbers were stored in double precision, by name.
    let isDoublePrecision: [String: Bool]
    /// The order of the axes in the file.
    public let axes: KernelAxes

    /// The most taps a kernel may have. More are most likely axes in another order, and their bases would not fit in memory.
    static let mostTaps = 1 << 16

    /// What the library brings along: the classical operators and the kernels of its trained networks, or those layers that `request` names.
    ///
    /// Where the networks' files are not beside the program, the operators are left.
    /// - Throws: `CommandFailure` where a layer is not there.
    init(builtIn request: FitRequest) throws(CommandFailure) {
        let operators = ClassicalOperators.layers
        let networks: [KernelLayer]
        do {
            networks = try TrainedNetwork.all().flatMap { (network) throws(TrainedNetworkError) in
                try network.kernelLayers()
            }
            skipped = []
        } catch {
            networks = []
            skipped = [Skipped(name: "trained networks", reason: "\(error)")]
        }
        let all = operators + networks
        layers =
            try request.layers.isEmpty
            ? all
            : request.layers.map { (name) throws(CommandFailure) in
                try Self.find(name, in: all, "the built-in layers") { $0.name }
            }
        isDoublePrecision = Dictionary(
            uniqueKeysWithValues: operators.map { ($0.name, true) } + networks.map { ($0.name, false) })
        axes = .oihw
    }

    /// The kernels of a file: the tensors that `request` names, or all of rank 4 that are larger than 1×1.
    ///
    /// Tensors that are empty or hold NaN or infinity are skipped.
    /// - Throws: `CommandFailure` where the file cannot be read, does not say its axes, lacks a layer, or holds nothing to fit.
    init(file: URL, _ request: FitRequest) throws(CommandFailure) {
        do {
            let archive = try TensorArchive(contentsOf: file)
            try self.init(archive, name: file.lastPathComponent, request)
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure(error)
        }
    }

    private init(_ archive: TensorArchive, name file: String, _ request: FitRequest) throws {
        if archive.format.name == "npy", request.axes == nil {
            throw CommandFailure(
                "\(file): a .npy file does not say the order of its axes, so --axes is wanted: oihw for [out, in, height, width], "
                    + "hwio for [height, width, in, out]")
        }
        let axes = request.axes ?? .oihw
        var wanted = archive.entries.filter { entry in
            guard let extents = axes.extents(of: entry.shape) else { return false }
            return entry.shape.count == 0 || extents.height > 1 || extents.width > 1
        }
        if !request.layers.isEmpty {
            wanted = try request.layers.map { name in
                let entry = try Self.find(name, in: archive.entries, file) { $0.name }
                guard entry.shape.rank == 4 else {
                    throw CommandFailure(
                        "\(file): tensor '\(name)' has the shape \(entry.shape.extents), but a tensor of kernels has four axes"
                    )
                }
                return entry
            }
        }
        var layers: [KernelLayer] = []
        var skipped: [Skipped] = []
        var isDoublePrecision: [String: Bool] = [:]
        for entry in wanted {
            guard let extents = axes.extents(of: entry.shape) else { continue }
            if let reason = Self.reasonToSkip(extents, empty: entry.shape.count == 0) {
                skipped.append(Skipped(name: entry.name, reason: reason))
                continue
            }
            guard let layer = KernelLayer(try archive.tensor(named: entry.name), axes: axes) else { continue }
            let broken = layer.taps.count { !$0.isFinite }
            if broken > 0 {
                let reason = "\(broken) of \(layer.taps.count) numbers are NaN or infinite"
                skipped.append(Skipped(name: entry.name, reason: reason))
                continue
            }
            isDoublePrecision[entry.name] = entry.scalarType == .float64
            layers.append(layer)
        }
        guard !layers.isEmpty else { throw Self.nothingToFit(in: archive, file, skipped, axes) }
        self.layers = layers
        self.skipped = skipped
        self.isDoublePrecision = isDoublePrecision
        self.axes = axes
    }

    private static func reasonToSkip(_ extents: KernelExtents, empty: Bool) -> String? {
        if empty { return "it is empty" }
        let (taps, overflow) = extents.height.multipliedReportingOverflow(by: extents.width)
        guard !overflow, taps <= mostTaps else {
            return
                "its kernels have \(extents.height)×\(extents.width) taps, more than \(mostTaps); are its axes in another order?"
        }
        return nil
    }

    private static func nothingToFit(
        in archive: TensorArchive, _ file: String, _ skipped: [Skipped], _ axes: KernelAxes
    ) -> CommandFailure {
        if let first = skipped.first {
            let others = skipped.count > 1 ? " (and \(skipped.count - 1) more like it)" : ""
            return CommandFailure(
                "\(file): nothing is left to fit, as tensor '\(first.name)' was skipped: \(first.reason)\(others)")
        }
        return CommandFailure(
            "\(file): none of its \(archive.entries.count) tensors has four axes (read as \(axes.rawValue)) and is larger than 1×1"
        )
    }

    private static func find<Element>(
        _ name: String, in elements: [Element], _ place: String, named: (Element) -> String
    ) throws(CommandFailure) -> Element {
        if let element = elements.first(where: { named($0) == name }) { return element }
        let names = elements.map(named)
        let hint = suggestion(for: name, among: names)
        let list =
            hint.isEmpty ? "; it has \(names.prefix(5).joined(separator: ", "))\(names.count > 5 ? ", …" : "")" : hint
        throw CommandFailure("\(place): there is no layer '\(name)'\(list)")
    }
}
