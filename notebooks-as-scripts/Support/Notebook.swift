import Foundation
import Reports

/// A narrative that computes: its sentences, tables and figures go to the terminal as they come, and at the end to a page.
///
///     let notebook = Notebook("03-discretisations", "Five ways to put a derivative on a grid", arguments)
///     notebook.section("The Gaussian")
///     notebook.say("At σ = 0.5 the samples sum to \(sum).")
///     notebook.show(figure, as: "spread")
///     notebook.finish()
public final class Notebook {
    private let style = TerminalStyle.standardOutput()
    private let folder: URL
    private var page: Page

    /// A notebook, whose name is that of its executable.
    public init(_ name: String, _ title: String, _ arguments: NotebookArguments) {
        folder = URL(fileURLWithPath: arguments.folder ?? ".build/notebooks/\(name)")
        page = Page(title, kind: "notebook \(name)")
        page.command = (["swift run -c release \(name)"] + CommandLine.arguments.dropFirst()).joined(separator: " ")
        page.version = "continuous-cnn"
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        } catch {
            fail(folder, error)
        }
        print(title)
    }

    /// Begins a section.
    public func section(_ title: String) {
        page.sections.append(Page.Section(title, []))
        print("\n\(title)\n" + String(repeating: "─", count: min(title.count, style.width)))
    }

    /// A paragraph; before the first section it belongs to the head of the page.
    public func say(_ prose: Prose) {
        print("\n" + prose.text(in: style), terminator: "")
        if page.sections.isEmpty { page.lead.append(prose) } else { append(.paragraph(prose)) }
    }

    /// A table.
    public func show(_ table: Table) {
        print("\n" + table.text(in: style), terminator: "")
        append(.table(table))
    }

    /// Figures, each written as an SVG file of its name too.
    public func show(_ figures: (name: String, figure: Figure)...) {
        print()
        for (name, figure) in figures {
            let file = folder.appendingPathComponent(name + ".svg")
            switch figure.drawing(by: .installed()) {
            case .drawn(let drawing):
                do { try Data(drawing.document.utf8).write(to: file, options: .atomic) } catch { fail(file, error) }
                print("\(figure.title): \(file.relativePath)")
            case .notDrawn(let reason): print("\(figure.title): \(reason)")
            }
        }
        append(.figures(figures.map(\.figure)))
    }

    /// A picture of pixels: `write` writes it as a PNG file of its name.
    public func show(_ name: String, title: String, caption: Prose, write: (URL) throws -> Void) {
        let file = folder.appendingPathComponent(name + ".png")
        do {
            try write(file)
            append(.picture(PagePicture(title, png: try Data(contentsOf: file), caption: caption)))
        } catch {
            fail(file, error)
        }
        print("\n\(title): \(file.relativePath)")
    }

    /// Kernels with their fits and residuals.
    public func show(_ gallery: KernelGallery) {
        let groups = [TerminalPicture.Group(gallery.title, gallery.rows)]
        print("\n" + TerminalPicture(groups).text(in: style), terminator: "")
        append(.gallery(gallery))
    }

    /// Writes a file of numbers beside the page.
    public func write(_ text: String, to name: String) {
        let file = folder.appendingPathComponent(name)
        do { try Data(text.utf8).write(to: file, options: .atomic) } catch { fail(file, error) }
        print("\nwritten: \(file.relativePath)")
    }

    /// Writes the page.
    public func finish() {
        let file = folder.appendingPathComponent("index.html")
        do {
            try Data(page.html().utf8).write(to: file, options: .atomic)
        } catch {
            fail(file, error)
        }
        print("\nThe page: \(file.relativePath)")
    }

    private func append(_ block: Page.Block) {
        precondition(!page.sections.isEmpty, "a table or figure belongs to a section")
        page.sections[page.sections.count - 1].blocks.append(block)
    }

    private func fail(_ place: URL, _ error: any Error) -> Never {
        let reason = (error as NSError).localizedDescription
        FileHandle.standardError.write(Data("\(place.relativePath): cannot be written: \(reason)\n".utf8))
        exit(1)
    }
}
