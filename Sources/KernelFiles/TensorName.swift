/// A tensor's name, cut into the parts and words that say what it is for.
struct TensorName {
    /// What stands between dots, slashes and colons; a number after a colon, as TensorFlow writes it, is none of them.
    let parts: [Substring]
    /// The words of each part in lower case: `model_ema` has two, `ExponentialMovingAverage` three.
    let words: [[String]]

    init(_ name: String) {
        var name = Substring(name)
        if let colon = name.lastIndex(of: ":"), !name[colon...].dropFirst().contains(where: { !$0.isNumber }) {
            name = name[..<colon]
        }
        parts = name.split(whereSeparator: { "./:".contains($0) })
        words = parts.map(Self.words)
    }

    /// The words of the part that names the tensor itself: the last, or the one before where the last only says that it is a weight.
    var subject: [String] {
        guard let last = words.last else { return [] }
        return convention != nil && words.count > 1 && Self.plain.contains(last.joined(separator: "_"))
            ? words[words.count - 2] : last
    }

    /// Words that say "the weights of what was named before" and nothing else.
    private static let plain: Set<String> = ["weight", "weights", "kernel", "w"]

    /// Whose habits the last part follows; nil where it names no weights.
    var convention: Convention? {
        guard let last = words.last else { return nil }
        if last.contains("kernel") || last.contains("kernels") { return .channelsLast }
        guard last.contains("weight") || last.contains("weights") || last == ["w"] else { return nil }
        // TensorFlow 1 wrote conv1/weights and conv1/depthwise_weights.
        return last.contains("weights") && separatesBySlash ? .channelsLast : .channelsFirst
    }

    /// The two habits of naming and ordering the axes of kernels.
    enum Convention { case channelsFirst, channelsLast }

    private var separatesBySlash: Bool {
        guard parts.count > 1, let first = parts.first, let last = parts.last else { return false }
        return !first.base[first.endIndex..<last.startIndex].contains(".")
    }

    /// Whether a part says that the layer is the adjoint of a convolution.
    var namesTransposed: Bool {
        words.contains { part in
            part.contains { word in
                ["transpose", "deconv", "upconv", "convtranspose"].contains { word.hasPrefix($0) }
            }
        }
    }

    private static func words(of part: Substring) -> [String] {
        var words: [String] = []
        var current = ""
        var previousIsLower = false
        for character in part {
            let isWord = character.isLetter || character.isNumber
            if !isWord || (previousIsLower && character.isUppercase) {
                if !current.isEmpty { words.append(current.lowercased()) }
                current = ""
            }
            if isWord { current.append(character) }
            previousIsLower = character.isLowercase
        }
        if !current.isEmpty { words.append(current.lowercased()) }
        return words
    }
}
