#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif
import Parallelism
import Tensors

/// The loss of a classification: −log of the probability that softmax gives the right class, averaged over pictures or pixels.
public enum SoftmaxCrossEntropy {
    /// What a batch amounts to.
    public struct Result: Sendable, Hashable {
        /// The mean loss of a label, in nats.
        public var loss: Double
        /// How many labels have the highest score.
        public var correct: Int
    }

    /// Computes the loss and, where it is wanted, its gradient with respect to the scores.
    ///
    /// - Parameters:
    ///   - scores: `[…, classes]`, any real numbers.
    ///   - labels: One class for each row of scores.
    ///   - gradient: A tensor of the scores' shape; every element is written.
    ///   - total: The number of labels of a larger batch that these rows are a part of: the loss is then their contribution to its mean.
    ///   - pool: The threads that share the work; how many they are changes no bit.
    /// - Precondition: There are as many labels as rows, and each is below the number of classes.
    /// - Complexity: O(scores).
    public static func evaluate(
        scores: Tensor, labels: [UInt8], gradient: inout Tensor, of total: Int? = nil, pool: WorkerPool = .shared
    ) -> Result {
        precondition(gradient.shape == scores.shape, "the gradient has the scores' shape")
        return gradient.withMutablePointer { evaluate(scores, labels, $0, total, pool) }
    }

    /// Computes the loss alone.
    public static func evaluate(scores: Tensor, labels: [UInt8], pool: WorkerPool = .shared) -> Result {
        evaluate(scores, labels, nil, nil, pool)
    }

    private static func evaluate(
        _ scores: Tensor, _ labels: [UInt8], _ gradient: UnsafeMutablePointer<Float>?, _ total: Int?,
        _ pool: WorkerPool
    ) -> Result {
        let classes = scores.shape.extents.last ?? 1
        let rows = scores.count / max(classes, 1)
        precondition(labels.count == rows, "\(labels.count) labels for \(rows) rows of scores")
        precondition(labels.allSatisfy { Int($0) < classes }, "every label is one of \(classes) classes")
        let all = total ?? rows
        let sum = scores.withPointer { scores in
            labels.withUnsafeBufferPointer { labels in
                pool.reduce(Partition(itemCount: rows, blockLength: 2_048), into: (loss: 0.0, correct: 0)) { range in
                    var sum = (loss: 0.0, correct: 0)
                    for row in range {
                        let start = row * classes
                        let label = Int(labels[row])
                        let (loss, isCorrect) = Self.row(
                            scores + start, classes, label, gradient.map { $0 + start }, share: 1 / Float(all))
                        sum.loss += Double(loss)
                        sum.correct += isCorrect ? 1 : 0
                    }
                    return sum
                } combine: {
                    $0.loss += $1.loss
                    $0.correct += $1.correct
                }
            }
        }
        return Result(loss: sum.loss / Double(max(all, 1)), correct: sum.correct)
    }

    private static func row(
        _ scores: UnsafePointer<Float>, _ classes: Int, _ label: Int, _ gradient: UnsafeMutablePointer<Float>?,
        share: Float
    ) -> (loss: Float, isCorrect: Bool) {
        var largest = 0
        for c in 1..<max(classes, 1) where scores[c] > scores[largest] { largest = c }
        let top = scores[largest]
        var sum: Float = 0
        if let gradient {
            for c in 0..<classes {
                gradient[c] = exp(scores[c] - top)
                sum += gradient[c]
            }
            let factor = share / sum
            for c in 0..<classes { gradient[c] *= factor }
            gradient[label] -= share
        } else {
            for c in 0..<classes { sum += exp(scores[c] - top) }
        }
        return (log(sum) - (scores[label] - top), largest == label)
    }
}

extension SoftmaxCrossEntropy {
    /// −log softmax of one row at its label, and the place of its highest score.
    /// - Precondition: The row is not empty, and the label is one of its places.
    public static func judge(_ scores: UnsafeBufferPointer<Float>, label: Int) -> (loss: Float, highest: Int) {
        precondition(label >= 0 && label < scores.count, "the label is one of the classes")
        var highest = 0
        for c in scores.indices where scores[c] > scores[highest] { highest = c }
        var sum: Float = 0
        for score in scores { sum += exp(score - scores[highest]) }
        return (log(sum) - (scores[label] - scores[highest]), highest)
    }
}
