import Experiments
import Foundation
import TestSupport
import Testing

@Suite struct ResultStoreTests {
    @Test func aResultComesBackAsItWas() throws {
        let context = try ExperimentContext.forTests()
        let result = try ClaimRunner([EffectiveRadius()]) { _ in context }.run()[0]
        do {
            let temporary = try TemporaryFolder()
            let folder = temporary.url
            let store = ResultStore(folder: folder.appendingPathComponent("results"))
            #expect(try store.result(for: result.text.id) == nil)
            try store.keep(result)
            #expect(try store.result(for: result.text.id) == result)
            let text = try String(contentsOf: store.file(for: result.text.id), encoding: .utf8)
            #expect(text.contains("\"verdict\" : \"holds-in-part\""))
            #expect(text.contains("\"criterion\""))
        }
    }

    @Test func anotherFileIsRefused() throws {
        do {
            let temporary = try TemporaryFolder()
            let folder = temporary.url
            let store = ResultStore(folder: folder)
            try Data("{}".utf8).write(to: store.file(for: "semigroup"))
            #expect(throws: ResultStoreError.self) { try store.result(for: "semigroup") }
        }
    }

    @Test func whatIsFinishedIsNotRunAgain() throws {
        let context = try ExperimentContext.forTests()
        do {
            let temporary = try TemporaryFolder()
            let folder = temporary.url
            let store = ResultStore(folder: folder)
            func run() throws -> [Bool] {
                var there: [Bool] = []
                _ = try ClaimRunner([Semigroup(), EffectiveRadius()], store: store, resumes: true) { _ in context }
                    .run { _ in
                    } finished: {
                        there.append($1)
                    }
                return there
            }
            #expect(try run() == [false, false])
            #expect(try run() == [true, true])
        }
    }

    @Test func aRunStopsWhereItIsAsked() throws {
        let context = try ExperimentContext.forTests(shouldStop: { true })
        #expect(throws: ExperimentError.stopped) { try ClaimRunner([Semigroup()]) { _ in context }.run() }
    }

    @Test func allTwentySixClaimsAreListedOnce() {
        let ids = AllClaims.all.map(\.id)
        #expect(ids.count == 26)
        #expect(Set(ids).count == 26)
        #expect(
            AllClaims.all.allSatisfy {
                !$0.text.criteria.isEmpty && !$0.text.statement.isEmpty && !$0.text.method.isEmpty
            })
    }
}
