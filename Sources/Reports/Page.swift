/// A report as one HTML file that needs nothing else: no script, no font, no picture from elsewhere.
///
/// It follows the reader's light or dark theme, fits a phone's screen and prints. Text is escaped wherever it comes from.
///
///     var page = Page("What `srcnn-955` is made of", lead: ["Each layer was fitted with Gaussian derivatives up to order 4."])
///     page.keyNumbers = [.init("0.967", "explained energy of the 5 × 5 layer", note: "chance 0.600")]
///     page.sections = [Page.Section("Layers", [.table(table), .figures([figure]), .gallery(gallery)])]
///     page.command = "ccnn fit srcnn-955.safetensors --report report"
///     page.version = "continuous-cnn 0.2.0"
///     try page.html().write(to: file, atomically: true, encoding: .utf8)
public struct Page: Sendable {
    /// A number to be seen before anything is read.
    public struct KeyNumber: Sendable, Hashable {
        /// The number, formatted, with its unit.
        public var value: String
        /// What it is.
        public var label: String
        /// What to compare it with; no line where empty.
        public var note: String

        /// A key number.
        public init(_ value: String, _ label: String, note: String = "") {
            self.value = value
            self.label = label
            self.note = note
        }
    }

    /// A part of the page under a heading.
    public struct Section: Sendable {
        /// The heading, which also leads here from the table of contents.
        public var title: String
        /// A few words beside the heading, seen when the section is folded too.
        public var note: String
        /// What the section holds.
        public var blocks: [Block]
        /// Whether the section shows its heading only, until the reader opens it.
        public var isFolded: Bool

        /// A section.
        public init(_ title: String, note: String = "", isFolded: Bool = false, _ blocks: [Block]) {
            self.title = title
            self.note = note
            self.blocks = blocks
            self.isFolded = isFolded
        }
    }

    /// One thing below another.
    public enum Block: Sendable {
        /// A paragraph.
        case paragraph(Prose)
        /// A list of sentences.
        case list([Prose])
        /// A table.
        case table(Table)
        /// Figures, beside each other where the screen is wide enough.
        case figures([Figure])
        /// Kernels with their fits and residuals.
        case gallery(KernelGallery)
        /// A picture made of pixels.
        case picture(PagePicture)
        /// Numbers to be seen at once.
        case keyNumbers([KeyNumber])
        /// Text to be kept as it is, such as a command.
        case verbatim(String)
        /// Blocks behind a line that opens them.
        indirect case folded(String, [Block])
    }

    /// The title, also of the browser's window.
    public var title: String
    /// A word above the title, such as the kind of report; no line where empty.
    public var kind: String
    /// The first sentences, a paragraph each.
    public var lead: [Prose]
    /// The numbers below the lead.
    public var keyNumbers: [KeyNumber]
    /// The parts of the page.
    public var sections: [Section]
    /// The command that makes this page again; no line where empty.
    public var command: String
    /// The program and version that made it.
    public var version: String

    /// A page to be filled.
    public init(_ title: String, kind: String = "", lead: [Prose] = [], sections: [Section] = []) {
        self.title = title
        self.kind = kind
        self.lead = lead
        self.sections = sections
        keyNumbers = []
        command = ""
        version = ""
    }
}
