import Foundation
import Reports

/// `ccnn datasets`: the data sets by name, and whether they are there.
public enum DatasetsTable {
    /// All data sets, one a row.
    public static func all(folder: URL, style: TerminalStyle) -> String {
        Table(
            columns: [.init("data set"), .init("where"), .init("what it is")],
            rows: DatasetSource.allCases.map { source in
                let place =
                    source.isGenerated
                    ? "needs no file" : source.location(in: folder)?.relativePath ?? "not in \(folder.relativePath)"
                return ["\(source.rawValue)", "\(place)", "\(source.summary)"]
            }
        ).text(in: style)
    }
}
