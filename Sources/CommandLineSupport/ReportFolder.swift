import ContinuousCNN
import Foundation
import Reports

/// Writing a page into a folder that need not be there yet.
enum ReportFolder {
    /// The page in `folder` that a browser is given.
    static func page(in folder: URL) -> URL { folder.appendingPathComponent("index.html") }

    /// Writes `page` under `name` into `folder`, in one step: a page that was there stays whole if this fails.
    ///
    /// - Returns: The page's place.
    /// - Throws: `CommandFailure` that names the folder.
    static func write(_ page: Page, to folder: URL, name: String = "index.html") throws(CommandFailure) -> URL {
        let file = folder.appendingPathComponent(name)
        do {
            try FileManager.default.makeFolder(at: folder)
            try Data(page.html(drawnBy: Gnuplot.installed()).utf8).replaceFile(at: file)
        } catch {
            throw CommandFailure(error)
        }
        return file
    }
}
