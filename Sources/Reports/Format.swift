import Foundation

/// Numbers as text, the same in every locale.
///
///     Format.significant(0.83216)                          // "0.832"
///     Format.measured(0.8321, uncertainty: 0.0042)         // "0.832 ± 0.004"
///     Format.percent(0.7612)                               // "76.1 %"
///     Format.duration(.milliseconds(1234))                 // "1.23 s"
///     Format.bytes(63_000_000)                             // "63.0 MB"
public enum Format {
    /// What stands for a number that is not there.
    public static let missing = "–"

    /// The number with `digits` significant digits, trailing zeros kept; a power of ten outside 10⁻⁴ … 10⁶.
    public static func significant(_ value: Double, digits: Int = 3) -> String {
        precondition(digits > 0, "a number has at least one significant digit")
        guard value.isFinite else { return notFinite(value) }
        guard value != 0 else { return fixed(0, decimals: digits - 1) }
        let scientific = String(format: "%.\(digits - 1)e", value)
        guard let mark = scientific.firstIndex(of: "e"),
            let exponent = Int(scientific[scientific.index(after: mark)...])
        else {
            return scientific
        }
        if (-4..<6).contains(exponent) { return fixed(value, decimals: max(0, digits - 1 - exponent)) }
        return scientific[..<mark] + "e\(exponent)"
    }

    /// The number with at most `digits` significant digits, without zeros at the end of its decimals.
    public static func brief(_ value: Double, digits: Int = 3) -> String {
        let text = significant(value, digits: digits)
        let mantissa = text.prefix { $0 != "e" }
        guard mantissa.contains(".") else { return text }
        var kept = mantissa
        while kept.last == "0" { kept = kept.dropLast() }
        if kept.last == "." { kept = kept.dropLast() }
        return String(kept + text.dropFirst(mantissa.count))
    }

    /// The number with `decimals` digits behind the point; never "−0".
    public static func fixed(_ value: Double, decimals: Int) -> String {
        precondition(decimals >= 0, "the number of decimals is not negative")
        guard value.isFinite else { return notFinite(value) }
        let text = String(format: "%.\(decimals)f", value)
        return text.hasPrefix("-") && !text.contains { ("1"..."9").contains($0) } ? String(text.dropFirst()) : text
    }

    /// The value and its uncertainty, both to the decimal of the uncertainty's first digit, or of its second where it begins with 1.
    ///
    /// An uncertainty that is zero or not finite leaves the value alone, with four significant digits.
    public static func measured(_ value: Double, uncertainty: Double) -> String {
        guard value.isFinite, uncertainty.isFinite, uncertainty > 0 else { return significant(value, digits: 4) }
        var exponent = Int(log10(uncertainty).rounded(.down))
        // Rounding may carry into the next power of ten: 0.0096 is 0.01.
        if (uncertainty / pow(10, Double(exponent))).rounded() >= 10 { exponent += 1 }
        let leading = uncertainty / pow(10, Double(exponent))
        let decimals = min(max(0, -exponent + (leading < 1.95 ? 1 : 0)), 12)
        return fixed(value, decimals: decimals) + " ± " + fixed(uncertainty, decimals: decimals)
    }

    /// A fraction of one in per cent.
    public static func percent(_ fraction: Double, decimals: Int = 1) -> String {
        fraction.isFinite ? fixed(100 * fraction, decimals: decimals) + " %" : missing
    }

    /// A whole number with a comma between thousands.
    public static func count(_ number: Int) -> String {
        let digits = String(number.magnitude)
        var groups: [Substring] = []
        var end = digits.endIndex
        while end > digits.startIndex {
            let start = digits.index(end, offsetBy: -3, limitedBy: digits.startIndex) ?? digits.startIndex
            groups.insert(digits[start..<end], at: 0)
            end = start
        }
        return (number < 0 ? "-" : "") + groups.joined(separator: ",")
    }

    /// A whole number of things, such as `1 epoch` or `80 epochs`; the plural ends in s unless it is given.
    public static func count(_ number: Int, _ singular: String, _ plural: String? = nil) -> String {
        "\(count(number)) \(number == 1 ? singular : plural ?? singular + "s")"
    }

    /// A length of time: three significant digits below a minute, whole units above.
    public static func duration(_ duration: Duration) -> String {
        seconds(Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18)
    }

    /// A length of time in seconds, as ``duration(_:)`` writes it.
    public static func seconds(_ seconds: Double) -> String {
        guard seconds.isFinite else { return missing }
        if seconds < 0 { return "-" + Format.seconds(-seconds) }
        for (unit, name) in [(1e-6, "ns"), (1e-3, "µs"), (1, "ms")] where seconds < unit * 0.9995 {
            return significant(seconds / unit * 1000, digits: 3) + " " + name
        }
        if seconds < 59.95 { return significant(seconds, digits: 3) + " s" }
        guard seconds < 1e9 else { return missing }
        let whole = Int(seconds.rounded())
        let (hours, minutes) = (whole / 3600, whole / 60 % 60)
        if hours >= 24 { return "\(hours / 24) d \(hours % 24) h" }
        return hours > 0 ? "\(hours) h \(minutes) min" : "\(minutes) min \(whole % 60) s"
    }

    /// A number of bytes in powers of 1000, three significant digits.
    public static func bytes(_ count: Int) -> String {
        let units = ["bytes", "kB", "MB", "GB", "TB", "PB", "EB"]
        var (value, unit) = (Double(count), 0)
        while abs(value) >= 999.5, unit < units.count - 1 {
            value /= 1000
            unit += 1
        }
        return unit == 0 ? "\(count) bytes" : significant(value, digits: 3) + " " + units[unit]
    }

    private static func notFinite(_ value: Double) -> String {
        value.isNaN ? missing : value < 0 ? "-∞" : "∞"
    }
}
