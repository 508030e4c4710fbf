import Testing

@testable import Datasets

@Suite struct OrientedShapesTests {
    @Test func picturesDependOnSeedAndPlaceAlone() {
        let set = OrientedShapes.dataset(training: 60, test: 20, seed: 9)
        #expect(set.training.count == 60 && set.test.count == 20)
        let later = OrientedShapes.pictures(59..<61, seed: 9)
        #expect(later.pixels == Array(set.training[59..<60].pixels + set.test[0..<1].pixels))
        #expect(OrientedShapes.dataset(training: 60, test: 20, seed: 8).training.pixels != set.training.pixels)
    }

    @Test func everyClassIsThere() {
        let labels = OrientedShapes.dataset(training: 300, test: 0).training.labels
        #expect(Set(labels) == Set(0..<10))
    }

    /// A bar's second moments tell its direction: (xx − yy)/(xx + yy) is 1 at 0° and −1 at 90° for a line, −2xy/(xx + yy) is 1 at 45°
    /// and −1 at 135°. Noise and thickness bring the means of many bars nearer to 0, but not to the other sign, nor the other mean from 0.
    @Test func barsPointWhereTheirNamesSay() {
        let set = OrientedShapes.dataset(training: 600, test: 0).training
        var straight = [[Double]](repeating: [], count: 4)
        var diagonal = straight
        for picture in 0..<set.count where set.labels[picture] < 4 {
            let (xx, xy, yy) = secondMoments(of: picture, in: set)
            straight[Int(set.labels[picture])].append((xx - yy) / (xx + yy))
            diagonal[Int(set.labels[picture])].append(-2 * xy / (xx + yy))
        }
        func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
        let wanted: [(straight: Double, diagonal: Double)] = [(1, 0), (0, 1), (-1, 0), (0, -1)]
        for label in 0..<4 {
            #expect(abs(mean(straight[label]) - 0.65 * wanted[label].straight) < 0.35, "\(mean(straight[label]))")
            #expect(abs(mean(diagonal[label]) - 0.65 * wanted[label].diagonal) < 0.35, "\(mean(diagonal[label]))")
        }
    }

    /// Moments of the pixels that differ from the background in the green channel.
    private func secondMoments(of picture: Int, in set: LabelledPictures) -> (xx: Double, xy: Double, yy: Double) {
        let side = OrientedShapes.side
        let green = (0..<side * side).map { Double(set.pixels[(picture * side * side + $0) * 3 + 1]) }
        let background = green.sorted()[green.count / 2]
        let weight = green.map { abs($0 - background) > 60 ? 1.0 : 0 }
        let total = weight.reduce(1e-9, +)
        let x = (0..<green.count).reduce(0) { $0 + weight[$1] * Double($1 % side) } / total
        let y = (0..<green.count).reduce(0) { $0 + weight[$1] * Double($1 / side) } / total
        var moments = (xx: 1e-9, xy: 0.0, yy: 1e-9)
        for i in 0..<green.count {
            let (dx, dy) = (Double(i % side) - x, Double(i / side) - y)
            moments.xx += weight[i] * dx * dx
            moments.xy += weight[i] * dx * dy
            moments.yy += weight[i] * dy * dy
        }
        return moments
    }
}
