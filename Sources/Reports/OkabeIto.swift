/// Colours that people with any common colour blindness tell apart.
///
/// Okabe and Ito, "Color Universal Design" (2008), jfly.uni-koeln.de/color; recommended by Wong 2011, doi:10.1038/nmeth.1618.
enum OkabeIto {
    static let orange = RGBColor(0xE69F00)
    static let skyBlue = RGBColor(0x56B4E9)
    static let bluishGreen = RGBColor(0x009E73)
    static let blue = RGBColor(0x0072B2)
    static let vermillion = RGBColor(0xD55E00)
    static let reddishPurple = RGBColor(0xCC79A7)
}
