import ContinuousCNN
import Foundation
import Parallelism
import Reports

/// A convolution layer in the words of `--layer`: `batch=32,size=32x32,in=64,out=64,kernel=7x7,dilation=2,stride=1,groups=1`.
///
/// Padding is “same” and zero. `size`, `kernel`, `dilation` and `stride` are height × width, or one number for both.
public struct LayerDescription: Hashable, Sendable, CustomStringConvertible {
    /// Rows and columns.
    struct Pair: Hashable, Sendable, CustomStringConvertible {
        var vertical: Int
        var horizontal: Int

        init(_ vertical: Int, _ horizontal: Int) { (self.vertical, self.horizontal) = (vertical, horizontal) }

        /// One number for both, or two with an x between; nil for anything else.
        init?(_ text: some StringProtocol) {
            let parts = text.split(whereSeparator: { "x×".contains($0) }).map { Int($0) }
            let separators = text.count { "x×".contains($0) }
            guard separators == parts.count - 1, parts.count <= 2, let first = parts.first.flatMap({ $0 }),
                let last = parts.last.flatMap({ $0 })
            else { return nil }
            self.init(first, last)
        }

        var description: String { vertical == horizontal ? "\(vertical)" : "\(vertical)x\(horizontal)" }
        var product: String { "\(vertical)x\(horizontal)" }
    }

    var batch = 32
    var size: Pair
    var inputs: Int
    var outputs: Int
    var kernel: Pair
    var dilation = Pair(1, 1)
    var stride = Pair(1, 1)
    var groups = 1

    /// All words of a description, in the order in which they are written.
    private static let words = ["batch", "size", "in", "out", "kernel", "dilation", "stride", "groups"]

    init(
        batch: Int = 32, size: Int, inputs: Int, outputs: Int, kernel: Int, dilation: Int = 1, stride: Int = 1,
        groups: Int = 1
    ) {
        self.batch = batch
        self.size = Pair(size, size)
        (self.inputs, self.outputs, self.groups) = (inputs, outputs, groups)
        self.kernel = Pair(kernel, kernel)
        self.dilation = Pair(dilation, dilation)
        self.stride = Pair(stride, stride)
    }

    /// The description of a shape with “same” padding.
    init(_ shape: ConvolutionShape) {
        batch = shape.batch
        size = Pair(shape.vertical.input, shape.horizontal.input)
        (inputs, outputs, groups) = (shape.inputChannels, shape.outputChannels, shape.groups)
        kernel = Pair(shape.vertical.kernel, shape.horizontal.kernel)
        dilation = Pair(shape.vertical.dilation, shape.horizontal.dilation)
        stride = Pair(shape.vertical.stride, shape.horizontal.stride)
    }

    /// Reads the words of an option.
    /// - Throws: `CommandFailure` with exit code 2.
    init(_ text: String, of option: String = "--layer") throws(CommandFailure) {
        var values: [String: Pair] = [:]
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let sides = part.split(separator: "=", omittingEmptySubsequences: false).map {
                $0.trimmingCharacters(in: .whitespaces)
            }
            guard sides.count == 2, Self.words.contains(sides[0]) else {
                let near = sides.count == 2 ? suggestion(for: sides[0], among: Self.words) : ""
                throw .usage(
                    "\(option) has the part '\(part)', but its parts are \(Self.words.joined(separator: "=…, "))=…\(near)"
                )
            }
            let takesPair = ["size", "kernel", "dilation", "stride"].contains(sides[0])
            guard let value = Pair(sides[1]), value.vertical > 0, value.horizontal > 0,
                takesPair || !sides[1].contains(where: { "x×".contains($0) })
            else {
                let wanted = takesPair ? "a positive whole number or two such as 32x48" : "a positive whole number"
                throw .usage("\(option) has \(sides[0])=\(sides[1]), but that is \(wanted)")
            }
            guard values.updateValue(value, forKey: sides[0]) == nil else {
                throw .usage("\(option) has \(sides[0]) twice in '\(text)', but once is enough")
            }
        }
        func needed(_ word: String) throws(CommandFailure) -> Pair {
            guard let value = values[word] else {
                throw .usage("\(option) '\(text)' says nothing of \(word), but needs size, in, out and kernel")
            }
            return value
        }
        size = try needed("size")
        inputs = try needed("in").vertical
        outputs = try needed("out").vertical
        kernel = try needed("kernel")
        batch = values["batch"]?.vertical ?? 32
        dilation = values["dilation"] ?? Pair(1, 1)
        stride = values["stride"] ?? Pair(1, 1)
        groups = values["groups"]?.vertical ?? 1
    }

    /// The words that make this layer again.
    public var description: String {
        "batch=\(batch),size=\(size.product),in=\(inputs),out=\(outputs),kernel=\(kernel.product),"
            + "dilation=\(dilation),stride=\(stride),groups=\(groups)"
    }

    /// What a table calls the layer, without the words that say nothing special.
    var label: String {
        var label = "\(inputs)→\(outputs), \(kernel.vertical)×\(kernel.horizontal)"
        if groups > 1 { label += groups == inputs && groups == outputs ? " apart" : ", \(groups) groups" }
        if dilation != Pair(1, 1) { label += ", dilation \(dilation)" }
        if stride != Pair(1, 1) { label += ", stride \(stride)" }
        return label + ", \(size.vertical)×\(size.horizontal), batch \(batch)"
    }

    /// The convolution.
    /// - Throws: `CommandFailure` with exit code 2 where there is none, or what timing it takes does not fit into this machine's memory.
    func shape() throws(CommandFailure) -> ConvolutionShape {
        let shape: ConvolutionShape
        do {
            shape = try ConvolutionShape(
                batch: batch,
                vertical: ConvolutionAxis(
                    input: size.vertical, kernel: kernel.vertical, dilation: dilation.vertical, stride: stride.vertical),
                horizontal: ConvolutionAxis(
                    input: size.horizontal, kernel: kernel.horizontal, dilation: dilation.horizontal,
                    stride: stride.horizontal),
                inputChannels: inputs, outputChannels: outputs, groups: groups)
        } catch {
            throw .usage("the layer \(self) cannot be: \(error)")
        }
        // Each of them and its gradient.
        let bytes = 8 * (shape.input.count + shape.kernel.count + shape.output.count)
        let memory = Int(clamping: MachineShare.current.memory)
        guard bytes <= memory else {
            throw .usage(
                "the layer \(self) takes \(Format.bytes(bytes)) for its tensors, but \(Format.bytes(memory)) are there"
            )
        }
        let workSpace = Self.leastWorkSpace(shape)
        guard workSpace <= memory - bytes else {
            throw .usage(
                "the layer \(self) takes at least \(Format.bytes(workSpace)) for the work space of its algorithms, but "
                    + "\(Format.bytes(memory)) are there, \(Format.bytes(bytes)) of them for its tensors")
        }
        return shape
    }

    /// The bytes that all algorithms of one direction hold at once on one thread, in the direction that needs most.
    private static func leastWorkSpace(_ shape: ConvolutionShape) -> Int {
        let rows = Double(shape.vertical.input + shape.vertical.paddingBefore + shape.vertical.paddingAfter)
        let columns = Double(shape.horizontal.input + shape.horizontal.paddingBefore + shape.horizontal.paddingAfter)
        // A dilated kernel pads a picture to more samples than can be counted in bytes.
        let padded = rows * columns * Double(max(shape.inputChannels, shape.outputChannels))
        guard padded < 0x1p56 else { return .max }
        var most = 0
        for direction in ConvolutionDirection.allCases {
            var bytes = 0
            for algorithm in ConvolutionAlgorithm.allCases where algorithm.supports(shape) {
                bytes += ConvolutionPlan(shape, direction, algorithm: algorithm).workSpaceByteCount(threads: 1)
            }
            most = max(most, bytes)
        }
        return most
    }
}
