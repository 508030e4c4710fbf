import ArgumentParser
import CommandLineSupport

/// What shells offer after options; see `ccnn --generate-completion-script`.
extension CompletionKind {
    static var networks: CompletionKind { .list(CommandChoices.networks) }
    static var datasets: CompletionKind { .list(CommandChoices.datasets) }
    static var formats: CompletionKind { .list(CommandChoices.formats) }
    static var kernelFiles: CompletionKind { .file(extensions: CommandChoices.weightFileExtensions) }
    static var checkpoints: CompletionKind { .file(extensions: ["safetensors"]) }

    /// Names of networks, and checkpoints.
    static var models: CompletionKind {
        .custom { _, _, prefix in CommandChoices.models(startingWith: prefix) }
    }
}
