import ContinuousCNN
import Foundation

/// Pictures with a class for every pixel above what is true and what a network says.
enum SegmentationSheet {
    private static let columns = 6
    private static let gap = 3
    /// Okabe and Ito's colours and four between them, which are told apart on black.
    private static let colors: [[Float]] = [
        [0.90, 0.62, 0], [0.34, 0.71, 0.91], [0, 0.62, 0.45], [0.94, 0.89, 0.26], [0.20, 0.35, 0.90],
        [0.84, 0.37, 0], [0.80, 0.47, 0.65], [0.65, 0.90, 0.55], [0.55, 0.35, 0.75], [0.95, 0.75, 0.75],
    ]

    /// The first pictures of a set, spread evenly over it: picture, truth, and the class with the highest score, background black.
    static func picture(of set: LabelledPictures, by network: CompiledNetwork) -> Picture {
        let (cellHeight, cellWidth) = (set.height + gap, set.width + gap)
        let (height, width) = (3 * cellHeight - gap, columns * cellWidth - gap)
        var planes = [[Float]](repeating: [Float](repeating: 0.35, count: width * height), count: 3)
        func draw(_ row: Int, _ column: Int, _ color: (Int) -> [Float]) {
            for place in 0..<set.height * set.width {
                let target =
                    (row * cellHeight + place / set.width) * width + column * cellWidth + place % set.width
                for (channel, value) in color(place).enumerated() { planes[channel][target] = value }
            }
        }
        func color(_ label: Int) -> [Float] { label < colors.count ? colors[label] : [0, 0, 0] }
        var batch = Batch(of: set, count: network.batch)
        for column in 0..<columns {
            let picture = column * set.count / columns
            set.fill(&batch, from: picture)
            network.forward(batch.pictures, isTraining: false)
            let pixels = Array(set.pixels[picture * set.bytesPerPicture..<(picture + 1) * set.bytesPerPicture])
            let labels = Array(set.labels[picture * set.labelsPerPicture..<(picture + 1) * set.labelsPerPicture])
            let classes = network.graph.output.channels
            let found = network.output.withUnsafeBufferPointer { scores in
                (0..<set.height * set.width).map { place in
                    (0..<classes).max { scores[place * classes + $0] < scores[place * classes + $1] } ?? 0
                }
            }
            draw(0, column) { place in
                (0..<3).map { Float(pixels[place * set.channels + min($0, set.channels - 1)]) / 255 }
            }
            draw(1, column) { color(Int(labels[$0])) }
            draw(2, column) { color(found[$0]) }
        }
        return Picture(width: width, height: height, channels: .color, depth: .eight, planes: planes)
    }
}
