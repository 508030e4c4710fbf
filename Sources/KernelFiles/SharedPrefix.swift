/// The containers around all names of a file, such as `state_dict.module.`, that are no part of the network's own names.
enum SharedPrefix {
    /// The names of containers: keys of checkpoints, wrappers for several devices, the attribute that holds the network.
    private static let containers: Set<String> = [
        "_orig_mod", "checkpoint", "ema", "ema_model", "ema_state_dict", "generator", "model", "model_ema",
        "model_state",
        "model_state_dict", "model_weights", "module", "net", "netg", "network", "online_model", "params", "params_ema",
        "state", "state_dict", "state_dict_ema", "target", "weights",
    ]

    /// How many characters at the start of all `names` are containers; 0 where one of them is outside.
    ///
    /// A container whose members are numbered is kept: the numbers alone are a list's, and the name before them is the network's.
    static func length(of names: [String]) -> Int {
        guard let first = names.first else { return 0 }
        var length = 0
        while true {
            let rest = first.dropFirst(length)
            guard let end = rest.firstIndex(where: { "./".contains($0) }),
                containers.contains(rest[..<end].lowercased())
            else { return length }
            let prefix = first[...end]
            let rests = names.map { $0.hasPrefix(prefix) ? $0.dropFirst(prefix.count) : "" }
            guard rests.allSatisfy({ $0.first.map { !$0.isNumber } ?? false }) else { return length }
            length = prefix.count
        }
    }
}
