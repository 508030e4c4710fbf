import Foundation

/// Files under `Tests/Fixtures`, each made by the script beside it.
public enum Fixture {
    /// The place of a file named relative to `Tests/Fixtures`.
    public static func url(_ path: String) -> URL {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Fixtures").appendingPathComponent(path)
    }

    /// The value that a JSON fixture holds.
    public static func json<Value: Decodable>(_ path: String, as type: Value.Type = Value.self) throws -> Value {
        try JSONDecoder().decode(type, from: Data(contentsOf: url(path)))
    }
}
