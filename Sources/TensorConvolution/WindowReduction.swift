import Parallelism
import Tensors

/// A reduction over windows and its gradient, prepared for one shape.
///
/// Results do not depend on the number of threads.
public struct WindowReduction: Sendable {
    /// What becomes of the samples of a window.
    public enum Kind: String, Hashable, Sendable, CaseIterable, Codable {
        /// Their maximum. The gradient goes to the first sample, row by row, that is the maximum.
        case maximum
        /// Their mean. The gradient is shared by all.
        case average
        /// Their median, of an even number the mean of the two middle ones. The gradient goes to the sample that is the median, the first among
        /// equals, or half to each of two.
        case median
    }

    /// What is computed.
    public let kind: Kind
    /// The shape of input and output.
    public let shape: WindowShape

    private let vertical: WindowAxis
    private let horizontal: WindowAxis

    /// The reduction of `shape`.
    public init(_ kind: Kind, _ shape: WindowShape) {
        self.kind = kind
        self.shape = shape
        vertical = WindowAxis(shape.vertical)
        horizontal = WindowAxis(shape.horizontal)
    }

    /// Computes the output, every element of which is written.
    /// - Precondition: The tensors have the shapes of the reduction.
    /// - Complexity: O(output · window), for the median O(output · window · log window).
    public func forward(input: Tensor, into output: inout Tensor, pool: WorkerPool = .shared) {
        precondition(input.shape == shape.input, "the input has shape \(input.shape), not \(shape.input)")
        precondition(output.shape == shape.output, "the output has shape \(output.shape), not \(shape.output)")
        let row = horizontal.output * shape.channels
        input.withUnsafeBufferPointer { input in
            output.withUnsafeMutableBufferPointer { output in
                let (input, output) = (input, output)
                pool.forEach(shape.batch * vertical.output, scratch: Scratch.init) { item, scratch in
                    let (picture, y) = item.quotientAndRemainder(dividingBy: vertical.output)
                    for x in 0..<horizontal.output {
                        let target = UnsafeMutableBufferPointer(
                            rebasing: output[item * row + x * shape.channels..<item * row + (x + 1) * shape.channels])
                        reduce(input, picture, y, x, into: target, scratch)
                    }
                }
            }
        }
    }

    /// Computes the gradient with respect to the input, every element of which is written.
    /// - Precondition: The tensors have the shapes of the reduction.
    /// - Complexity: As `forward`.
    public func inputGradient(
        input: Tensor, outputGradient: Tensor, into gradient: inout Tensor, pool: WorkerPool = .shared
    ) {
        precondition(input.shape == shape.input, "the input has shape \(input.shape), not \(shape.input)")
        precondition(
            outputGradient.shape == shape.output, "the gradient has shape \(outputGradient.shape), not \(shape.output)")
        precondition(gradient.shape == shape.input, "the result has shape \(gradient.shape), not \(shape.input)")
        let size = vertical.input * horizontal.input * shape.channels
        input.withUnsafeBufferPointer { input in
            outputGradient.withUnsafeBufferPointer { outputGradient in
                gradient.withUnsafeMutableBufferPointer { gradient in
                    let (input, outputGradient, gradient) = (input, outputGradient, gradient)
                    pool.forEach(shape.batch, scratch: Scratch.init) { picture, scratch in
                        for i in picture * size..<(picture + 1) * size { gradient[i] = 0 }
                        for y in 0..<vertical.output {
                            for x in 0..<horizontal.output {
                                let start = ((picture * vertical.output + y) * horizontal.output + x) * shape.channels
                                let source = UnsafeBufferPointer(
                                    rebasing: outputGradient[start..<start + shape.channels])
                                distribute(source, input, picture, y, x, into: gradient, scratch)
                            }
                        }
                    }
                }
            }
        }
    }

    /// Memory of one thread: where the samples of a window begin, and those of one channel in their order.
    private final class Scratch {
        var starts: [Int] = []
        var sorted: [(value: Float, start: Int)] = []
    }

    /// Lists where the samples of a window begin.
    private func list(_ picture: Int, _ y: Int, _ x: Int, _ scratch: Scratch) {
        scratch.starts.removeAll(keepingCapacity: true)
        for row in vertical.taps[y] {
            for column in horizontal.taps[x] {
                scratch.starts.append(((picture * vertical.input + row) * horizontal.input + column) * shape.channels)
            }
        }
    }

    private func reduce(
        _ input: UnsafeBufferPointer<Float>, _ picture: Int, _ y: Int, _ x: Int,
        into target: UnsafeMutableBufferPointer<Float>, _ scratch: Scratch
    ) {
        list(picture, y, x, scratch)
        switch kind {
        case .maximum:
            for c in target.indices { target[c] = -.infinity }
            for start in scratch.starts {
                for c in target.indices {
                    let (sample, earlier) = (input[start + c], target[c])
                    target[c] = Self.exceeds(sample, earlier) ? sample : earlier
                }
            }
        case .average:
            for c in target.indices { target[c] = 0 }
            for start in scratch.starts {
                for c in target.indices { target[c] += input[start + c] }
            }
            let share = 1 / Float(scratch.starts.count)
            for c in target.indices { target[c] *= share }
        case .median:
            for c in target.indices {
                let (low, high) = middle(input, channel: c, scratch)
                target[c] = low.start == high.start ? low.value : (low.value + high.value) / 2
            }
        }
    }

    private func distribute(
        _ source: UnsafeBufferPointer<Float>, _ input: UnsafeBufferPointer<Float>, _ picture: Int, _ y: Int, _ x: Int,
        into gradient: UnsafeMutableBufferPointer<Float>, _ scratch: Scratch
    ) {
        list(picture, y, x, scratch)
        switch kind {
        case .maximum:
            for c in source.indices {
                var best = scratch.starts[0]
                for start in scratch.starts where Self.exceeds(input[start + c], input[best + c]) { best = start }
                gradient[best + c] += source[c]
            }
        case .average:
            let share = 1 / Float(scratch.starts.count)
            for start in scratch.starts {
                for c in source.indices { gradient[start + c] += source[c] * share }
            }
        case .median:
            for c in source.indices {
                let (low, high) = middle(input, channel: c, scratch)
                gradient[low.start + c] += source[c] / 2
                gradient[high.start + c] += source[c] / 2
            }
        }
    }

    /// Whether the maximum of a sample and of the one before it is the first. What is no number stays so: a maximum would hide
    /// that a network has broken down.
    private static func exceeds(_ sample: Float, _ earlier: Float) -> Bool {
        sample > earlier || sample.isNaN
    }

    /// The one or two middle samples of a window in one channel; one that is no number, where there is one.
    private func middle(
        _ input: UnsafeBufferPointer<Float>, channel: Int, _ scratch: Scratch
    ) -> (low: (value: Float, start: Int), high: (value: Float, start: Int)) {
        scratch.sorted.removeAll(keepingCapacity: true)
        for start in scratch.starts {
            let sample = (value: input[start + channel], start: start)
            if sample.value.isNaN { return (sample, sample) }
            scratch.sorted.append(sample)
        }
        scratch.sorted.sort { $0.value < $1.value || ($0.value == $1.value && $0.start < $1.start) }
        let count = scratch.sorted.count
        return (scratch.sorted[(count - 1) / 2], scratch.sorted[count / 2])
    }
}
