import Foundation
import Measurement
import Testing

@Suite struct BenchmarkDocumentTests {
    @Test func keysAreThoseOfTheFormat() throws {
        let timing = Timing(milliseconds: [1, 2, 4])
        let document = BenchmarkDocument(
            threads: 2,
            cases: [.init(name: "a", algorithm: "tiled", direction: "forward", timing: timing, planned: true)])
        let data = try JSONEncoder().encode(document)
        let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        #expect(Set(object.keys) == ["machine", "threads", "cases"])
        let first = try #require((object["cases"] as? [[String: Any]])?.first)
        #expect(Set(first.keys) == ["name", "algorithm", "direction", "milliseconds", "spread", "planned"])
        #expect(first["milliseconds"] as? Double == 2 && first["spread"] as? Double == 1.5)
        #expect(try JSONDecoder().decode(BenchmarkDocument.self, from: data) == document)
    }
}
