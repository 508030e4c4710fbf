/// How the series of a figure differ: colour, dash pattern and marker change together, so that each alone tells them apart.
struct SeriesStyle {
    /// The number of styles; a figure with more series begins again.
    static let count = 6

    /// The colour on a light page.
    let light: RGBColor
    /// The colour on a dark page.
    let dark: RGBColor
    /// The dash pattern as gnuplot writes it.
    let dashes: String
    /// The marker as gnuplot numbers it.
    let marker: Int

    /// The style of the series at `index`.
    static func of(_ index: Int) -> SeriesStyle { all[index % count] }

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
