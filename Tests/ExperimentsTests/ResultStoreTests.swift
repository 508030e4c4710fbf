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

    /// They would stop the program when pages are drawn of them.
    @Test func drawingsWhoseNumbersDoNotFitAreRefused() throws {
        let context = try ExperimentContext.forTests()
        let result = try ClaimRunner([EffectiveRadius()]) { _ in context }.run()[0]
        let folder = try TemporaryFolder()
        let store = ResultStore(folder: folder.url)
        func refusal(_ change: (inout Evidence) -> Void) throws -> String {
            var evidence = result.evidence
            evidence.figures = [
                ClaimFigure(
                    "figure", x: .init("x"), y: .init("y"),
                    [.init("line", x: [1, 2, 3], y: [4, 5, 6], intervals: [3...5, 4...6, 5...7])])
            ]
            evidence.tables = [ClaimTable("table", columns: ["a", "b"], rows: [["1", "2"], ["3", "4"]])]
            evidence.pictures = [ClaimPicture("picture", width: 2, height: 1, values: [1, 2])]
            change(&evidence)
            try store.keep(ClaimResult(result.text, evidence, result.run))
            do { _ = try store.result(for: result.text.id) } catch { return error.description }
            return "accepted"
        }
        #expect(try refusal { _ in } == "accepted")
        #expect(try refusal { $0.figures[0].series[0].intervals = [] } == "accepted")
        let changes: [(wanted: String, change: (inout Evidence) -> Void)] = [
            ("3 places, 1 values and 3 intervals", { $0.figures[0].series[0].y = [4] }),
            ("3 places, 3 values and 2 intervals", { $0.figures[0].series[0].intervals = [3...5, 4...6] }),
            ("2 values, not those of 2 columns and 2 rows", { $0.pictures[0].height = 2 }),
            (
                "2 values, not those of -2 columns and -1 rows",
                { ($0.pictures[0].width, $0.pictures[0].height) = (-2, -1) }
            ),
            (
                "0 values, not those of 0 columns and 1 rows",
                { ($0.pictures[0].width, $0.pictures[0].values) = (0, []) }
            ),
            ("1 cells, not one for each of 2 columns", { $0.tables[0].rows[1] = ["3"] }),
        ]
        for (wanted, change) in changes {
            let sentence = try refusal(change)
            #expect(sentence.contains("\(result.text.id).json: ") && sentence.contains(wanted), "\(sentence)")
            #expect(!sentence.contains("\n"))
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
