import Foundation
import TestSupport
import Testing

/// The way of the tutorial from a PyTorch checkpoint to fitted kernels in the model, with the Python that it shows.
///
/// PyTorch and safetensors are stand-ins (`Fixtures/pytorch/stand-in`), which read and write files of their formats and compute nothing.
@Suite struct TutorialProcessTests {
    private static let hasPython: Bool = {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        // The tutorial's Python uses str.removesuffix, of 3.9.
        process.arguments = ["python3", "-c", "''.removesuffix('')"]
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }()

    /// What it said last where it failed, and nothing else.
    private func python(_ script: String, in folder: TemporaryFolder) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-B", "-c", script]
        process.currentDirectoryURL = folder.url
        process.environment = ProcessInfo.processInfo.environment.merging([
            "PYTHONPATH": Fixture.url("pytorch/stand-in").path
        ]) { $1 }
        let errors = Pipe()
        process.standardError = errors
        try process.run()
        let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return process.terminationStatus == 0 ? "" : text.split(separator: "\n").last.map(String.init) ?? "failed"
    }

    /// The blocks of Python in the tutorial, in its order.
    private static func blocks() throws -> [String] {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../Docs/Tutorial.md").standardizedFileURL
        return try String(contentsOf: file, encoding: .utf8).components(separatedBy: "```python\n").dropFirst().map {
            $0.components(separatedBy: "```")[0]
        }
    }

    /// A model of two kernels that differ, one of them deeper, and of tensors that are no kernels.
    private static let model = """
        import torch
        def tensor(*shape, seed):
            count = 1
            for extent in shape: count *= extent
            return torch.Tensor(shape, [(seed + 7 * place * place) % 23 - 11 for place in range(count)])
        tensors = {
            "conv1.weight": tensor(2, 1, 5, 5, seed=1), "conv1.bias": tensor(2, seed=2),
            "layer1.0.conv1.weight": tensor(2, 2, 5, 5, seed=3), "dense.weight": tensor(3, 2, seed=4),
        }
        def wrapped(prefix): return {prefix + name: tensor for name, tensor in tensors.items()}
        model = torch.nn.Module(tensors)

        """

    /// How checkpoints hold the tensors, and what the model at hand calls them.
    private static let containers = [
        #"tensors, "", "#, #"{"state_dict": tensors}, "", "#, #"{"state_dict": wrapped("module.")}, "", "#,
        #"{"state_dict": wrapped("module.")}, "module.", "#, #"tensors, "module.", "#,
        #"{"model": wrapped("_orig_mod."), "epoch": 3}, "", "#, #"{"state_dict": wrapped("net.")}, "_orig_mod.net.", "#,
        #"{"a": {"b": {"model_state_dict": wrapped("module.")}}}, "model.", "#,
    ]

    @Test(.enabled(if: hasPython)) func fittedKernelsFindTheirPlaces() throws {
        let folder = try TemporaryFolder()
        let (save, substitute) = (try Self.blocks()[0], try Self.blocks()[1])
        let cases = "cases = [" + Self.containers.map { "(\($0))" }.joined(separator: ", ") + "]\n"
        let saved = try python(
            Self.model + save + cases + """
                for place, (checkpoint, _) in enumerate(cases): torch.save(checkpoint, f"{place}.pt")
                """, in: folder)
        #expect(saved.isEmpty, "\(saved)")
        for name in ["model"] + Self.containers.indices.map({ "\($0)" }) {
            let end = try CommandProcess([
                "fit", folder.file(name + ".pt").path, "--order", "1", "--sigma", "1.5", "--quiet", "--export",
                folder.file(name + ".safetensors").path,
            ]).end()
            #expect(end.code == 0, "\(name): \(end)")
        }
        // The taps are those of the file, in the kernels' places, and all else is as it was.
        let checked = try python(
            Self.model + cases + """
                import shutil
                from safetensors.torch import load_file
                snippet = '''\(substitute)'''
                for place, (checkpoint, prefix) in [("model", (tensors, ""))] + list(enumerate(cases)):
                    shutil.copy(f"{place}.safetensors", "fits.safetensors")
                    model = torch.nn.Module(wrapped(prefix))
                    exec(snippet, {"model": model})
                    fits, state = load_file("fits.safetensors"), model.state_dict()
                    for name, old in tensors.items():
                        new = state[prefix + name]
                        found = [fits[k].values for k in fits if k + ".coefficients" in fits and ("." + k).endswith("." + name)]
                        if name == "conv1.weight": found = [v for v in found if len(v) == len(old.values)]
                        assert new.values == (found[0] if "conv" in name and "weight" in name else old.values), (place, name)
                        assert ("weight" in name and "conv" in name) == (new.values != old.values), (place, name)
                """, in: folder)
        #expect(checked.isEmpty, "\(checked)")
    }

    /// A kernel that the model has not, has in another shape, or has twice: nothing is replaced, and both sides are named.
    @Test(.enabled(if: hasPython)) func whatFindsNoPlaceIsSaid() throws {
        let folder = try TemporaryFolder()
        let strangers = [
            #"{"state_dict": {"encoder.weight": tensor(2, 1, 5, 5, seed=1)}}"#,
            #"{"conv1.weight": tensor(2, 1, 3, 3, seed=1)}"#,
            #"{"state_dict": {**tensors, "head.conv1.weight": tensor(2, 1, 5, 5, seed=5)}}"#,
            #"{"teacher": tensors, "student": {name: tensor(*old.shape, seed=9) for name, old in tensors.items()}}"#,
        ]
        let cases = "cases = [" + strangers.joined(separator: ", ") + "]\n"
        let saved = try python(
            Self.model + cases + #"for place, case in enumerate(cases): torch.save(case, f"{place}.pt")"#, in: folder)
        #expect(saved.isEmpty, "\(saved)")
        let substitute = try Self.blocks()[1]
        for place in strangers.indices {
            let fits = folder.file("fits.safetensors").path
            let fit = [
                "fit", folder.file("\(place).pt").path, "--order", "1", "--sigma", "1.5", "--quiet", "--overwrite",
            ]
            #expect(try CommandProcess(fit + ["--export", fits]).end().code == 0)
            let said = try python(
                Self.model + """
                    before = {name: list(tensor.values) for name, tensor in tensors.items()}
                    try:
                    \(substitute.split(separator: "\n").map { "    " + $0 }.joined(separator: "\n"))
                    finally:
                        assert {name: list(tensor.values) for name, tensor in model.state_dict().items()} == before
                    """, in: folder)
            let theirs = ["encoder.weight", "conv1.weight", "head.conv1.weight", "teacher.conv1.weight"][place]
            #expect(said.hasPrefix("KeyError") && said.contains(theirs), "\(place): \(said)")
            #expect(said.contains("fits.safetensors") && said.contains("layer1.0.conv1.weight"), "\(place): \(said)")
        }
    }
}
