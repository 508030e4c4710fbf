import CommandLineSupport
import ContinuousCNN

/// What a segmentation comes to: the last class is background, and most of the pixels.
struct SegmentationScore {
    /// The share of all pixels with the right class.
    let accuracy: Double
    /// The share of the pixels of shapes with the right class.
    let shapeAccuracy: Double
    /// Intersection over union of each class but the background; nil where neither truth nor network has it.
    let unions: [Double?]

    /// The mean of intersection over union.
    var meanUnion: Double {
        let known = unions.compactMap { $0 }
        return known.reduce(0, +) / Double(max(known.count, 1))
    }

    init(_ evaluation: Evaluation) {
        let classes = evaluation.classes
        let shapes = 0..<classes - 1
        let pixels = shapes.reduce(0) {
            $0 + evaluation.confusion[($1 * classes)..<(($1 + 1) * classes)].reduce(0, +)
        }
        let right = shapes.reduce(0) { $0 + evaluation.confusion[$1 * classes + $1] }
        accuracy = evaluation.accuracy
        shapeAccuracy = Double(right) / Double(max(pixels, 1))
        unions = shapes.map { evaluation.intersectionOverUnion(of: $0) }
    }
}

/// For each pixel the distance in pixels, along rows, columns and diagonals alike, to the nearest one of another class; at most `most`.
func distancesToBorders(_ labels: ArraySlice<UInt8>, height: Int, width: Int, most: Int) -> [Int] {
    let labels = Array(labels)
    return labels.indices.map { place in
        let (row, column) = (place / width, place % width)
        for distance in 1..<most {
            for y in max(row - distance, 0)...min(row + distance, height - 1) {
                for x in max(column - distance, 0)...min(column + distance, width - 1)
                where labels[y * width + x] != labels[place] { return distance }
            }
        }
        return most
    }
}

/// The share of wrong pixels by the distance to the nearest border between classes, 1, 2, …, `most` and beyond.
func errorsByDistance(of network: CompiledNetwork, on set: LabelledPictures, most: Int) -> [Double] {
    var (wrong, all) = ([Int](repeating: 0, count: most), [Int](repeating: 0, count: most))
    for picture in 0..<set.count {
        let labels = set.labels[picture * set.labelsPerPicture..<(picture + 1) * set.labelsPerPicture]
        let found = SegmentationSheet.classes(of: picture, in: set, by: network)
        let distances = distancesToBorders(labels, height: set.height, width: set.width, most: most)
        for ((label, class_), distance) in zip(zip(labels, found), distances) {
            all[distance - 1] += 1
            if Int(label) != class_ { wrong[distance - 1] += 1 }
        }
    }
    return zip(wrong, all).map { Double($0) / Double(max($1, 1)) }
}
