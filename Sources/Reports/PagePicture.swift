import Foundation

/// A picture made of pixels to be put into a page, with the words that go with it.
///
///     let picture = PagePicture("Predictions", png: try Data(contentsOf: file), caption: "Black is background.")
public struct PagePicture: Sendable, Hashable {
    /// What it shows, in a line; readers who do not see it are given this and the caption.
    public var title: String
    /// The bytes of a PNG file.
    public var png: Data
    /// What to see in it, and how it was made.
    public var caption: Prose

    /// A picture.
    public init(_ title: String, png: Data, caption: Prose = "") {
        self.title = title
        self.png = png
        self.caption = caption
    }

    /// The element that shows it, pixels kept sharp; the bytes are in it, so that the page needs no other file.
    ///
    /// - Complexity: O(size of the file).
    var html: String {
        let words = [title, caption.plainText].filter { !$0.isEmpty }.joined(separator: ". ")
        return
            "<img class=\"picture\" alt=\"\(HTML.escaped(words))\" src=\"data:image/png;base64,\(png.base64EncodedString())\" />"
    }
}
