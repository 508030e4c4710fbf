import Foundation

/// The ticks of a logarithmic axis: the places of the data where they are few, else powers of ten, or multiples of them where the
/// axis is short.
struct LogarithmicTicks {
    /// The ticks with a label.
    private(set) var labelled: [(value: Double, label: String)] = []
    /// The ticks between.
    private(set) var unlabelled: [Double] = []

    /// The ratio of an axis's ends up to which the places of the data serve as ticks.
    private static let shortRatio = 50.0
    /// The ratio of an axis's ends from which powers of ten alone are enough.
    private static let longRatio = 1000.0
    /// The number of labels that stand side by side.
    private static let mostLabels = 8

    /// The ticks in a range of positive values.
    ///
    /// - Parameters:
    ///   - range: the ends of the axis.
    ///   - places: the places of the data, rising.
    init(in range: ClosedRange<Double>, preferring places: [Double]) {
        precondition(range.lowerBound > 0, "a logarithmic axis is positive")
        let ratio = range.upperBound / range.lowerBound
        let isClear = zip(places, places.dropFirst()).allSatisfy { $1 / $0 > pow(ratio, 0.07) }
        if ratio < Self.shortRatio, (2...Self.mostLabels).contains(places.count), isClear {
            labelled = places.filter(range.contains).map { ($0, Format.brief($0, digits: 4)) }
            return
        }
        let first = Int(log10(range.lowerBound).rounded(.down))
        let last = Int(log10(range.upperBound).rounded(.up))
        let step = (last - first + Self.mostLabels - 1) / Self.mostLabels
        let ticks = (first...last).flatMap { decade in (1...9).map { (factor: $0, decade: decade) } }
            .map { ($0, Double("\($0.factor)e\($0.decade)") ?? 0) }.filter { range.contains($0.1) }
        let choices: [[Int]] = ratio < Self.longRatio ? [[1], [1, 3], [1, 2, 5], Array(1...9)] : [[1]]
        let factors =
            choices.first { factors in ticks.count { factors.contains($0.0.factor) } >= 3 }
            ?? choices[choices.count - 1]
        let usesPowers = first < -3 || last > 4
        for (tick, value) in ticks {
            if factors.contains(tick.factor), tick.decade % max(step, 1) == 0 {
                labelled.append((value, Self.label(tick.factor, tick.decade, usesPowers)))
            } else if step <= 1 || tick.factor == 1 {
                unlabelled.append(value)
            }
        }
    }

    private static func label(_ factor: Int, _ decade: Int, _ usesPowers: Bool) -> String {
        guard usesPowers else {
            let digits = String(repeating: "0", count: abs(decade))
            return decade >= 0 ? "\(factor)\(digits)" : "0." + digits.dropFirst() + "\(factor)"
        }
        let superscripts: [Character: Character] = [
            "-": "⁻", "0": "⁰", "1": "¹", "2": "²", "3": "³", "4": "⁴", "5": "⁵", "6": "⁶", "7": "⁷", "8": "⁸",
            "9": "⁹",
        ]
        let power = "10" + String(String(decade).compactMap { superscripts[$0] })
        return factor == 1 ? power : "\(factor)·\(power)"
    }
}
