/// A clause such as `; did you mean 'conv1.weight'?` for the candidate that begins with a word, contains it, or is nearest to a misspelt one, or
/// nothing where none is near.
func suggestion(for word: String, among candidates: [String]) -> String {
    if word.count > 2, let longer = candidates.first(where: { $0.lowercased().hasPrefix(word.lowercased()) }) {
        return "; did you mean '\(longer)'?"
    }
    if word.count > 2, let longer = candidates.first(where: { $0.lowercased().contains(word.lowercased()) }) {
        return "; did you mean '\(longer)'?"
    }
    let distances = candidates.map { (name: $0, distance: editDistance(word, $0)) }
    guard let nearest = distances.min(by: { $0.distance < $1.distance }), nearest.distance <= max(2, word.count / 3)
    else { return "" }
    return "; did you mean '\(nearest.name)'?"
}

/// The number of insertions, deletions and substitutions that turn one word into the other (Levenshtein's distance).
///
/// - Complexity: O(length of one · length of the other).
private func editDistance(_ first: String, _ second: String) -> Int {
    let (a, b) = (Array(first.lowercased()), Array(second.lowercased()))
    var row = Array(0...b.count)
    for (i, letter) in a.enumerated() {
        var diagonal = row[0]
        row[0] = i + 1
        for (j, other) in b.enumerated() {
            let substituted = diagonal + (letter == other ? 0 : 1)
            diagonal = row[j + 1]
            row[j + 1] = min(substituted, row[j] + 1, diagonal + 1)
        }
    }
    return row[b.count]
}
