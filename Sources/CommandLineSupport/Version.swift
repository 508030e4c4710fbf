/// The library's version, as `ccnn --version` and reports state it.
public let ccnnVersion = "0.2.0"
