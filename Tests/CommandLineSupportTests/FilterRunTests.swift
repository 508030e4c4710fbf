import CommandLineSupport
import ContinuousCNN
import Foundation
import TestSupport
import Testing

@Suite struct FilterRunTests {
    private struct Outcome {
        var output = ""
        var notices: [String] = []
    }

    private func filter(
        _ picture: URL, to output: URL, _ change: (inout FilterRequest.Arguments) -> Void
    ) throws -> Outcome {
        var arguments = FilterRequest.Arguments()
        arguments.picture = picture.path
        arguments.output = output.path
        change(&arguments)
        var outcome = Outcome()
        outcome.output = try FilterRun(FilterRequest(arguments)).run(notice: { outcome.notices.append($0) })
        return outcome
    }

    /// A 24 × 20 picture of smooth waves, of the given format.
    private func picture(_ folder: TemporaryFolder, _ channels: PictureChannels, _ depth: PictureDepth) throws -> URL {
        let planes = (0..<channels.count).map { channel -> [Float] in
            (0..<480).map { i -> Float in
                let wave: Double = sin(Double(i % 24) / 3 + Double(channel)) * cos(Double(i / 24) / 4)
                return Float(0.5 + 0.4 * wave)
            }
        }
        let file = folder.file("picture.png")
        try Picture(width: 24, height: 20, channels: channels, planes: planes).write(to: file, depth: depth)
        return file
    }

    @Test(arguments: PictureChannels.allCases, PictureDepth.allCases)
    func smoothingKeepsFormatAndAlpha(channels: PictureChannels, depth: PictureDepth) throws {
        let folder = try TemporaryFolder()
        let source = try picture(folder, channels, depth)
        let outcome = try filter(source, to: folder.file("out.png")) { ($0.gaussian, $0.boundary) = (1.5, "mirror") }
        #expect(outcome.output.contains("out.png: 24 × 20, Gaussian of σ = 1.5, method "))
        let (before, after) = (try Picture(contentsOf: source), try Picture(contentsOf: folder.file("out.png")))
        #expect(after.channels == channels && after.depth == depth)
        let grid = Grid(width: 24, height: 20)
        for channel in 0..<channels.count {
            let plane = SampledFunction(grid: grid, values: before.planes[channel])
            let smooth = try Convolution<Float>(
                .gaussian(sigma: 1.5), on: grid, boundary: .mirrorHalfSample, method: .direct)
            let alpha = channels.alpha.map { SampledFunction(grid: grid, values: before.planes[$0]) }
            let expected =
                channel == channels.alpha
                ? plane
                : try NormalizedConvolution(smooth)(plane, weights: alpha ?? SampledFunction(grid: grid, constant: 1))
            let found = SampledFunction(grid: grid, values: after.planes[channel])
            // Half a step of the depth, and the rounding of two sums in single precision.
            #expect((found - expected).maxNorm() <= 0.5 / Double(depth.maximum) + 1e-6)
        }
    }

    @Test func arraysHoldTheNumbers() throws {
        let folder = try TemporaryFolder()
        let source = try picture(folder, .color, .sixteen)
        _ = try filter(source, to: folder.file("out.npy")) { $0.derivative = "1,0" }
        let tensor = try #require(try TensorArchive(contentsOf: folder.file("out.npy")).tensors().first)
        #expect(tensor.shape.extents == [20, 24, 3])
        let red = SampledFunction(grid: Grid(width: 24, height: 20), values: try Picture(contentsOf: source).planes[0])
        let expected = try Convolution(
            .gaussian(sigma: 1, x: 1, discretization: .automatic(order: 1, sigma: 1)), on: red.grid,
            boundary: .replicate)(red)
        let numbers = tensor.doubles
        #expect((0..<480).allSatisfy { abs(numbers[3 * $0] - Double(expected.values[$0])) < 1e-6 })
    }

    /// A ramp to the right has a positive derivative, which is red; to the left a negative one, blue. Zero is near white.
    @Test(arguments: [(1.0, 0), (-1, 2)]) func signsHaveTheirColors(slope: Double, strongest: Int) throws {
        let folder = try TemporaryFolder()
        let values = (0..<400).map { i -> Float in Float(0.5 + slope * (Double(i % 20) - 9.5) / 40) }
        let source = folder.file("ramp.png")
        try Picture(width: 20, height: 20, channels: .grey, planes: [values]).write(to: source)
        let outcome = try filter(source, to: folder.file("out.png")) { ($0.derivative, $0.limit) = ("1,0", 0.05) }
        #expect(outcome.notices.isEmpty)
        let result = try Picture(contentsOf: folder.file("out.png"))
        let middle = (0..<3).map { result.planes[$0][10 * 20 + 10] }
        #expect(middle.firstIndex(of: middle.max() ?? 0) == strongest)
        _ = try filter(source, to: folder.file("zero.png")) { ($0.derivative, $0.limit) = ("0,1", 0.05) }
        let zero = try Picture(contentsOf: folder.file("zero.png"))
        #expect((0..<3).allSatisfy { zero.planes[$0][210] > 0.95 })
    }

    @Test func otherExtentsMoveAlphaAlong() throws {
        let folder = try TemporaryFolder()
        let source = try picture(folder, .greyAlpha, .eight)
        _ = try filter(source, to: folder.file("valid.png")) { ($0.gaussian, $0.extent) = (0.5, "valid") }
        _ = try filter(source, to: folder.file("full.png")) { ($0.gaussian, $0.extent) = (0.5, "full") }
        let (before, valid) = (try Picture(contentsOf: source), try Picture(contentsOf: folder.file("valid.png")))
        let full = try Picture(contentsOf: folder.file("full.png"))
        let radius = (24 - valid.width) / 2
        #expect(radius >= 1 && full.width == 24 + 2 * radius)
        #expect(valid.planes[1][0] == before.planes[1][radius * 24 + radius])
        #expect(full.planes[1][0] == 0)
        #expect(full.planes[1][radius * full.width + radius] == before.planes[1][0])
    }

    @Test func gradientsAreStretchedToWhiteAndTheScaleIsSaid() throws {
        let folder = try TemporaryFolder()
        let source = try picture(folder, .grey, .sixteen)
        let outcome = try filter(source, to: folder.file("out.png")) { $0.gradientMagnitude = true }
        #expect(outcome.notices.count == 1 && outcome.notices[0].contains("the scale of out.png ends at 0."))
        #expect(try Picture(contentsOf: folder.file("out.png")).planes[0].max() == 1)
    }

    @Test func tapsOfAFile() throws {
        let folder = try TemporaryFolder()
        let source = try picture(folder, .grey, .sixteen)
        let taps = StoredTensor(name: "k", shape: [1, 3], [0, 0, 1] as [Float])
        try NpyFile.write(taps, to: folder.file("k.npy"))
        _ = try filter(source, to: folder.file("out.png")) { ($0.kernel, $0.dilation) = (folder.file("k.npy").path, 2) }
        let (before, after) = (try Picture(contentsOf: source), try Picture(contentsOf: folder.file("out.png")))
        // Convolution: the tap at offset 1, two pixels away, brings the value from the left.
        #expect((2..<24).allSatisfy { after.planes[0][24 + $0] == before.planes[0][24 + $0 - 2] })
    }

    /// 40 × 36 numbers, of which the one in column 17 of row 11 is not finite.
    private func gap(_ folder: TemporaryFolder) throws -> (file: URL, plane: SampledFunction<Float>) {
        let grid = Grid(width: 40, height: 36)
        var values = (0..<grid.count).map { Float($0 % 40) / 40 }
        values[11 * 40 + 17] = .infinity
        let file = folder.file("gap.npy")
        try NpyFile.write(StoredTensor(name: "a", shape: [36, 40], values), to: file)
        return (file, SampledFunction(grid: grid, values: values))
    }

    @Test(arguments: [nil] + ConvolutionMethod.allCases)
    func aNumberThatIsInfiniteSpreadsAsFarAsTheKernelReaches(method: ConvolutionMethod?) throws {
        let folder = try TemporaryFolder()
        let (source, plane) = try gap(folder)
        let output = folder.file("out.npy")
        _ = try filter(source, to: output) {
            ($0.gaussian, $0.boundary) = (2, "mirror")
            if let method { $0.method = method.rawValue }
        }
        let found = try TensorArchive(contentsOf: output).tensors()[0].doubles
        let summed = try Convolution(
            .gaussian(sigma: 2), on: plane.grid, boundary: .mirrorHalfSample, method: .direct)(plane).values
        #expect(found.map(\.isFinite) == summed.map(\.isFinite))
        #expect(!found[11 * 40 + 17].isFinite && found[0].isFinite && found[35 * 40 + 39].isFinite)
        // Two sums in single precision of values up to 1 and weights that sum to 1.
        #expect(zip(found, summed).allSatisfy { !$0.isFinite || abs($0 - Double($1)) <= 1e-5 })
    }

    @Test func aNumberThatIsInfiniteSpoilsNineOutputsOfNineTaps() throws {
        let folder = try TemporaryFolder()
        let (source, _) = try gap(folder)
        let (taps, output) = (folder.file("k.npy"), folder.file("out.npy"))
        try NpyFile.write(StoredTensor(name: "k", shape: [3, 3], [Float](repeating: 1, count: 9)), to: taps)
        _ = try filter(source, to: output) { $0.kernel = taps.path }
        let found = try TensorArchive(contentsOf: output).tensors()[0].doubles
        let spoilt = found.indices.filter { !found[$0].isFinite }
        #expect(spoilt == (10...12).flatMap { row in (16...18).map { row * 40 + $0 } })
        // A picture shows white for it, and says so.
        let outcome = try filter(source, to: folder.file("out.png")) { $0.kernel = taps.path }
        #expect(outcome.notices.contains { $0.contains("lie beyond the scale of out.png") && $0.contains("∞") })
    }

    @Test func whatCannotBeDoneIsASentenceAndTouchesNothing() throws {
        let folder = try TemporaryFolder()
        let source = try picture(folder, .grey, .eight)
        let output = try folder.file("out.png", holding: [1, 2, 3])
        try NpyFile.write(StoredTensor(name: "k", shape: [3], [0, 0, 1] as [Float]), to: folder.file("k1.npy"))
        try NpyFile.write(StoredTensor(name: "k", shape: [1, 2], [0, Float.nan]), to: folder.file("nan.npy"))
        let cases: [(URL, String, (inout FilterRequest.Arguments) -> Void)] = [
            (source, "does not fit into a picture of 24 × 20", { ($0.gaussian, $0.extent) = (9, "valid") }),
            (folder.file("missing.png"), "missing.png could not be opened", { $0.gaussian = 1 }),
            (output, "does not begin as a PNG file does", { $0.gaussian = 1 }),
            (source, "one tensor of two axes, but the file holds [3]", { $0.kernel = folder.file("k1.npy").path }),
            (source, "taps are finite numbers", { $0.kernel = folder.file("nan.npy").path }),
            (source, "knows no dilation", { ($0.gaussian, $0.dilation, $0.method) = (3, 2, "recursive") }),
        ]
        for (picture, part, change) in cases {
            let failure = #expect(throws: CommandFailure.self) {
                try filter(picture, to: output) {
                    change(&$0)
                    $0.overwrites = true
                }
            }
            #expect(failure?.exitCode == 1)
            #expect(failure?.description.contains(part) == true, "\(failure?.description ?? "")")
            #expect(failure?.description.hasSuffix(".") == false)
            #expect([UInt8](try Data(contentsOf: output)) == [1, 2, 3])
        }
    }
}
