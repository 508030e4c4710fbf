/// Names and uses of the arrays in MATLAB's files.
///
/// MATLAB keeps the first axis innermost and HDF5 lists the outermost first: kernels [height, width, in, out] are
/// [out, in, width, height] in the file. Trailing axes of extent 1 are not kept.
struct MATLABNames: HDF5Names {
    private let listing: HDF5Listing

    init(_ listing: HDF5Listing) { self.listing = listing }

    let remarks: [String] = []

    func meaning(of dataset: HDF5Listing.Dataset) -> (name: String, use: TensorUse, shape: [Int]) {
        let name = dataset.name
        if name.contains(".momentum{") || name.hasSuffix(".momentum") {
            return (name, .other("the momentum of an optimiser"), dataset.shape)
        }
        // MatConvNet's layers: net.layers{3}.weights{1} beside net.layers{3}.type.
        if let range = name.range(of: ".weights{1}", options: [.anchored, .backwards])
            ?? name.range(of: ".filters", options: [.anchored, .backwards])
        {
            let layer = String(name[..<range.lowerBound])
            if let type = listing.texts[layer + ".type"] { return kernels(dataset, type, layer) }
        }
        // MatConvNet's graphs: net.params.value(3) beside net.params.name(3).
        if let range = name.range(of: ".value("),
            let called = listing.texts[name.replacingCharacters(in: range, with: ".name(")]
        {
            return (called, .unstated, dataset.shape)
        }
        return (name, .unstated, dataset.shape)
    }

    private func kernels(
        _ dataset: HDF5Listing.Dataset, _ type: String, _ layer: String
    ) -> (name: String, use: TensorUse, shape: [Int]) {
        guard type == "conv" || type == "convt" else {
            return (dataset.name, .other("weights of a layer of type \(type)"), dataset.shape)
        }
        guard (2...4).contains(dataset.shape.count) else { return (dataset.name, .unstated, dataset.shape) }
        let shape = [Int](repeating: 1, count: 4 - dataset.shape.count) + dataset.shape
        let use = KernelUse(
            axes: .oiwh, dilation: pair(layer + ".dilate"), stride: pair(layer + ".stride"),
            isTransposed: type == "convt")
        return (dataset.name, .kernel(use), shape)
    }

    /// One number for both axes, or two.
    private func pair(_ name: String) -> [Int] {
        let numbers = (listing.numbers[name] ?? []).compactMap { Int(exactly: $0) }.filter { $0 > 0 }
        switch numbers.count {
        case 1: return [numbers[0], numbers[0]]
        case 2: return numbers
        default: return [1, 1]
        }
    }
}
