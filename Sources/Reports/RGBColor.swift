import Foundation

/// A colour in sRGB, eight bits a component.
public struct RGBColor: Sendable, Hashable {
    /// The red component, 0 to 255.
    public var red: UInt8
    /// The green component, 0 to 255.
    public var green: UInt8
    /// The blue component, 0 to 255.
    public var blue: UInt8

    /// The colour 0xRRGGBB.
    public init(_ hex: UInt32) {
        red = UInt8(truncatingIfNeeded: hex >> 16)
        green = UInt8(truncatingIfNeeded: hex >> 8)
        blue = UInt8(truncatingIfNeeded: hex)
    }

    /// The colour as a style sheet writes it, `#rrggbb`.
    public var css: String {
        "#" + components.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// Relative luminance, 0 for black to 1 for white (WCAG 2.2, "relative luminance", from the linear components of sRGB).
    public var luminance: Double {
        let linear = components.map { component in
            let c = Double(component) / 255
            return c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4)
        }
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    }

    /// The colour at `fraction` of the way to `other`, component by component.
    func mixed(with other: RGBColor, _ fraction: Double) -> RGBColor {
        func mix(_ a: UInt8, _ b: UInt8) -> UInt8 { UInt8((Double(a) + (Double(b) - Double(a)) * fraction).rounded()) }
        var result = self
        result.red = mix(red, other.red)
        result.green = mix(green, other.green)
        result.blue = mix(blue, other.blue)
        return result
    }

    /// The nearest of xterm's indexed colours 16 to 255: a cube of six levels a component and 24 greys.
    var nearestIndexed: Int {
        let levels = [0, 95, 135, 175, 215, 255]
        let cube = components.map { component in
            levels.indices.min { abs(levels[$0] - Int(component)) < abs(levels[$1] - Int(component)) } ?? 0
        }
        let grey = min(max((components.map(Int.init).reduce(0, +) / 3 - 3) / 10, 0), 23)
        let cubeDistance = squaredDistance(cube.map { levels[$0] })
        let greyDistance = squaredDistance(Array(repeating: 8 + 10 * grey, count: 3))
        return greyDistance < cubeDistance ? 232 + grey : 16 + 36 * cube[0] + 6 * cube[1] + cube[2]
    }

    private var components: [UInt8] { [red, green, blue] }

    private func squaredDistance(_ other: [Int]) -> Int {
        zip(components, other).reduce(0) { $0 + (Int($1.0) - $1.1) * (Int($1.0) - $1.1) }
    }
}
