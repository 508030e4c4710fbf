import ContinuousCNN

/// Composed pictures side by side with boxes around what was found in them.
enum DetectionSheet {
    private static let columns = 4
    private static let rows = 2
    /// Only what is more likely than not is drawn.
    private static let threshold: Float = 0.5

    /// The first pictures of a set: green boxes find an object, red ones do not, blue ones are objects that were not found.
    static func picture(of set: ComposedDigits, _ detections: [[Detection]]) -> Picture {
        let gap = 4
        let (width, height) = (columns * (set.side + gap) - gap, rows * (set.side + gap) - gap)
        var planes = [[Float]](repeating: [Float](repeating: 0.35, count: width * height), count: 3)
        for place in 0..<min(columns * rows, detections.count) {
            let (pixels, objects) = set.picture(place)
            let (top, left) = (place / columns * (set.side + gap), place % columns * (set.side + gap))
            for channel in 0..<3 {
                for row in 0..<set.side {
                    for column in 0..<set.side {
                        planes[channel][(top + row) * width + left + column] = pixels[row * set.side + column]
                    }
                }
            }
            func draw(_ box: PictureBox, _ color: [Float]) {
                for (row, column) in outline(box, set.side) {
                    for channel in 0..<3 { planes[channel][(top + row) * width + left + column] = color[channel] }
                }
            }
            let likely = detections[place].filter { $0.score >= threshold }
            func matches(_ object: PictureObject, _ detection: Detection) -> Bool {
                object.label == detection.label && object.box.intersectionOverUnion(detection.box) >= 0.5
            }
            for object in objects where !likely.contains(where: { matches(object, $0) }) {
                draw(object.box, [0.34, 0.71, 0.91])
            }
            for detection in likely {
                let isRight = objects.contains { matches($0, detection) }
                draw(detection.box, isRight ? [0, 0.75, 0.45] : [0.9, 0.25, 0])
            }
        }
        return Picture(width: width, height: height, channels: .color, depth: .eight, planes: planes)
    }

    /// The pixels around a box, as far as they are in the picture.
    private static func outline(_ box: PictureBox, _ side: Int) -> [(row: Int, column: Int)] {
        func place(_ value: Float) -> Int { min(max(Int(value.rounded()), 0), side - 1) }
        let (left, right) = (place(box.left - 1), place(box.right))
        let (top, bottom) = (place(box.top - 1), place(box.bottom))
        guard left <= right, top <= bottom else { return [] }
        return (left...right).flatMap { [(top, $0), (bottom, $0)] }
            + (top...bottom).flatMap { [($0, left), ($0, right)] }
    }
}
