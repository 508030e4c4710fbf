import Foundation
import TestSupport
import Testing

/// The drawing and the table of the modules show the imports of the manifest as it is now; `make figures` makes the drawing again.
@Suite struct ModuleDrawingTests {
    private struct Import: Hashable, CustomStringConvertible {
        let from: String
        let to: String
        var description: String { "\(from) → \(to)" }
    }

    private static let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// The arrows, whose titles graphviz writes into the drawing.
    private func drawn() throws -> Set<Import> {
        let file = Self.package.appendingPathComponent("Docs/Figures/modules.svg")
        let titles = try String(contentsOf: file, encoding: .utf8).matches(of: /<title>(\w+)&#45;&gt;(\w+)<\/title>/)
        return Set(titles.map { Import(from: String($0.1), to: String($0.2)) })
    }

    /// The imports of each module that has a row of its own in the guide's table.
    private func tabulated() throws -> [String: [String]] {
        let file = Self.package.appendingPathComponent("Docs/Architecture.md")
        var found: [String: [String]] = [:]
        for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
            guard let row = line.wholeMatch(of: /\| `(\w+)` \| .* \| (.*) \|/) else { continue }
            found[String(row.1)] = row.2.matches(of: /`(\w+)`/).map { String($0.1) }
        }
        return found
    }

    /// What each target of the package imports of the others, by what the package manager reads from the manifest.
    private func manifest() throws -> [String: [String]] {
        struct Manifest: Decodable {
            struct Target: Decodable {
                /// Of another target, whose name comes first; a condition may follow.
                struct Dependency: Decodable {
                    let name: String?

                    enum CodingKeys: String, CodingKey, CaseIterable {
                        case byName, target
                    }

                    init(from decoder: any Decoder) throws {
                        let container = try decoder.container(keyedBy: CodingKeys.self)
                        let kind = CodingKeys.allCases.first { container.contains($0) }
                        name = try kind.map {
                            var list = try container.nestedUnkeyedContainer(forKey: $0)
                            return try list.decode(String.self)
                        }
                    }
                }
                let name: String
                let dependencies: [Dependency]
            }
            let targets: [Target]
        }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        let folder = try TemporaryFolder()
        process.arguments = [
            "swift", "package", "--package-path", Self.package.path, "--scratch-path",
            folder.file("scratch").path, "dump-package",
        ]
        // The whole manifest, also where a part of it is tested.
        process.environment = ProcessInfo.processInfo.environment.filter { $0.key != "CCNN_ONLY" }
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        withExtendedLifetime(folder) { process.waitUntilExit() }
        let manifest = try JSONDecoder().decode(Manifest.self, from: data)
        let names = Set(manifest.targets.map(\.name))
        return Dictionary(
            uniqueKeysWithValues: manifest.targets.map { target in
                (target.name, target.dependencies.compactMap(\.name).filter(names.contains))
            })
    }

    /// Arrows are the imports that no chain of other arrows implies; rows of the table have all of them.
    @Test func drawingAndTableShowTheManifest() throws {
        let imports = try manifest()
        /// The modules at the end of a chain of at least `least` imports.
        func reached(from module: String, least: Int) -> Set<String> {
            imports[module, default: []].reduce(into: []) { found, other in
                if least <= 1 { found.insert(other) }
                found.formUnion(reached(from: other, least: max(least - 1, 1)))
            }
        }
        var wanted: Set<Import> = []
        for module in reached(from: "ccnn", least: 1).union(["ccnn"]) {
            let implied = reached(from: module, least: 2)
            for other in imports[module, default: []] where !implied.contains(other) {
                wanted.insert(Import(from: module, to: other))
            }
        }
        #expect(wanted.count > 30, "the manifest was read")
        let drawn = try drawn()
        #expect(drawn == wanted, "draw it again by make figures; differing: \(drawn.symmetricDifference(wanted))")
        let table = try tabulated()
        #expect(table.count > 20, "the table was read")
        for (module, row) in table {
            #expect(Set(row) == Set(imports[module] ?? ["no such module"]), "the table's row of \(module)")
        }
    }
}
