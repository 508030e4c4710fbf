import TensorFiles
import Tensors
import Testing

@testable import KernelFiles

/// What the rule says of a tensor of that name and shape, in one word: the order of the axes, or the kind of reason to leave it out.
private func word(
    _ name: String, _ shape: [Int], type: ScalarType = .float32, use: TensorUse = .unstated,
    axes: KernelAxes? = nil, isAskedFor: Bool = false, isPyTorch: Bool = false, weights: KernelAxes = .oihw
) -> String {
    let candidate = KernelRule.Candidate(
        name: name, shape: TensorShape(shape), scalarType: type, use: use, recipe: .stored(name))
    let file = AxesGuess.File(isPyTorch: isPyTorch, weights: weights)
    switch KernelRule.verdict(on: candidate, axes: axes, isAskedFor: isAskedFor, in: file) {
    case .kernels(let use): return use.axes.rawValue
    case .leftOut(let kind, _): return kind.rawValue
    }
}

@Suite struct KernelRuleTests {
    /// Names and shapes as the writers named write them, each with what is right.
    @Test(arguments: [
        // PyTorch and timm.
        ("conv1.weight", [64, 3, 7, 7], "oihw"), ("layer1.0.conv1.weight", [64, 64, 3, 3], "oihw"),
        ("stages.0.blocks.0.conv_dw.weight", [96, 1, 7, 7], "oihw"),
        ("patch_embed.proj.weight", [768, 3, 16, 16], "oihw"),
        ("embeddings.patch_embeddings.projection.weight", [768, 3, 14, 14], "oihw"),
        ("lkb_reparam.lkb_origin.conv.weight", [128, 1, 31, 31], "oihw"),
        ("slak.LoRA1.conv.weight", [96, 1, 51, 5], "oihw"),
        ("inception.b7.0.conv.weight", [64, 64, 1, 7], "oihw"), ("up.weight", [64, 32, 2, 2], "oihw"),
        ("decoder.deconv1.weight", [64, 32, 4, 4], "iohw"), ("upsample.ConvTranspose_0.weight", [8, 4, 3, 3], "iohw"),
        ("features.0.weight", [64, 3, 3, 3], "oihw"), ("layer1.0.downsample.0.weight", [64, 64, 1, 1], "pointwise"),
        ("pos_conv_embed.conv.weight", [768, 48, 128], "oiw"), ("encoder.conv1.weight", [384, 80, 3], "oiw"),
        ("sinc.conv.weight", [80, 1, 251], "oiw"), ("conv3d.weight", [64, 3, 3, 7, 7], "threeDimensional"),
        ("fc.weight", [1000, 512], "otherRank"), ("bn1.weight", [64], "otherRank"), ("epoch", [], "otherRank"),
        // What is not a kernel.
        ("pos_embed", [1, 64, 14, 14], "otherUse"), ("pos_embed", [1, 197, 768], "otherUse"),
        ("blocks.0.attn.rel_pos_h", [27, 64, 3], "otherUse"), ("relative_position_bias", [1, 12, 49, 49], "otherUse"),
        ("cls_token", [1, 1, 768], "otherUse"), ("position_embeddings.weight", [1, 512, 7], "otherUse"),
        ("activations", [8, 64, 7, 7], "otherUse"), ("activations.layer1", [8, 64, 7, 7], "otherUse"),
        ("x", [8, 64, 7, 7], "otherUse"), ("layer1.output", [8, 64, 56, 56], "otherUse"),
        ("conv1.weight_mask", [64, 3, 7, 7], "part"), ("mlp.experts.weight", [8, 64, 31], "otherRank"),
        ("query.kernel", [64, 8, 9], "otherRank"), ("conv1.weight.counts", [64, 3, 7], "otherRank"),
        // Optimisers and averages: averages are told by the file as a whole.
        ("optimizer.state.4.exp_avg", [64, 3, 7, 7], "optimizerState"),
        ("optimizer_states.0.state.0.exp_avg_sq", [64, 3, 7, 7], "optimizerState"),
        ("optimizer.0.momentum_buffer", [64, 3, 7, 7], "optimizerState"),
        ("conv2d/kernel/Adam", [3, 3, 3, 16], "optimizerState"),
        ("conv2d/kernel/Adam_1", [3, 3, 3, 16], "optimizerState"),
        ("conv2d/kernel/RMSProp_1", [3, 3, 3, 16], "optimizerState"),
        ("conv2d/kernel/Momentum", [3, 3, 3, 16], "optimizerState"),
        ("opt_state.0.mu.conv.kernel", [3, 3, 3, 16], "optimizerState"),
        ("optimizer/vars/4", [3, 3, 3, 16], "optimizerState"),
        ("model_ema.conv1.weight", [64, 3, 7, 7], "oihw"),
        // Keras, TensorFlow and Flax.
        ("conv2d/conv2d/kernel:0", [3, 3, 3, 64], "hwio"), ("conv2d.kernel", [3, 3, 3, 3], "hwio"),
        ("block1/depthwise_kernel:0", [3, 3, 32, 1], "hwio"), ("conv/pointwise_kernel", [1, 1, 32, 64], "pointwise"),
        ("conv2d_transpose/kernel:0", [4, 4, 32, 64], "hwoi"), ("params.Conv_0.kernel", [7, 7, 3, 64], "hwio"),
        ("resnet/conv1/weights", [7, 7, 3, 64], "hwio"), ("params/conv1d/kernel", [9, 16, 32], "wio"),
        ("dense/kernel:0", [128, 10], "otherRank"),
        // This project's own checkpoints.
        ("conv1.kernel", [3, 3, 3, 16], "hwio"), ("dense1.kernel", [1, 1, 1024, 10], "pointwise"),
        ("moment1/conv1.kernel", [3, 3, 3, 16], "optimizerState"),
        ("moment2/conv1.kernel", [3, 3, 3, 16], "optimizerState"),
        ("mask/conv1.kernel", [3, 3, 3, 16], "part"),
        // Names and shapes that contradict each other, or say too little.
        ("conv1.kernel", [64, 3, 7, 7], "unclearAxes"), ("conv1.weight", [3, 3, 64, 128], "unclearAxes"),
        ("conv1.weight", [64, 3, 3, 64], "unclearAxes"), ("arr_0", [3, 3, 3, 3], "unclearAxes"),
        ("arr_0", [3, 3, 64, 64], "hwio"), ("arr_0", [64, 64, 3, 3], "oihw"), ("arr_0", [8, 64, 200, 200], "otherUse"),
        ("arr_0", [8, 64, 56, 56], "otherUse"), ("filters", [8, 1, 7, 7], "oihw"),
        ("arr_0", [1, 1, 64, 128], "pointwise"),
        ("arr_0", [64, 128, 1, 1], "pointwise"), ("arr_0", [1, 1, 3, 3], "oihw"), ("arr_0", [3, 3, 1, 1], "hwio"),
        ("conv1.weight", [8, 64, 200, 200], "unclearAxes"), ("conv.weight", [3, 64, 128], "unclearAxes"),
        ("conv.weight", [0, 3, 7, 7], "empty"),
    ])
    func namesAndShapesOfEveryWriter(name: String, shape: [Int], right: String) {
        #expect(word(name, shape) == right)
    }

    @Test func thePyTorchFormatTellsTheAxesOfNamelessTensors() {
        #expect(word("filters.0", [3, 3, 3, 3]) == "unclearAxes")
        #expect(word("filters.0", [3, 3, 3, 3], isPyTorch: true) == "oihw")
        #expect(word("filters.0", [3, 3, 64, 64], isPyTorch: true) == "unclearAxes")
        #expect(word("filters.0", [8, 64, 28, 28], isPyTorch: true) == "otherUse")
    }

    @Test func theFormatsWordCountsBeforeNamesAndShapes() {
        let use = TensorUse.kernel(KernelUse(axes: .ohwi))
        #expect(word("whatever", [3, 3, 3, 3], use: use) == "ohwi")
        #expect(word("conv.weight", [64, 3, 3, 3], use: .other("a matrix")) == "otherUse")
        // Whole numbers that an operator reads as kernels are kernels.
        #expect(word("q", [4, 3, 3, 2], type: .int8, use: use) == "ohwi")
        #expect(word("conv.weight", [64, 3, 3, 3], type: .int8) == "notReal")
    }

    @Test func axesThatAreSaidOverrideForTensorsWithAsMany() {
        #expect(word("arr_0", [3, 3, 3, 3], axes: .hwio) == "hwio")
        #expect(word("conv1.weight", [3, 3, 64, 128], axes: .hwio) == "hwio")
        #expect(word("conv1.weight", [64, 3, 9], axes: .hwio) == "oiw")
        #expect(word("optimizer.0.exp_avg", [64, 3, 9, 9], axes: .oihw) == "optimizerState")
        #expect(word("conv1.weight", [8, 64, 200, 200], axes: .oihw) == "oihw")
        #expect(word("conv1.weight", [8, 64, 300, 300], axes: .oihw) == "tooManyTaps")
    }

    @Test func aNameThatIsAskedForIsNotHeldAgainstTheTensor() {
        #expect(word("moment1/conv1.kernel", [3, 3, 3, 16], isAskedFor: true) == "hwio")
        #expect(word("x", [8, 64, 7, 7], isAskedFor: true) == "oihw")
        #expect(word("fc.weight", [10, 10], isAskedFor: true) == "otherRank")
        #expect(word("arr_0", [3, 3, 3, 3], isAskedFor: true) == "unclearAxes")
    }

    @Test func averagesAreToldByWords() {
        for name in [
            "model_ema.conv.weight", "ema.conv.weight", "state_dict_ema.a", "conv/kernel/ExponentialMovingAverage",
        ] {
            #expect(KernelRule.isAverage(name))
        }
        for name in ["schema.conv.weight", "bn.moving_mean", "cinema.conv.weight", "shadow_removal_net.conv.weight"] {
            #expect(!KernelRule.isAverage(name))
        }
    }
}
