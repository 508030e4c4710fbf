import Datasets
import Foundation
import NeuralNetworks
import Tensors

/// The loss of a detector: a focal loss of its centre scores and a Huber loss of its boxes.
///
/// The target y of a class's score is 1 at the pixel that holds the centre of an object, and around it exp(−d²/2τ²), with τ a tenth of the size's
/// nominal side and d the distance from that pixel. With p = 1/(1 + e^{−(s − 4)}) the loss of a score s is −(1 − p)² log p where y = 1 and
/// −(1 − y)⁴ p² log(1 − p) elsewhere; that of a box's four distances is Huber's with δ = 0.1, at the centre and the eight pixels around it. Both are
/// sums divided by the number of objects, boxes by the nine pixels too. Sources: Law and Deng, "CornerNet", ECCV 2018, doi:10.1007/978-3-030-01264-9_45;
/// Tian et al., "FCOS", ICCV 2019, doi:10.1109/ICCV.2019.00972 (distances to the sides).
public enum DetectionLoss {
    /// What is taken from scores, so that at first nearly nothing is taken for an object.
    public static let prior: Float = 4
    static let delta: Float = 0.1

    /// Computes the loss and its gradient with respect to the output.
    ///
    /// - Parameters:
    ///   - output: `[pictures, height, width, layout.channels]`.
    ///   - objects: Those of each picture.
    ///   - layout: What the channels of a pixel mean.
    ///   - gradient: A tensor of the output's shape; every element is written.
    /// - Precondition: Labels and sizes are among the layout's.
    /// - Complexity: O(output).
    public static func evaluate(
        output: Tensor, objects: [[PictureObject]], layout: DetectionLayout, gradient: inout Tensor
    ) -> Double {
        let shape = output.shape
        precondition(shape.rank == 4 && shape[3] == layout.channels, "the output has the layout's channels")
        precondition(objects.count == shape[0] && gradient.shape == shape, "every picture has its objects")
        let count = max(objects.reduce(0) { $0 + $1.count }, 1)
        let (height, width, channels) = (shape[1], shape[2], shape[3])
        var total = 0.0
        output.withUnsafeBufferPointer { scores in
            gradient.withUnsafeMutableBufferPointer { slopes in
                for place in slopes.indices { slopes[place] = 0 }
                for (picture, own) in objects.enumerated() {
                    let start = picture * height * width * channels
                    let range = start..<start + height * width * channels
                    var map = Map(
                        scores: UnsafeBufferPointer(rebasing: scores[range]),
                        slopes: UnsafeMutableBufferPointer(rebasing: slopes[range]), height: height, width: width,
                        layout: layout, share: 1 / Float(count))
                    total += map.addCentres(own) + map.addBoxes(own)
                }
            }
        }
        return total
    }
}

/// One picture's scores and their gradient.
private struct Map {
    let scores: UnsafeBufferPointer<Float>
    let slopes: UnsafeMutableBufferPointer<Float>
    let height: Int
    let width: Int
    let layout: DetectionLayout
    /// What each term counts, one divided by the number of objects.
    let share: Float

    /// The pixel that holds an object's centre.
    private func centre(_ object: PictureObject) -> (row: Int, column: Int) {
        let row = Int((object.box.top + object.box.bottom) / 2)
        let column = Int((object.box.left + object.box.right) / 2)
        return (min(max(row, 0), height - 1), min(max(column, 0), width - 1))
    }

    private func place(_ row: Int, _ column: Int, _ size: Int, _ channel: Int) -> Int {
        (row * width + column) * layout.channels + size * layout.channelsPerSize + channel
    }

    mutating func addCentres(_ objects: [PictureObject]) -> Double {
        let targets = targets(objects)
        var total = 0.0
        for pixel in 0..<height * width {
            for size in layout.sides.indices {
                let start = pixel * layout.channels + size * layout.channelsPerSize
                for channel in start..<start + layout.classes {
                    let s = scores[channel] - DetectionLoss.prior
                    // log p = −softplus(−s) and log(1 − p) = −softplus(s), which neither overflow nor cancel.
                    let p = 1 / (1 + exp(-s))
                    let tail = log1p(exp(-abs(s)))
                    let y = targets[channel] ?? 0
                    if y == 1 {
                        let q = 1 - p
                        let cost = max(-s, 0) + tail
                        total += Double(q * q * cost * share)
                        slopes[channel] = -share * q * q * (2 * p * cost + q)
                    } else {
                        let weight = (1 - y) * (1 - y) * (1 - y) * (1 - y) * share
                        let cost = max(s, 0) + tail
                        total += Double(weight * p * p * cost)
                        slopes[channel] = weight * p * p * (2 * (1 - p) * cost + p)
                    }
                }
            }
        }
        return total
    }

    /// The targets that are not zero, by their places among the scores.
    private func targets(_ objects: [PictureObject]) -> [Int: Float] {
        var targets: [Int: Float] = [:]
        for object in objects {
            precondition(
                object.label < layout.classes && object.size < layout.sides.count, "the layout knows the object")
            let (row, column) = centre(object)
            let tau = layout.sides[object.size] / 10
            let reach = Int((3 * tau).rounded(.up))
            for y in max(row - reach, 0)...min(row + reach, height - 1) {
                for x in max(column - reach, 0)...min(column + reach, width - 1) {
                    let squared = Float((y - row) * (y - row) + (x - column) * (x - column))
                    let place = place(y, x, object.size, object.label)
                    targets[place] = max(targets[place] ?? 0, exp(-squared / (2 * tau * tau)))
                }
            }
        }
        return targets
    }

    mutating func addBoxes(_ objects: [PictureObject]) -> Double {
        var total = 0.0
        for object in objects {
            let (row, column) = centre(object)
            let unit = layout.sides[object.size] / 2
            for y in max(row - 1, 0)...min(row + 1, height - 1) {
                for x in max(column - 1, 0)...min(column + 1, width - 1) {
                    let (middleX, middleY) = (Float(x) + 0.5, Float(y) + 0.5)
                    let wanted = [
                        middleX - object.box.left, middleY - object.box.top, object.box.right - middleX,
                        object.box.bottom - middleY,
                    ]
                    for (side, distance) in wanted.enumerated() {
                        let place = place(y, x, object.size, layout.classes + side)
                        let error = scores[place] - distance / unit
                        let isSmall = abs(error) < DetectionLoss.delta
                        let cost =
                            isSmall
                            ? error * error / (2 * DetectionLoss.delta) : abs(error) - DetectionLoss.delta / 2
                        total += Double(cost * share / 9)
                        slopes[place] +=
                            share / 9 * (isSmall ? error / DetectionLoss.delta : error < 0 ? -1 : 1)
                    }
                }
            }
        }
        return total
    }
}
