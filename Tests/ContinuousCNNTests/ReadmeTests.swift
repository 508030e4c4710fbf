import Foundation
import Testing

// readme: begin
import ContinuousCNN

func describe(_ file: URL, _ name: String) throws {
    let tensor = try TensorArchive(contentsOf: file).tensor(named: name)
    guard let layer = KernelLayer(tensor, axes: .oihw) else { return }
    let fit = try LayerFit(layer, options: FitOptions(order: 4, scale: .shared))
    print("σ = \(fit.sigma), R² = \(fit.explainedEnergy), by chance \(fit.chanceEnergy)")
    print(zip(fit.terms, fit.kernels[0].coefficients).map { "\($0.name): \($1)" })
    let finer = Grid(width: 29, height: 29, spacing: [0.25, 0.25], origin: [-3.5, -3.5])
    print(fit.continuousKernel(0).sampled(on: finer).values)
}
// readme: end

@Suite struct ReadmeTests {
    private func text(_ path: String) throws -> String {
        let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return try String(contentsOf: package.appendingPathComponent(path), encoding: .utf8)
    }

    /// README shows the lines above, word for word.
    @Test func theExampleIsCompiled() throws {
        let source = try text("Tests/ContinuousCNNTests/ReadmeTests.swift").components(separatedBy: "\n")
        let begin = try #require(source.firstIndex(of: "// readme: begin"))
        let end = try #require(source.firstIndex(of: "// readme: end"))
        #expect(
            try text("README.md").contains("```swift\n" + source[(begin + 1)..<end].joined(separator: "\n") + "\n```"))
    }

    @Test func theExampleRuns() throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).safetensors")
        defer { try? FileManager.default.removeItem(at: file) }
        let taps = (0..<49).map { Double($0 * $0 % 11) }
        try SafetensorsFile.write([StoredTensor(name: "conv", shape: TensorShape([1, 1, 7, 7]), taps)], to: file)
        try describe(file, "conv")
    }
}
