import Datasets
import MessagePassing
import NeuralNetworks
import Tensors

/// How well a network tells pictures or pixels apart.
public struct Evaluation: Sendable, Hashable {
    /// The number of classes.
    public let classes: Int
    /// The mean softmax cross-entropy of a label, in nats; not a number where there are none.
    public let loss: Double
    /// How many labels of class `row` are taken for class `column`, row by row.
    public let confusion: [Int]

    /// The number of labels.
    public var count: Int { confusion.reduce(0, +) }
    /// The number of labels that have the highest score.
    public var correct: Int { (0..<classes).reduce(0) { $0 + confusion[$1 * classes + $1] } }
    /// The share of labels that have the highest score; not a number where there are none.
    public var accuracy: Double { Double(correct) / Double(count) }

    /// The interval that holds the true accuracy with 95 % confidence if labels are independent; all from 0 to 1 where there are none.
    ///
    /// Source: Wilson, "Probable inference", JASA 22, 1927, doi:10.1080/01621459.1927.10502953.
    public var interval: ClosedRange<Double> {
        guard count > 0 else { return 0...1 }
        let (n, z) = (Double(count), 1.959964)
        let centre = (accuracy + z * z / (2 * n)) / (1 + z * z / n)
        let spread = accuracy * (1 - accuracy) / n + z * z / (4 * n * n)
        let half = z / (1 + z * z / n) * spread.squareRoot()
        return max(centre - half, 0)...min(centre + half, 1)
    }

    /// The share of the labels of a class that have the highest score; nil where there are none.
    public func accuracy(of label: Int) -> Double? {
        let row = (0..<classes).reduce(0) { $0 + confusion[label * classes + $1] }
        return row == 0 ? nil : Double(confusion[label * classes + label]) / Double(row)
    }

    /// The labels that both truth and network give to a class, divided by those that either does; nil where there are none.
    public func intersectionOverUnion(of label: Int) -> Double? {
        let row = (0..<classes).reduce(0) { $0 + confusion[label * classes + $1] }
        let column = (0..<classes).reduce(0) { $0 + confusion[$1 * classes + label] }
        let both = confusion[label * classes + label]
        return row + column == both ? nil : Double(both) / Double(row + column - both)
    }

    /// The share of the labels of several classes that have the highest score; nil where there are none.
    public func accuracy(of labels: Range<Int>) -> Double? {
        let all = confusion[labels.lowerBound * classes..<labels.upperBound * classes].reduce(0, +)
        let correct = labels.reduce(0) { $0 + confusion[$1 * classes + $1] }
        return all == 0 ? nil : Double(correct) / Double(all)
    }

    /// The mean of intersections over unions of those of several classes that have one; nil where none has.
    public func meanIntersectionOverUnion(of labels: Range<Int>) -> Double? {
        let unions = labels.compactMap { intersectionOverUnion(of: $0) }
        return unions.isEmpty ? nil : unions.reduce(0, +) / Double(unions.count)
    }

    /// An evaluation with the given counts.
    public init(classes: Int, loss: Double, confusion: [Int]) {
        precondition(confusion.count == classes * classes, "a confusion matrix is square")
        self.classes = classes
        self.loss = loss
        self.confusion = confusion
    }

    /// Evaluates a network on all pictures of a set, in batches of the network's size; where there are several ranks, each on its share.
    ///
    /// - Precondition: The set has pictures of the network's shape, as many labels for each as the network has places with scores, and no more
    ///   classes than it scores.
    public init(
        _ network: CompiledNetwork, on pictures: LabelledPictures, _ communicator: any Communicator = SingleProcess()
    ) {
        let output = network.graph.output
        precondition(
            output.height * output.width == pictures.labelsPerPicture && output.channels >= pictures.classNames.count,
            "\(output.height)×\(output.width) scores of \(output.channels) classes are no answer to \(pictures.labelsPerPicture) labels of "
                + "\(pictures.classNames.count) classes")
        let share = communicator.share(of: pictures.count)
        let classes = output.channels
        var batch = Batch(of: pictures, count: network.batch)
        var confusion = [Int](repeating: 0, count: classes * classes)
        var loss = 0.0
        for first in stride(from: share.lowerBound, to: share.upperBound, by: network.batch) {
            pictures.fill(&batch, from: first)
            network.forward(batch.pictures, isTraining: false)
            // The last batch is filled up with pictures that do not count.
            let rows = min(network.batch, share.upperBound - first) * pictures.labelsPerPicture
            network.output.withUnsafeBufferPointer { scores in
                for row in 0..<rows {
                    let own = UnsafeBufferPointer(rebasing: scores[row * classes..<(row + 1) * classes])
                    let label = Int(batch.labels[row])
                    let (rowLoss, highest) = SoftmaxCrossEntropy.judge(own, label: label)
                    loss += Double(rowLoss)
                    confusion[label * classes + highest] += 1
                }
            }
        }
        if communicator.count > 1 {
            var all = confusion.map { Double($0) } + [loss]
            communicator.sum(&all)
            (confusion, loss) = (all.dropLast().map { Int($0) }, all[all.count - 1])
        }
        let labels = pictures.count * pictures.labelsPerPicture
        self.init(classes: classes, loss: loss / Double(labels), confusion: confusion)
    }
}

extension CompiledNetwork {
    /// Replaces the running averages of normalisations by the plain average over `batches` batches of pictures, unvaried, from the first on.
    ///
    /// Running averages follow the weights of the last hundred steps; the re-estimated ones belong to the present weights alone. Where there are several
    /// ranks, the network's batch is a share of theirs, and each takes its share of the pictures.
    public func reestimateNormalization(
        on pictures: LabelledPictures, batches: Int, _ communicator: any Communicator = SingleProcess()
    ) {
        var sizes: [Double] = (0..<communicator.count).map { $0 == communicator.rank ? Double(self.batch) : 0 }
        communicator.sum(&sizes)
        let (before, all) = (sizes[..<communicator.rank].reduce(0, +), sizes.reduce(0, +))
        let momentum = normalizationMomentum
        var batch = Batch(of: pictures, count: self.batch)
        for number in 0..<batches {
            normalizationMomentum = Float(number) / Float(number + 1)
            pictures.fill(&batch, from: number * Int(all) + Int(before))
            forward(batch.pictures, isTraining: true)
        }
        normalizationMomentum = momentum
    }
}
