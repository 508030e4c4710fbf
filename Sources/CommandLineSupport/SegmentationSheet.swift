import ContinuousCNN
import Foundation

/// Pictures with a class for every pixel above what is true, and below that what networks say and where they are wrong.
public enum SegmentationSheet {
    private static let columns = 6
    private static let gap = 3
    /// Okabe and Ito's colours and four between them, which are told apart on black.
    private static let colors: [[Float]] = [
        [0.90, 0.62, 0], [0.34, 0.71, 0.91], [0, 0.62, 0.45], [0.94, 0.89, 0.26], [0.20, 0.35, 0.90],
        [0.84, 0.37, 0], [0.80, 0.47, 0.65], [0.65, 0.90, 0.55], [0.55, 0.35, 0.75], [0.95, 0.75, 0.75],
    ]
    private static let ground: [Float] = [0, 0, 0]
    private static let white: [Float] = [1, 1, 1]

    /// Six pictures of a set, spread evenly over it, a column each: the picture, the true classes, and for each network the classes with the
    /// highest scores and, in white, the pixels where these are not the true ones. The last class is background, and black.
    ///
    /// - Precondition: There is a class for every pixel, and the networks take the set's pictures.
    public static func picture(of set: LabelledPictures, by networks: [CompiledNetwork]) -> Picture {
        precondition(set.labelling == .perPixel, "every pixel has a class")
        let (cellHeight, cellWidth) = (set.height + gap, set.width + gap)
        let rows = 2 + 2 * networks.count
        let (height, width) = (rows * cellHeight - gap, columns * cellWidth - gap)
        var planes = [[Float]](repeating: [Float](repeating: 0.35, count: width * height), count: 3)
        func draw(_ row: Int, _ column: Int, _ color: (Int) -> [Float]) {
            for place in 0..<set.height * set.width {
                let target =
                    (row * cellHeight + place / set.width) * width + column * cellWidth + place % set.width
                for (channel, value) in color(place).enumerated() { planes[channel][target] = value }
            }
        }
        func color(_ label: Int) -> [Float] { label < colors.count ? colors[label] : ground }
        for column in 0..<columns {
            let picture = column * set.count / columns
            let pixels = Array(set.pixels[picture * set.bytesPerPicture..<(picture + 1) * set.bytesPerPicture])
            let labels = Array(set.labels[picture * set.labelsPerPicture..<(picture + 1) * set.labelsPerPicture])
            draw(0, column) { place in
                (0..<3).map { Float(pixels[place * set.channels + min($0, set.channels - 1)]) / 255 }
            }
            draw(1, column) { color(Int(labels[$0])) }
            for (index, network) in networks.enumerated() {
                let found = classes(of: picture, in: set, by: network)
                draw(2 + 2 * index, column) { color(found[$0]) }
                draw(3 + 2 * index, column) { found[$0] == Int(labels[$0]) ? ground : white }
            }
        }
        return Picture(width: width, height: height, channels: .color, depth: .eight, planes: planes)
    }

    /// The class with the highest score at every pixel.
    ///
    /// - Precondition: As for `picture(of:by:)`.
    /// - Complexity: One forward pass of a batch.
    public static func classes(of picture: Int, in set: LabelledPictures, by network: CompiledNetwork) -> [Int] {
        var batch = Batch(of: set, count: network.batch)
        set.fill(&batch, from: picture)
        network.forward(batch.pictures, isTraining: false)
        let classes = network.graph.output.channels
        return network.output.withUnsafeBufferPointer { scores in
            (0..<set.height * set.width).map { place in
                (0..<classes).max { scores[place * classes + $0] < scores[place * classes + $1] } ?? 0
            }
        }
    }
}
