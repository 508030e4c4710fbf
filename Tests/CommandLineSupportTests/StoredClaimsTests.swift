import Datasets
import Experiments
import Foundation
import TestSupport
import Testing

@testable import CommandLineSupport

/// What stands in `Docs/Results` is what the stored results say, and they were judged by the criteria in the code.
@Suite struct StoredClaimsTests {
    private let documents = Fixture.url("../../Docs/Results").standardizedFileURL

    private func results(in folder: String) throws -> [ClaimResult] {
        let store = ResultStore(folder: documents.appendingPathComponent(folder))
        return try AllClaims.all.compactMap { try store.result(for: $0.id) }
    }

    @Test(arguments: ["claims", "claims-quick"]) func everyClaimHasAResult(folder: String) throws {
        let results = try results(in: folder)
        #expect(results.map(\.text.id) == AllClaims.all.map(\.id))
        for (result, claim) in zip(results, AllClaims.all) {
            #expect(result.text.criteria == claim.text.criteria, "\(claim.id) was judged by other criteria")
        }
    }

    @Test func theDocumentIsMadeOfTheResults() throws {
        let folder = documents.appendingPathComponent("claims")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        let drawn = Set(names.filter { $0.hasSuffix(".svg") }.map { String($0.dropLast(4)) })
        let text = try String(contentsOf: folder.appendingPathComponent("README.md"), encoding: .utf8)
        #expect(try text == ClaimDocument.text(results(in: "claims"), drawn: drawn))
    }

    /// The comparisons that were made of runs of the author's length are made again, of the histories of those runs.
    @Test(arguments: ["downsampling-loses", "dilation-equals-large-kernel"])
    func comparisonsFollowFromTheHistories(id: String) throws {
        let claim = try #require(AllClaims.named(id))
        let shapes = OrientedShapes.dataset()
        let pictures = Dataset(
            name: "cifar-10", training: shapes.training, test: shapes.test, augmentation: shapes.augmentation)
        let context = ExperimentContext(
            effort: .standard, data: ExperimentData(pictures: pictures),
            networks: try NetworkLibrary(checkpoints: documents.appendingPathComponent("cifar-10")))
        let again = try ClaimRunner([claim], context: { _ in context }).run()[0]
        let stored = try #require(try results(in: "claims").first { $0.text.id == id })
        #expect(again.verdict == stored.verdict)
        #expect(again.evidence.findings == stored.evidence.findings)
        // Quantiles of Student's t may differ in their last bits between mathematical libraries.
        func numbers(_ result: ClaimResult) -> [Double] {
            result.evidence.measured.flatMap {
                [$0.value, $0.interval?.lowerBound ?? .infinity, $0.interval?.upperBound ?? .infinity]
            }
        }
        #expect(again.evidence.measured.map(\.name) == stored.evidence.measured.map(\.name))
        #expect(zip(numbers(again), numbers(stored)).allSatisfy { $0 == $1 || abs($0 - $1) < 1e-9 })
        #expect(again.evidence.seeds == stored.evidence.seeds)
    }

    @Test func thePageOfVerdictsSaysWhatTheResultsSay() throws {
        let page = try String(contentsOf: documents.appendingPathComponent("Verdicts.md"), encoding: .utf8)
        for result in try results(in: "claims") {
            let wanted =
                "[\(result.text.id)](claims/README.md#\(result.text.id)) **\(ClaimTables.words(result.verdict))**"
            #expect(page.contains(wanted), "the page lacks \(wanted)")
        }
    }
}
