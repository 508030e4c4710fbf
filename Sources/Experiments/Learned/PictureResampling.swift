import Datasets
import Foundation

extension LabelledPictures {
    /// The pictures on a grid of `side` × `side` pixels over the same domain, by cubic interpolation (Catmull and Rom's), stretched where the grid becomes
    /// coarser so that nothing is aliased; edges are continued.
    ///
    /// - Precondition: There is one label for a picture.
    /// - Complexity: O(pictures · pixels · support).
    public func resampled(side: Int) -> LabelledPictures {
        precondition(labelling == .perPicture, "labels of pixels cannot be interpolated")
        let horizontal = Self.weights(from: width, to: side)
        let vertical = Self.weights(from: height, to: side)
        var result = [UInt8](repeating: 0, count: count * side * side * channels)
        var rows = [Float](repeating: 0, count: height * side * channels)
        for picture in 0..<count {
            let start = picture * bytesPerPicture
            for y in 0..<height {
                for x in 0..<side {
                    for c in 0..<channels {
                        var sum: Float = 0
                        for (place, weight) in horizontal[x] {
                            sum += weight * Float(pixels[start + (y * width + place) * channels + c])
                        }
                        rows[(y * side + x) * channels + c] = sum
                    }
                }
            }
            for y in 0..<side {
                for x in 0..<side * channels {
                    var sum: Float = 0
                    for (place, weight) in vertical[y] { sum += weight * rows[place * side * channels + x] }
                    result[(picture * side + y) * side * channels + x] = UInt8(min(max(sum, 0), 255).rounded())
                }
            }
        }
        return LabelledPictures(
            height: side, width: side, channels: channels, classNames: classNames, pixels: result, labels: labels)
    }

    /// For each new pixel the old ones that it is made of, with weights that add up to 1.
    private static func weights(from old: Int, to new: Int) -> [[(place: Int, weight: Float)]] {
        let ratio = Double(old) / Double(new)
        let stretch = max(1, ratio)
        return (0..<new).map { index in
            let centre = (Double(index) + 0.5) * ratio - 0.5
            let places = Int((centre - 2 * stretch).rounded(.up))...Int((centre + 2 * stretch).rounded(.down))
            let raw = places.map { (place: min(max($0, 0), old - 1), weight: cubic((Double($0) - centre) / stretch)) }
            let total = raw.reduce(0) { $0 + $1.weight }
            return raw.filter { $0.weight != 0 }.map { ($0.place, Float($0.weight / total)) }
        }
    }

    private static func cubic(_ x: Double) -> Double {
        let t = abs(x)
        if t < 1 { return 1.5 * t * t * t - 2.5 * t * t + 1 }
        return t < 2 ? -0.5 * t * t * t + 2.5 * t * t - 4 * t + 2 : 0
    }
}
