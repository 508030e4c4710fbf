import Foundation
import Testing

// guide: begin
import GaussianKernels

func kernels(sigma: Double) {
    let discretization = Discretization.automatic(order: 2, sigma: sigma)
    let kernel = GaussianKernel1D(order: 2, sigma: sigma, discretization: discretization, gamma: 1)
    let error = kernel.discretizationError
    print("\(discretization): ∂²x² is off by \(error.moment), white noise by \(error.spectrum)")

    let edge = GaussianKernel2D.directional(order: 1, angle: .pi / 6, sigma: sigma)
    print("\(edge.taps.count) taps for the derivative 30° clockwise from x")

    if let recursive = RecursiveGaussian(GaussianKernel1D(order: 1, sigma: 20 * sigma)) {
        print("\(recursive.sections.count) oscillations instead of \(recursive.kernel.taps.count) taps")
    }
}
// guide: end

@Suite struct GuideTests {
    private func text(_ path: String) throws -> String {
        let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return try String(contentsOf: package.appendingPathComponent(path), encoding: .utf8)
    }

    /// The guide shows the lines above, word for word.
    @Test func theExampleIsCompiled() throws {
        let source = try text("Tests/GaussianKernelsTests/GuideTests.swift").components(separatedBy: "\n")
        let begin = try #require(source.firstIndex(of: "// guide: begin"))
        let end = try #require(source.firstIndex(of: "// guide: end"))
        #expect(
            try text("Docs/Kernels.md").contains(
                "```swift\n" + source[(begin + 1)..<end].joined(separator: "\n") + "\n```"))
        kernels(sigma: 1.4)
    }

    /// Every figure that the guide shows is there.
    @Test func theFiguresAreThere() throws {
        let guide = try text("Docs/Kernels.md")
        let figures = guide.matches(of: /\]\((Figures\/[a-z0-9-]+\.svg)\)/).map { String($0.1) }
        #expect(figures.count >= 8)
        for figure in figures { #expect(try text("Docs/" + figure).contains("<svg"), "\(figure)") }
    }
}
