import Testing

@testable import KernelFiles

@Suite struct NamePatternTests {
    @Test(arguments: [
        ("layer1.*", "layer1.0.conv1.weight", true), ("layer1.*", "layer10.conv", false), ("*", "", true),
        ("*", "a", true),
        ("*.weight", "conv.weight", true), ("*.weight", "conv.weight_g", false), ("*a*b", "xaxxab", true),
        ("*a*b", "xaxxaba", false), ("conv?.weight", "conv1.weight", true), ("conv?.weight", "conv12.weight", false),
        ("conv", "conv", true), ("conv", "conv1", false), ("a[1]", "a[1]", true), ("**", "abc", true), ("", "", true),
        ("", "a", false), ("a*", "a*", true), ("a?c*e", "abcdde", true),
    ])
    func patterns(pattern: String, name: String, matches: Bool) {
        #expect(NamePattern(pattern).matches(name) == matches)
    }

    @Test func manyStarsTakeNoLongerThanTheProductOfTheLengths() {
        let pattern = NamePattern(String(repeating: "*a", count: 200) + "b")
        #expect(!pattern.matches(String(repeating: "a", count: 2000)))
    }

    @Test(arguments: [
        (["state_dict.module.conv1.weight", "state_dict.module.fc.bias"], "state_dict.module."),
        (["model.conv1.weight", "model.fc.weight"], "model."), (["model.0.weight", "model.1.weight"], ""),
        (["module.conv.weight", "fc.weight"], ""), (["features.0.weight", "features.1.weight"], ""),
        (["conv.weight"], ""), (["_orig_mod.stem.weight"], "_orig_mod."), ([], ""),
        (["model_weights/conv/kernel:0", "model_weights/dense/kernel:0"], "model_weights/"),
        (["module.", "module.a"], ""),
    ])
    func containersAreTold(names: [String], prefix: String) {
        #expect(SharedPrefix.length(of: names) == prefix.count)
    }
}
