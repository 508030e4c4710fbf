import CommandLineSupport
import ContinuousCNN
import Testing

@Suite struct FilterRequestTests {
    private func request(_ change: (inout FilterRequest.Arguments) -> Void) throws -> FilterRequest {
        var arguments = FilterRequest.Arguments()
        arguments.picture = "a.png"
        arguments.output = "b.png"
        change(&arguments)
        return try FilterRequest(arguments)
    }

    @Test func filters() throws {
        #expect(try request { $0.gaussian = 2 }.filter == .gaussian(sigma: 2, x: 0, y: 0))
        #expect(try request { $0.derivative = "1,3" }.filter == .gaussian(sigma: 1, x: 1, y: 3))
        #expect(try request { ($0.gaussian, $0.laplacian) = (3, true) }.filter == .laplacian(sigma: 3))
        #expect(try request { $0.gradientMagnitude = true }.filter == .gradientMagnitude(sigma: 1))
        let taps = try request { $0.kernel = "k.npy" }
        guard case .taps(let file) = taps.filter else { throw CommandFailure("no taps") }
        #expect(file.lastPathComponent == "k.npy")
    }

    @Test func aGradientHasTheSizeOfItsPicture() {
        // The kernels of its two parts reach differently far, so that other results could not be put together.
        #expect(throws: CommandFailure.usage("--extent is full, but with --gradient-magnitude it is same")) {
            _ = try request { ($0.gradientMagnitude, $0.extent) = (true, "full") }
        }
    }

    @Test func signs() throws {
        #expect(try request { $0.gaussian = 2 }.filter.isSigned == false)
        #expect(try request { $0.derivative = "0,0" }.filter.isSigned == false)
        #expect(try request { $0.derivative = "0,1" }.filter.isSigned)
        #expect(try request { $0.laplacian = true }.filter.isSigned)
        #expect(try request { $0.gradientMagnitude = true }.filter.isSigned == false)
    }

    @Test func words() throws {
        let given = try request {
            ($0.gaussian, $0.boundary, $0.method, $0.discretization, $0.extent) = (
                2, "mirror", "tiled", "spectral", "full"
            )
            $0.output = "x.NPY"
        }
        #expect(given.boundary == .mirrorHalfSample && given.method == .tiled && given.discretization == .spectral)
        #expect(given.extent == .full && given.isArray)
        let automatic = try request { $0.gaussian = 2 }
        #expect(automatic.method == nil && automatic.discretization == nil && automatic.boundary == .replicate)
        #expect(try request { ($0.gaussian, $0.boundary) = (2, "mirror-whole") }.boundary == .mirrorWholeSample)
    }

    private typealias Change = @Sendable (inout FilterRequest.Arguments) -> Void

    private static let mistakes: [(String, Change)] = [
        ("no filter was given", { $0.gaussian = nil }),
        ("--gaussian is 0.0", { $0.gaussian = 0 }),
        ("--gaussian is nan", { $0.gaussian = .nan }),
        ("--derivative is '1'", { $0.derivative = "1" }),
        ("--derivative is '1,9'", { $0.derivative = "1,9" }),
        ("--derivative is '1,-1'", { $0.derivative = "1,-1" }),
        ("exclude one another, but 2", { ($0.laplacian, $0.derivative) = (true, "1,0") }),
        ("--kernel is the whole filter", { ($0.gaussian, $0.kernel) = (1, "k.npy") }),
        ("--dilation is 0", { ($0.gaussian, $0.dilation) = (1, 0) }),
        ("did you mean 'mirror'", { ($0.gaussian, $0.boundary) = (1, "miror") }),
        ("--boundary is 'mirrorHalfSample'", { ($0.gaussian, $0.boundary) = (1, "mirrorHalfSample") }),
        ("--method is 'fast'", { ($0.gaussian, $0.method) = (1, "fast") }),
        ("--discretization is 'sample'", { ($0.gaussian, $0.discretization) = (1, "sample") }),
        ("--extent is 'all'", { ($0.gaussian, $0.extent) = (1, "all") }),
        ("--limit is -1", { ($0.gaussian, $0.limit) = (1, -1) }),
        ("--limit is 1e-50", { ($0.gaussian, $0.limit) = (1, 1e-50) }),
        ("--limit is 1e-40", { ($0.gaussian, $0.limit) = (1, 1e-40) }),
        ("--limit is 1e+39", { ($0.gaussian, $0.limit) = (1, 1e39) }),
        ("--limit is nan", { ($0.gaussian, $0.limit) = (1, .nan) }),
        ("--limit is the end of a picture's scale", { ($0.gaussian, $0.limit, $0.output) = (1, 2, "b.npy") }),
        ("--kernel is the whole filter", { ($0.kernel, $0.discretization) = ("k.npy", "sampled") }),
        ("ends in .png or .npy", { ($0.gaussian, $0.output) = (1, "b.jpg") }),
    ]

    /// Each mistake is a sentence that names the option, the value found and what is wanted, with the exit code for usage.
    @Test(arguments: mistakes.indices) func mistakesAreSentences(index: Int) {
        let (part, change) = Self.mistakes[index]
        let failure = #expect(throws: CommandFailure.self) { try request(change) }
        #expect(failure?.exitCode == 2)
        #expect(failure?.description.contains(part) == true, "\(failure?.description ?? "")")
    }
}
