import ContinuousCNN
import Foundation
import Reports

/// The kernels to fit, and the tensors that were left out.
public struct KernelSource: Sendable {
    /// A layer to fit, with what its file says of it.
    struct Layer: Sendable {
        /// Which of the inputs it comes from, by number.
        let input: Int
        /// What the layer is called where all inputs stand together; unique.
        let name: String
        /// What its input calls it.
        let nameInFile: String
        /// How a convolution reads it from the file.
        let use: KernelUse
        /// Whether the numbers were stored in double precision.
        let isDoublePrecision: Bool
        let kernels: KernelLayer
    }

    /// A tensor that is not fitted.
    public struct Skipped: Sendable, Hashable, Encodable {
        /// The file that it is in, where there are several.
        public let file: String?
        /// The tensor's name.
        public let name: String
        /// Its extents, where they are known.
        public let shape: [Int]?
        /// The kind of reason, in a word.
        public let kind: String
        /// Why it was left out.
        public let reason: String
    }

    /// What the kernels come from: a file, a network, or what the library brings along.
    struct Input: Sendable {
        /// What it is called in tables and documents; unique.
        let label: String
        /// The file, where it is one.
        let url: URL?
        /// The containers that were dropped from its names.
        var prefix = ""
    }

    /// What the layers come from.
    let inputs: [Input]
    /// The layers, input by input, in the order of the file.
    let layers: [Layer]
    /// The tensors that are not fitted.
    public let skipped: [Skipped]
    /// What somebody should be told beside the result, a line each.
    let notices: [String]
    /// Every tensor of every file, for a list of them.
    let listing: [KernelListing.Row]

    /// Whether the layers come from several files.
    var hasSeveralInputs: Bool { inputs.count > 1 }

    /// The layers of `found`, which is what `request` names, or what the library brings along.
    /// - Throws: `CommandFailure` where a file cannot be read, does not say its axes, lacks a layer, or holds nothing to fit.
    init(_ request: FitRequest, _ found: KernelInputs) throws(CommandFailure) {
        guard !request.inputs.isEmpty else {
            try self.init(builtIn: request)
            return
        }
        var gathered = Gathered(request)
        for input in found.files { try gathered.add(input, of: found.files.count) }
        for network in found.networks { try gathered.add(network, of: found.files.count + found.networks.count) }
        try gathered.check()
        self.init(gathered)
    }

    private init(_ gathered: Gathered) {
        inputs = gathered.inputs
        layers = gathered.layers
        skipped = gathered.skipped
        notices = gathered.notices
        listing = gathered.listing
    }

    /// What the library brings along: the classical operators and the kernels of its trained networks, or those layers that `request` names.
    ///
    /// Where the networks' files are not beside the program, the operators are left.
    private init(builtIn request: FitRequest) throws(CommandFailure) {
        let operators = ClassicalOperators.layers
        var all = operators
        var missing: [Skipped] = []
        do {
            all += try TrainedNetwork.all().flatMap { (network) throws(TrainedNetworkError) in
                try network.kernelLayers()
            }
        } catch {
            missing = [
                Skipped(file: nil, name: "trained networks", shape: nil, kind: "unreadable", reason: "\(error)")
            ]
        }
        func matches(_ layer: KernelLayer, _ patterns: [NamePattern]) -> Bool {
            patterns.contains { $0.matches(layer.name) }
        }
        for pattern in request.selection.layers + request.selection.excluded
        where !all.contains(where: { pattern.matches($0.name) }) {
            throw Gathered.noLayer(pattern, "the built-in layers", all.map(\.name))
        }
        let chosen = all.filter {
            (request.selection.layers.isEmpty || matches($0, request.selection.layers))
                && !matches($0, request.selection.excluded)
        }
        guard !chosen.isEmpty else {
            throw CommandFailure("the built-in layers: nothing is left to fit, as all are excluded")
        }
        let names = Set(operators.map(\.name))
        inputs = [Input(label: "classical operators and trained networks", url: nil)]
        layers = chosen.map {
            Layer(
                input: 0, name: $0.name, nameInFile: $0.name, use: KernelUse(axes: .oihw),
                isDoublePrecision: names.contains($0.name), kernels: $0)
        }
        skipped = missing
        notices = missing.map { "skipped \($0.name): \($0.reason)" }
        listing = chosen.map { KernelListing.Row($0, file: nil, axes: .oihw) }
    }
}

/// The layers of several inputs, one after the other.
private struct Gathered {
    let request: FitRequest
    var inputs: [KernelSource.Input] = []
    var layers: [KernelSource.Layer] = []
    var skipped: [KernelSource.Skipped] = []
    var notices: [String] = []
    var listing: [KernelListing.Row] = []
    private var unmatched: Set<NamePattern>
    private var names: [String] = []
    /// What is to be said of the first file that was named and has no layer.
    private var empty: CommandFailure?

    init(_ request: FitRequest) {
        self.request = request
        unmatched = Set(request.selection.layers + request.selection.excluded)
    }

    /// Adds the layers of a file.
    mutating func add(_ input: KernelInputs.File, of count: Int) throws(CommandFailure) {
        do {
            let archive = try TensorArchive(contentsOf: input.url)
            if archive.format.name == "npy", request.selection.axes == nil {
                throw CommandFailure(
                    "\(input.label): a .npy file does not say the order of its axes, so --axes is wanted: oihw for "
                        + "[out, in, height, width], hwio for [height, width, in, out]")
            }
            try add(KernelFile(archive, selection: request.selection), input, of: count)
        } catch let failure as CommandFailure {
            // What lies about in a folder beside the weights is no reason to stop.
            guard input.isFromFolder else { throw failure }
            notices.append("left out \(failure)")
        } catch {
            let failure = CommandFailure(error)
            guard input.isFromFolder else { throw failure }
            notices.append("left out \(failure)")
        }
    }

    private mutating func add(_ file: KernelFile, _ input: KernelInputs.File, of count: Int) throws {
        let contents = try file.read()
        let label = count > 1 ? input.label : nil
        let left = file.leftOut + contents.leftOut
        if !file.unmatched.isEmpty { names += file.layers.map(\.name) + file.leftOut.map(\.name) }
        unmatched.formIntersection(file.unmatched)
        if let named = left.first(where: { isNamedItself($0, in: file) && $0.kind != .duplicate }) {
            let shape = named.shape.map { " of the shape \($0.extents)" } ?? ""
            throw CommandFailure(
                "\(input.label): tensor '\(named.name)'\(shape) cannot be fitted: \(named.reason)\(Self.hint(named.kind))"
            )
        }
        let number = inputs.count
        layers += contents.layers.map { read in
            KernelSource.Layer(
                input: number, name: read.layer.name, nameInFile: read.layer.name, use: read.layer.use,
                isDoublePrecision: read.layer.scalarType == .float64,
                kernels: read.kernels)
        }
        inputs.append(KernelSource.Input(label: input.label, url: input.url, prefix: file.prefix))
        skipped += left.map {
            KernelSource.Skipped(
                file: label, name: $0.name, shape: $0.shape?.extents, kind: $0.kind.rawValue, reason: $0.reason)
        }
        notices += Self.notices(of: file, left, input.label, several: count > 1)
        if request.isList { listing += KernelListing.rows(file, contents, file: label) }
        if contents.layers.isEmpty, !input.isFromFolder, empty == nil {
            empty = Self.nothingToFit(in: file, left, input.label)
        }
    }

    /// Adds the layers of a network that comes along.
    mutating func add(_ network: TrainedNetwork, of count: Int) throws(CommandFailure) {
        let kernels: [KernelLayer]
        do { kernels = try network.kernelLayers() } catch { throw CommandFailure(error) }
        let label = count > 1 ? network.name : nil
        names += kernels.map(\.name)
        func isIncluded(_ layer: KernelLayer) -> Bool {
            let short = String(layer.name.dropFirst(network.name.count + 1))
            func matches(_ patterns: [NamePattern]) -> Bool {
                patterns.contains { $0.matches(layer.name) || $0.matches(short) }
            }
            unmatched = unmatched.filter { !$0.matches(layer.name) && !$0.matches(short) }
            return (request.selection.layers.isEmpty || matches(request.selection.layers))
                && !matches(request.selection.excluded)
        }
        let number = inputs.count
        let chosen = kernels.filter(isIncluded)
        layers += chosen.map {
            KernelSource.Layer(
                input: number, name: $0.name, nameInFile: $0.name, use: KernelUse(axes: .oihw),
                isDoublePrecision: false, kernels: $0)
        }
        inputs.append(KernelSource.Input(label: network.name, url: nil))
        listing += chosen.map { KernelListing.Row($0, file: label, axes: .oihw) }
    }

    /// Names what was asked for and is nowhere, and makes names unique where files are several.
    mutating func check() throws(CommandFailure) {
        let place = inputs.count == 1 ? inputs[0].label : Format.count(inputs.count, "file")
        // In the order in which they were written.
        let patterns = request.selection.layers + request.selection.excluded
        if let pattern = patterns.first(where: unmatched.contains) { throw Self.noLayer(pattern, place, names) }
        guard !request.isList else { return }
        if let empty { throw empty }
        guard !layers.isEmpty else {
            throw CommandFailure("\(place): nothing is left to fit; ccnn fit … --list says why")
        }
        guard inputs.count > 1 else { return }
        layers = layers.map { layer in
            let name = "\(inputs[layer.input].label): \(layer.nameInFile)"
            return KernelSource.Layer(
                input: layer.input, name: name, nameInFile: layer.nameInFile, use: layer.use,
                isDoublePrecision: layer.isDoublePrecision,
                kernels: layer.kernels.named(name))
        }
    }

    private func isNamedItself(_ leftOut: LeftOut, in file: KernelFile) -> Bool {
        let short =
            leftOut.name.hasPrefix(file.prefix) ? String(leftOut.name.dropFirst(file.prefix.count)) : leftOut.name
        return leftOut.kind != .notAsked && leftOut.kind != .part
            && request.selection.layers.contains { !$0.hasWildcard && ($0.text == leftOut.name || $0.text == short) }
    }

    private static func hint(_ kind: LeftOut.Kind) -> String {
        switch kind {
        case .unclearAxes: "; --axes says the order of the axes"
        case .otherRank: ", but a tensor of kernels has four axes, or three"
        default: ""
        }
    }

    /// Tensors that may be missed by name, the others by number.
    private static func notices(
        of file: KernelFile, _ left: [LeftOut], _ label: String, several: Bool
    ) -> [String] {
        let of = several ? "\(label): " : ""
        var notices = file.remarks.map { "\(label): \($0)" }
        let missed = left.filter(\.deservesNotice)
        notices += missed.prefix(mostNamed).map { "\(of)skipped tensor '\($0.name)': \($0.reason)\(hint($0.kind))" }
        if missed.count > 1 { notices.append("\(of)skipped \(missed.count) tensors in all") }
        let counts = LeftOut.Kind.allCases.compactMap { kind -> String? in
            let count = left.count { $0.kind == kind }
            return count > 0 ? LeftOut.summary(of: kind, count: count) : nil
        }
        if !counts.isEmpty { notices.append("\(of)left out \(counts.joined(separator: ", ")); --list names them") }
        return notices
    }

    private static let mostNamed = 10

    private static func nothingToFit(in file: KernelFile, _ left: [LeftOut], _ label: String) -> CommandFailure {
        if let first = left.first(where: \.deservesNotice) {
            let count = left.count(where: \.deservesNotice)
            let others = count > 1 ? " (and \(count - 1) more like it)" : ""
            return CommandFailure(
                "\(label): nothing is left to fit, as tensor '\(first.name)' was skipped: \(first.reason)"
                    + "\(hint(first.kind))\(others)")
        }
        let tensors = Format.count(left.count, "tensor")
        return CommandFailure(
            "\(label): none of its \(tensors) is a layer of kernels larger than 1×1; ccnn fit … --list says why of each"
        )
    }

    static func noLayer(_ pattern: NamePattern, _ place: String, _ names: [String]) -> CommandFailure {
        let hint = suggestion(for: pattern.text, among: names)
        let list =
            hint.isEmpty ? "; it has \(names.prefix(5).joined(separator: ", "))\(names.count > 5 ? ", …" : "")" : hint
        return CommandFailure("\(place): there is no layer '\(pattern)'\(list)")
    }
}

extension KernelLayer {
    fileprivate func named(_ name: String) -> KernelLayer {
        KernelLayer(name: name, outputs: outputs, inputs: inputs, height: height, width: width, taps: taps)
    }
}
