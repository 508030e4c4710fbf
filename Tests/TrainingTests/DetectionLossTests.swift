import Datasets
import Foundation
import NeuralNetworks
import Randomness
import Tensors
import Testing

@testable import Training

/// The loss straight from its definition, in double precision.
private func reference(
    _ output: [Double], _ objects: [[PictureObject]], _ layout: DetectionLayout, side: Int
) -> Double {
    var total = 0.0
    for (picture, own) in objects.enumerated() {
        func value(_ row: Int, _ column: Int, _ size: Int, _ channel: Int) -> Double {
            output[((picture * side + row) * side + column) * layout.channels + size * layout.channelsPerSize + channel]
        }
        func centre(_ object: PictureObject) -> (row: Int, column: Int) {
            (Int((object.box.top + object.box.bottom) / 2), Int((object.box.left + object.box.right) / 2))
        }
        for size in layout.sides.indices {
            for label in 0..<layout.classes {
                for row in 0..<side {
                    for column in 0..<side {
                        var y = 0.0
                        for object in own where object.label == label && object.size == size {
                            let c = centre(object)
                            let (dy, dx) = (row - c.row, column - c.column)
                            let tau = Double(layout.sides[size]) / 10
                            let reach = Int((3 * tau).rounded(.up))
                            if abs(dy) <= reach, abs(dx) <= reach {
                                y = max(y, exp(-Double(dy * dy + dx * dx) / (2 * tau * tau)))
                            }
                        }
                        let p = 1 / (1 + exp(4 - value(row, column, size, label)))
                        let gain: Double = y == 1 ? pow(1 - p, 2) * log(p) : pow(1 - y, 4) * p * p * log(1 - p)
                        total -= gain
                    }
                }
            }
        }
        for object in own {
            let c = centre(object)
            for row in max(c.row - 1, 0)...min(c.row + 1, side - 1) {
                for column in max(c.column - 1, 0)...min(c.column + 1, side - 1) {
                    let (x, y) = (Double(column) + 0.5, Double(row) + 0.5)
                    let wanted: [Double] = [
                        x - Double(object.box.left), y - Double(object.box.top), Double(object.box.right) - x,
                        Double(object.box.bottom) - y,
                    ]
                    for (place, distance) in wanted.enumerated() {
                        let half = Double(layout.sides[object.size]) / 2
                        let e = abs(value(row, column, object.size, layout.classes + place) - distance / half)
                        total += (e < 0.1 ? e * e / 0.2 : e - 0.05) / 9
                    }
                }
            }
        }
    }
    return total / Double(max(objects.joined().count, 1))
}

@Suite struct DetectionLossTests {
    private let layout = DetectionLayout(classes: 2, sides: [4, 8])
    private let side = 9
    private let objects = [
        [
            PictureObject(box: PictureBox(left: 1, top: 2, right: 4, bottom: 6), label: 1, size: 0),
            // Its centre is in the last row, so that some of the pixels around it are outside.
            PictureObject(box: PictureBox(left: 0, top: 8, right: 8, bottom: 9), label: 0, size: 1),
        ], [],
    ]

    private var output: Tensor {
        var random = SeededGenerator(seed: 3)
        return Tensor(
            [2, side, side, layout.channels],
            (0..<2 * side * side * layout.channels).map { _ in Float(2 * random.normal()) })
    }

    @Test func lossAndGradientAreThoseOfTheDefinition() {
        var gradient = Tensor(output.shape, repeating: 7)
        let loss = DetectionLoss.evaluate(output: output, objects: objects, layout: layout, gradient: &gradient)
        let numbers = output.elements.map(Double.init)
        // Sums of thousands of terms in single precision, each relative to itself.
        let wanted = reference(numbers, objects, layout, side: side)
        #expect(abs(loss - wanted) < 1e-5 * wanted)
        var largest: Float = 0
        for place in numbers.indices {
            var (above, below) = (numbers, numbers)
            above[place] += 1e-5
            below[place] -= 1e-5
            // Only the term of this number differs, but the definition sums all: every fifth, and those of the first object's rows.
            guard place % 5 == 0 else { continue }
            let slope =
                (reference(above, objects, layout, side: side) - reference(below, objects, layout, side: side)) / 2e-5
            #expect(abs(Double(gradient.elements[place]) - slope) < 1e-4, "at \(place)")
            largest = max(largest, abs(gradient.elements[place]))
        }
        #expect(largest > 0.01)
    }

    @Test func extremeScoresStayFinite() {
        let extreme = output.map { $0 > 0 ? 1e4 : -1e4 }
        var gradient = Tensor(extreme.shape)
        let loss = DetectionLoss.evaluate(output: extreme, objects: objects, layout: layout, gradient: &gradient)
        #expect(loss.isFinite && gradient.elements.allSatisfy(\.isFinite))
    }
}
