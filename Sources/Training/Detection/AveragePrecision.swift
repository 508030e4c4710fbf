import Datasets

/// How well objects are found, by class and by size.
///
/// Detections are taken in the order of their scores. One finds an object if it has the object's class, overlaps it by half or more
/// (intersection over union), and no surer one has found it. Average precision is the area under precision, made non-increasing, against
/// recall. For one size alone, detections that find objects of other sizes do not count, nor do those that find nothing and whose longer side belongs to another
/// size. Sources: Everingham et al., IJCV 2010, doi:10.1007/s11263-009-0275-4; by size, Lin et al., "Microsoft COCO", ECCV 2014.
public struct AveragePrecision: Sendable, Hashable {
    /// The mean over the classes that occur, of all sizes together.
    public let mean: Double
    /// The mean over the classes that occur at a size, for each size; nil where there are no objects of it.
    public let bySize: [Double?]

    /// The average precision of detections in some pictures.
    /// - Parameters:
    ///   - detections: What was found in each picture, in any order.
    ///   - objects: What is there.
    ///   - sides: The nominal side of each size, small to large; a box belongs to the size whose side is nearest in ratio to its longer side.
    public init(_ detections: [[Detection]], objects: [[PictureObject]], sides: [Float]) {
        precondition(detections.count == objects.count, "every picture has detections and objects")
        let judged = Self.judge(detections, objects, sides)
        let labels = Set(objects.joined().map(\.label)).sorted()
        func mean(_ size: Int?) -> Double? {
            let areas = labels.compactMap { label -> Double? in
                let count = objects.joined().count { $0.label == label && (size == nil || $0.size == size) }
                guard count > 0 else { return nil }
                let own = judged.filter { $0.label == label && (size == nil || $0.size == size) }
                return Self.area(own.map(\.isFound), objects: count)
            }
            return areas.isEmpty ? nil : areas.reduce(0, +) / Double(areas.count)
        }
        self.mean = mean(nil) ?? 0
        bySize = sides.indices.map(mean)
    }

    private struct Judged {
        let label: Int
        let score: Float
        /// The size of the object found, or the one that the box would belong to.
        let size: Int
        let isFound: Bool
    }

    /// All detections, the surest first, each with whether it finds an object.
    private static func judge(
        _ detections: [[Detection]], _ objects: [[PictureObject]], _ sides: [Float]
    ) -> [Judged] {
        var judged: [Judged] = []
        for (own, truth) in zip(detections, objects) {
            var isTaken = truth.map { _ in false }
            for detection in own.sorted(by: { $0.score > $1.score }) {
                let best = truth.indices.filter { !isTaken[$0] && truth[$0].label == detection.label }
                    .map { (place: $0, overlap: truth[$0].box.intersectionOverUnion(detection.box)) }
                    .max { $0.overlap < $1.overlap }
                if let best, best.overlap >= 0.5 {
                    isTaken[best.place] = true
                    judged.append(
                        Judged(
                            label: detection.label, score: detection.score, size: truth[best.place].size, isFound: true)
                    )
                } else {
                    judged.append(
                        Judged(
                            label: detection.label, score: detection.score, size: size(of: detection.box, sides),
                            isFound: false))
                }
            }
        }
        return judged.sorted { $0.score > $1.score }
    }

    private static func size(of box: PictureBox, _ sides: [Float]) -> Int {
        let side = max(box.right - box.left, box.bottom - box.top, 1e-3)
        // Nearest in ratio: the largest quotient of the smaller by the larger.
        return sides.indices.max {
            min(sides[$0] / side, side / sides[$0]) < min(sides[$1] / side, side / sides[$1])
        } ?? 0
    }

    /// The area under precision against recall.
    static func area(_ isFound: [Bool], objects: Int) -> Double {
        var points: [(recall: Double, precision: Double)] = []
        var found = 0
        for (place, hit) in isFound.enumerated() where hit {
            found += 1
            points.append((Double(found) / Double(objects), Double(found) / Double(place + 1)))
        }
        var area = 0.0
        var best = 0.0
        for place in points.indices.reversed() {
            best = max(best, points[place].precision)
            area += best * (points[place].recall - (place > 0 ? points[place - 1].recall : 0))
        }
        return area
    }
}
