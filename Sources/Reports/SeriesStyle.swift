/// How the series of a figure differ: colour, dash pattern and marker change together, so that each alone tells them apart.
struct SeriesStyle {
    /// The number of colours; each comes a second time with another marker and other dashes, and then all begins again.
    static let count = 6

    /// The colour on a light page.
    let light: RGBColor
    /// The colour on a dark page.
    let dark: RGBColor
    /// The dash pattern as gnuplot writes it.
    let dashes: String
    /// The marker as gnuplot numbers it.
    let marker: Int

    /// The style of the series at `index`; the first twelve have a marker of their own each.
    static func of(_ index: Int) -> SeriesStyle {
        let own = all[index % count]
        guard index / count % 2 == 1 else { return own }
        return SeriesStyle(
            light: own.light, dark: own.dark, dashes: all[(index + 1) % count].dashes,
            marker: secondMarkers[index % count])
    }

    /// The markers of the colours' second time: what the first time has filled is empty, and pentagons where that is taken.
    private static let secondMarkers = [6, 14, 8, 12, 10, 15]

    /// Okabe–Ito's colours, those first that stand out on white. Blue is too dark for a dark page and takes turns with sky blue.
    static let all = [
        SeriesStyle(light: OkabeIto.blue, dark: OkabeIto.skyBlue, dashes: "1", marker: 7),
        SeriesStyle(light: OkabeIto.vermillion, dark: OkabeIto.vermillion, dashes: "(9,4)", marker: 5),
        SeriesStyle(light: OkabeIto.bluishGreen, dark: OkabeIto.bluishGreen, dashes: "(3,3)", marker: 9),
        SeriesStyle(light: OkabeIto.reddishPurple, dark: OkabeIto.reddishPurple, dashes: "(12,3,2,3)", marker: 13),
        SeriesStyle(light: OkabeIto.orange, dark: OkabeIto.orange, dashes: "(16,5)", marker: 11),
        SeriesStyle(light: OkabeIto.skyBlue, dark: OkabeIto.blue, dashes: "(6,3,2,3,2,3)", marker: 4),
    ]
}
