import CommandLineSupport
import KernelFitting
import Testing

@Suite struct FitRequestTests {
    private func arguments(_ change: (inout FitRequest.Arguments) -> Void) -> FitRequest.Arguments {
        var arguments = FitRequest.Arguments()
        change(&arguments)
        return arguments
    }

    private func sentence(_ change: (inout FitRequest.Arguments) -> Void) -> String {
        do {
            _ = try FitRequest(arguments(change))
            return "accepted"
        } catch {
            return error.exitCode == 2 ? error.description : "exit code \(error.exitCode)"
        }
    }

    @Test func defaults() throws {
        let request = try FitRequest(FitRequest.Arguments())
        #expect(request.options == FitOptions(order: 4, scale: .shared, sigmaRange: 0.4...3, discretization: .sampled))
        #expect(request.top == 4 && request.format == .text && request.file == nil && request.axes == nil)
        #expect(request.command == "ccnn fit")
    }

    @Test func wordsBecomeValues() throws {
        let request = try FitRequest(
            arguments {
                $0.file = "folder/model.safetensors"
                $0.sigma = "1.5"
                $0.sigmaRange = "0.3...2e1"
                $0.discretization = "discrete"
                $0.axes = "hwio"
                $0.order = 20
            })
        #expect(request.options.scale == .fixed(1.5))
        #expect(request.options.sigmaRange == 0.3...20)
        #expect(request.options.discretization == .discrete)
        #expect(request.axes == .hwio)
        #expect(request.command.hasPrefix("ccnn fit model.safetensors --order 20 --sigma 1.5"))
    }

    @Test(arguments: ["0", "-1", "nan", "inf", "1e-9", "1e9", "wide", ""]) func sigmaThatCannotBe(word: String) {
        let sentence = sentence { $0.sigma = word }
        #expect(sentence.contains("--sigma is '\(word)'") && sentence.contains("shared, per-kernel"))
    }

    @Test(arguments: ["3...0.4", "0...3", "0.4", "0.4..3", "a...b", "0.4...inf", "0.4...3...5", ""])
    func rangesThatCannotBe(word: String) {
        let sentence = sentence { $0.sigmaRange = word }
        #expect(sentence.contains("--sigma-range is '\(word)'") && sentence.contains("LOW...HIGH"))
    }

    @Test(arguments: [-1, 21, Int.max, Int.min]) func ordersThatCannotBe(order: Int) {
        #expect(
            sentence { $0.order = order } == "--order is \(order), but a jet's order is a whole number from 0 to 20")
    }

    @Test func misspeltChoicesAreSuggested() {
        #expect(sentence { $0.discretization = "sampeld" }.hasSuffix("did you mean 'sampled'?"))
        #expect(sentence { $0.format = "xml" }.contains("one of text, json"))
        #expect(sentence { $0.axes = "ohwi" }.contains("one of oihw, hwio"))
        #expect(sentence { $0.top = -1 }.contains("--top is -1"))
        #expect(sentence { $0.center = "fre" }.hasSuffix("did you mean 'free'?"))
        #expect(sentence { $0.sigmaModel = "round" }.contains("one of isotropic, affine"))
        #expect(
            sentence { $0.discretization = "recursive" }.contains(
                "one of sampled, integrated, discrete, spectral, automatic"))
        let affine = sentence {
            $0.sigmaModel = "affine"
            $0.discretization = "discrete"
        }
        #expect(affine.contains("with --sigma-model affine only sampled"))
    }
}
