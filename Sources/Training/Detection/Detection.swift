import Datasets
import Foundation
import NeuralNetworks
import Tensors

/// An object that a detector claims to have found.
public struct Detection: Hashable, Sendable {
    /// Where.
    public var box: PictureBox
    /// Its class.
    public var label: Int
    /// How sure, from 0 to 1.
    public var score: Float

    /// A detection.
    public init(box: PictureBox, label: Int, score: Float) {
        self.box = box
        self.label = label
        self.score = score
    }

    /// Reads a detector's output: the pixels whose centre score is the highest of the nine around it, and of boxes of one class that overlap by half
    /// or more the surest.
    ///
    /// - Parameters:
    ///   - output: `[pictures, height, width, layout.channels]`.
    ///   - layout: What the channels of a pixel mean.
    ///   - threshold: The least score.
    /// - Returns: What is found in each picture, the surest first.
    /// - Complexity: O(output + n²) for n maxima.
    public static func read(_ output: Tensor, layout: DetectionLayout, threshold: Float = 0.05) -> [[Detection]] {
        let (pictures, height, width) = (output.shape[0], output.shape[1], output.shape[2])
        precondition(output.shape[3] == layout.channels, "the output has the layout's channels")
        return output.withUnsafeBufferPointer { scores in
            (0..<pictures).map { picture in
                let start = picture * height * width * layout.channels
                let own = UnsafeBufferPointer(rebasing: scores[start..<start + height * width * layout.channels])
                return withoutDoubles(maxima(own, height, width, layout, threshold))
            }
        }
    }

    private static func maxima(
        _ scores: UnsafeBufferPointer<Float>, _ height: Int, _ width: Int, _ layout: DetectionLayout, _ threshold: Float
    ) -> [Detection] {
        // The score whose probability is the threshold.
        let least = log(threshold / (1 - threshold)) + DetectionLoss.prior
        var found: [Detection] = []
        for (size, side) in layout.sides.enumerated() {
            for row in 0..<height {
                for column in 0..<width {
                    let start = (row * width + column) * layout.channels + size * layout.channelsPerSize
                    for label in 0..<layout.classes {
                        let score = scores[start + label]
                        guard score >= least, isHighest(scores, start + label, row, column, height, width, layout)
                        else { continue }
                        let d = (0..<4).map { scores[start + layout.classes + $0] * side / 2 }
                        let (x, y) = (Float(column) + 0.5, Float(row) + 0.5)
                        let box = PictureBox(left: x - d[0], top: y - d[1], right: x + d[2], bottom: y + d[3])
                        found.append(
                            Detection(box: box, label: label, score: 1 / (1 + exp(DetectionLoss.prior - score))))
                    }
                }
            }
        }
        return found
    }

    private static func isHighest(
        _ scores: UnsafeBufferPointer<Float>, _ place: Int, _ row: Int, _ column: Int, _ height: Int, _ width: Int,
        _ layout: DetectionLayout
    ) -> Bool {
        for dy in -1...1 where (0..<height).contains(row + dy) {
            for dx in -1...1 where (0..<width).contains(column + dx) {
                let other = scores[place + (dy * width + dx) * layout.channels]
                // Of equal ones the first is a maximum.
                if other > scores[place] || other == scores[place] && (dy, dx) < (0, 0) { return false }
            }
        }
        return true
    }

    private static func withoutDoubles(_ all: [Detection]) -> [Detection] {
        var kept: [Detection] = []
        for candidate in all.sorted(by: { $0.score > $1.score })
        where !kept.contains(where: {
            $0.label == candidate.label && $0.box.intersectionOverUnion(candidate.box) >= 0.5
        }) {
            kept.append(candidate)
        }
        return kept
    }
}
