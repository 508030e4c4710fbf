
// Appended to a copy of Package.swift by .ci/sanitize, followed by `package.keep([…])`: an instrumented build of everything would take a quarter of an hour.

extension Package {
    /// Leaves the targets of these names and what they depend on.
    func keep(_ wanted: [String]) {
        var (kept, packages): (Set<String>, Set<String>) = ([], [])
        var open = wanted
        while let name = open.popLast() {
            guard kept.insert(name).inserted, let target = targets.first(where: { $0.name == name }) else { continue }
            for dependency in target.dependencies {
                switch dependency {
                case .byNameItem(let name, _), .targetItem(let name, _): open.append(name)
                case .productItem(_, let package, _, _): packages.formUnion(package.map { [$0] } ?? [])
                @unknown default: break
                }
            }
        }
        targets.removeAll { !kept.contains($0.name) }
        products = []
        dependencies.removeAll { dependency in
            guard case .sourceControl(_, let location, _) = dependency.kind else { return false }
            return !packages.contains { location.hasSuffix($0) }
        }
    }
}
