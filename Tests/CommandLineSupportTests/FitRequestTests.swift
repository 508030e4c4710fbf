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
        #expect(request.top == 4 && request.format == .text && request.inputs.isEmpty && request.selection.axes == nil)
        #expect(request.command == "ccnn fit")
    }

    @Test func wordsBecomeValues() throws {
        let request = try FitRequest(
            arguments {
                $0.file = "folder/model.safetensors"
                $0.sigma = "1.5"
                $0.discretization = "discrete"
                $0.axes = "hwio"
                $0.order = 20
            })
        #expect(request.options.scale == .fixed(1.5))
        #expect(try FitRequest(arguments { $0.sigmaRange = "0.3...2e1" }).options.sigmaRange == 0.3...20)
        #expect(request.options.discretization == .discrete)
        #expect(request.selection.axes == .hwio)
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
        #expect(sentence { $0.axes = "ohiw" }.contains("one of oihw, hwio, ohwi"))
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

    @Test func moreThanOneSigmaRidgeDilationAndTheChoiceOfAnOrder() throws {
        let request = try FitRequest(
            arguments {
                $0.scaleRatios = "0.5,1,2"
                $0.ridge = 0.01
                $0.dilation = 3
                $0.chooseOrder = "held-out"
                $0.threads = 2
                $0.export = "fits.PT"
            })
        #expect(request.options.scaleRatios == [0.5, 1, 2])
        #expect(request.options.ridge == 0.01 && request.options.dilation == 3)
        #expect(
            request.orderChoice == .heldOut && request.threads == 2 && request.export?.lastPathComponent == "fits.PT")
        #expect(
            request.command
                == "ccnn fit --scale-ratios 0.5,1,2 --ridge 0.01 --dilation 3 --choose-order held-out")
        #expect(sentence { $0.ridge = -1 } == "--ridge is -1.0, but it is a finite number from 0")
        #expect(sentence { $0.ridge = .nan }.contains("--ridge is nan"))
        #expect(sentence { $0.dilation = 0 }.contains("--dilation is 0, but taps are a whole number of samples from 1"))
        #expect(sentence { $0.dilation = .max }.contains("--dilation is"))
        #expect(sentence { $0.chooseOrder = "heldout" }.hasSuffix("did you mean 'held-out'?"))
        #expect(sentence { $0.threads = 0 }.contains("--threads is 0, but it is from 1"))
        #expect(sentence { $0.export = "fits.h5" }.contains("ends in one of .safetensors, .npz, .pt, .pth"))
        #expect(sentence { $0.export = "fits" }.contains("--export is 'fits'"))
    }

    @Test func aLayerIsFittedOnce() {
        let sentence = sentence { $0.layers = ["conv", "fc", "conv"] }
        #expect(sentence == "--layer is 'conv' more than once, but a layer is fitted once")
    }

    @Test func theCommandIsOneForAShell() throws {
        let request = try FitRequest(
            arguments {
                $0.file = "folder/it's $HOME.npz"
                $0.layers = ["a;b", "", "conv.weight"]
                $0.top = 9
            })
        #expect(
            request.command
                == #"ccnn fit 'it'\''s $HOME.npz' --layer 'a;b' --layer '' --layer conv.weight --top 9"#)
    }

    @Test(arguments: ["", "1,", "2,1", "1,1", "0,1", "1,nan", "1,inf", "a", "1;2", "1,2,3,4,5,6,7,8,9"])
    func scaleRatiosThatCannotBe(word: String) {
        let sentence = sentence { $0.scaleRatios = word }
        #expect(sentence.contains("--scale-ratios is '\(word)'") && sentence.contains("ascending numbers"))
    }
}
