import Foundation

/// The classical operators of image processing, as kernels of cross-correlation: something to fit without any file.
///
/// Sources: Gonzalez and Woods, *Digital Image Processing*, 4th ed., chapters 3 and 10 (Sobel, Prewitt, Roberts, Laplacians, box);
/// Scharr, *Optimale Operatoren in der digitalen Bildverarbeitung*, Heidelberg 2000, doi:10.11588/heidok.00000962; Daugman, JOSA A 2(7),
/// 1985, doi:10.1364/JOSAA.2.001160 (Gabor); Marr and Hildreth 1980, doi:10.1098/rspb.1980.0020 (difference of Gaussians).
public enum ClassicalOperators {
    /// One layer for each operator and size; its kernels are the operator's orientations or variants.
    public static var layers: [KernelLayer] {
        gradients + smoothing + laplacians + gabors
    }

    private static var gradients: [KernelLayer] {
        let roberts = [[1.0, 0, 0, -1], [0, 1, -1, 0]]
        return [
            layer("roberts", size: 2, roberts, names: ["↘", "↙"]),
            gradient("prewitt", smooth: [1, 1, 1], derivative: [-1, 0, 1]),
            gradient("sobel", smooth: [1, 2, 1], derivative: [-1, 0, 1]),
            gradient("scharr", smooth: [3, 10, 3], derivative: [-1, 0, 1]),
            gradient("sobel", smooth: [1, 4, 6, 4, 1], derivative: [-1, -2, 0, 2, 1]),
            gradient("sobel", smooth: [1, 6, 15, 20, 15, 6, 1], derivative: [-1, -4, -5, 0, 5, 4, 1]),
        ]
    }

    private static var smoothing: [KernelLayer] {
        let binomials = [[1.0, 2, 1], [1, 4, 6, 4, 1], [1, 6, 15, 20, 15, 6, 1]]
        return [3, 5, 7].map { layer("box", size: $0, [Array(repeating: 1, count: $0 * $0)], names: [""]) }
            + binomials.map { layer("binomial", size: $0.count, [outer($0, $0)], names: [""]) }
    }

    private static var laplacians: [KernelLayer] {
        let three = [
            [0.0, 1, 0, 1, -4, 1, 0, 1, 0],
            [1, 1, 1, 1, -8, 1, 1, 1, 1],
            [1, 4, 1, 4, -20, 4, 1, 4, 1],
        ]
        let five: [Double] = [
            0, 0, 1, 0, 0,
            0, 1, 2, 1, 0,
            1, 2, -16, 2, 1,
            0, 1, 2, 1, 0,
            0, 0, 1, 0, 0,
        ]
        let differences = [7, 11].map { size in
            let sigma = Double(size) / 7
            return layer(
                "difference-of-gaussians", size: size,
                [zip(gaussian(size, 1.6 * sigma), gaussian(size, sigma)).map { $0 - $1 }], names: [""])
        }
        return [
            layer("laplacian", size: 3, three, names: ["4 neighbours", "8 neighbours", "isotropic"]),
            layer("laplacian-of-gaussian", size: 5, [five], names: [""]),
        ] + differences
    }

    private static var gabors: [KernelLayer] {
        [7, 11].map { size in
            let angles = [0.0, 45, 90, 135]
            let kernels = angles.flatMap { [gabor(size, angle: $0, phase: 0), gabor(size, angle: $0, phase: 90)] }
            return layer(
                "gabor", size: size, kernels, names: angles.flatMap { ["\(Int($0))° even", "\(Int($0))° odd"] })
        }
    }

    private static func gradient(_ name: String, smooth: [Double], derivative: [Double]) -> KernelLayer {
        layer(name, size: smooth.count, [outer(smooth, derivative), outer(derivative, smooth)], names: ["x", "y"])
    }

    private static func layer(_ name: String, size: Int, _ kernels: [[Double]], names: [String]) -> KernelLayer {
        let full = "\(name)-\(size)x\(size)"
        return KernelLayer(
            name: full, outputs: kernels.count, inputs: 1, height: size, width: size, taps: kernels.flatMap { $0 },
            kernelNames: names.map { $0.isEmpty ? full : "\(full) \($0)" })
    }

    private static func outer(_ inY: [Double], _ inX: [Double]) -> [Double] {
        inY.flatMap { y in inX.map { y * $0 } }
    }

    private static func gaussian(_ size: Int, _ sigma: Double) -> [Double] {
        let profile = offsets(size).map { exp(-$0 * $0 / (2 * sigma * sigma)) / ((2 * Double.pi).squareRoot() * sigma) }
        return outer(profile, profile)
    }

    /// A wave of wavelength size/2 along `angle`, clockwise from the x axis, under a Gaussian of σ = size/6, stretched by two
    /// across the wave.
    private static func gabor(_ size: Int, angle: Double, phase: Double) -> [Double] {
        let (sigma, wavelength) = (Double(size) / 6, Double(size) / 2)
        let (c, s) = (cos(angle * .pi / 180), sin(angle * .pi / 180))
        return offsets(size).flatMap { y in
            offsets(size).map { x in
                let along = c * x + s * y
                let across = c * y - s * x
                let envelope = exp(-(along * along + across * across / 4) / (2 * sigma * sigma))
                return envelope * cos(2 * .pi * along / wavelength - phase * .pi / 180)
            }
        }
    }

    private static func offsets(_ size: Int) -> [Double] {
        (0..<size).map { Double($0) - Double(size - 1) / 2 }
    }
}
