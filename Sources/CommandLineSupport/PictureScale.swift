import ContinuousCNN
import Foundation
import Reports

/// How numbers become a picture's samples, and what of them it does not show.
struct PictureScale {
    /// Whether values are drawn in the colours of their sign, three channels for one number.
    let isSigned: Bool
    /// The magnitude at the end of the scale.
    let end: Double
    let depth: PictureDepth

    /// The numbers that lie beyond a scale, and those that are none.
    struct Cut {
        var beyond = 0
        var missing = 0
        var lowest = Double.infinity
        var highest = -Double.infinity

        mutating func add(_ other: Cut) {
            beyond += other.beyond
            missing += other.missing
            lowest = min(lowest, other.lowest)
            highest = max(highest, other.highest)
        }
    }

    /// The samples of a row of numbers: as many, or three times as many in the colours of signs. What is no number is black, or grey among colours.
    func samples<Scalar: ConvolutionScalar>(_ row: [Scalar], _ cut: inout Cut) -> [UInt16] {
        let maximum = Double(depth.maximum)
        // Less than half a step beyond the end is rounding.
        let tolerance = isSigned ? end * 1e-6 : end * 0.5 / maximum
        let low = isSigned ? -end : 0
        var samples: [UInt16] = []
        samples.reserveCapacity(row.count * (isSigned ? 3 : 1))
        for number in row {
            let value = Double(number)
            if value.isNaN {
                cut.missing += 1
            } else if value < low - tolerance || value > end + tolerance {
                cut.beyond += 1
                cut.lowest = min(cut.lowest, value)
                cut.highest = max(cut.highest, value)
            }
            guard isSigned else {
                let share = value.isNaN ? 0 : min(max(value / end, 0), 1)
                samples.append(UInt16((share * maximum).rounded()))
                continue
            }
            // A number beyond every scale has its end's colour, which is only for those that are none grey.
            let drawn = value.isNaN ? value : min(max(value, -end), end)
            let color = DivergingScale.components(of: drawn, limit: end)
            for component in [color.x, color.y, color.z] { samples.append(UInt16((component * maximum).rounded())) }
        }
        return samples
    }

    /// What the picture's scale is, for the line of the result; nil where it is the plain one from 0 to 1.
    var description: String? {
        let text = Format.significant(end, digits: 6)
        if isSigned { return "drawn from -\(text) (blue) to \(text) (red)" }
        return end == 1 ? nil : "black 0, white \(text)"
    }

    /// The sentences about what is not shown as it is.
    func notices(_ cut: Cut, of count: Int, in file: URL) -> [String] {
        var lines: [String] = []
        let name = file.lastPathComponent
        if cut.beyond > 0 {
            let low = isSigned ? "-\(Format.significant(end, digits: 6))" : "0"
            lines.append(
                "\(Format.count(cut.beyond)) of \(Format.count(count)) numbers lie beyond the scale of \(name) from \(low) to \(Format.significant(end, digits: 6)) and were cut to its ends, the farthest at \(Format.significant(cut.lowest < low0 ? cut.lowest : cut.highest, digits: 6))\(cut.lowest < low0 && cut.highest > end ? " and \(Format.significant(cut.highest, digits: 6))" : ""); --limit moves the end, a .npy keeps the numbers"
            )
        }
        if cut.missing > 0 {
            lines.append(
                "\(Format.count(cut.missing)) of \(Format.count(count)) numbers have nothing known within reach, and are \(isSigned ? "grey" : "black") in \(name); in a .npy they are NaN"
            )
        }
        return lines
    }

    private var low0: Double { isSigned ? -end : 0 }
}
