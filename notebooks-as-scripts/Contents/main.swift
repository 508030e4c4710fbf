import Foundation
import Reports

// Writes index.html into a folder: a list of the pages in its subfolders. usage: notebook-contents FOLDER

let folder = URL(fileURLWithPath: CommandLine.arguments.dropFirst().first ?? ".build/notebooks")
let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()
var page = Page(
    "Notebooks", kind: "contents",
    lead: [
        "Narratives that compute: each is a program of this package, prints its numbers in sentences and draws its figures."
    ])
let links = names.compactMap { name -> Prose? in
    let file = folder.appendingPathComponent(name).appendingPathComponent("index.html")
    guard let html = try? String(contentsOf: file, encoding: .utf8), let begin = html.range(of: "<title>"),
        let end = html.range(of: "</title>")
    else { return nil }
    return
        "\(link: String(html[begin.upperBound..<end.lowerBound]), to: name + "/index.html") \(code: "swift run -c release " + name)"
}
page.sections = [Page.Section("Pages", [.list(links)])]
do {
    let file = folder.appendingPathComponent("index.html")
    try Data(page.html().utf8).write(to: file, options: .atomic)
    print("The list of \(links.count) notebooks: \(file.relativePath)")
} catch {
    FileHandle.standardError.write(
        Data("\(folder.relativePath): cannot be written: \((error as NSError).localizedDescription)\n".utf8))
    exit(1)
}
