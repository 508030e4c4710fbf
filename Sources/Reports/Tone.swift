/// What a word in a table means to the reader. The word itself always says it too: colour alone never carries a result.
public enum Tone: String, Sendable, Hashable {
    /// Ordinary text.
    case plain
    /// The row or number to look at first.
    case strong
    /// Of less weight than its neighbours.
    case faint
    /// A result in favour, such as "holds".
    case favourable
    /// A result in part, or one that calls for care.
    case mixed
    /// A result against, such as "does not hold".
    case unfavourable

    /// How a terminal shows it.
    var emphasis: TerminalStyle.Emphasis? {
        switch self {
        case .plain: nil
        case .strong: .bold
        case .faint: .dim
        case .favourable: .foreground(OkabeIto.bluishGreen)
        case .mixed: .foreground(OkabeIto.orange)
        case .unfavourable: .foreground(OkabeIto.vermillion)
        }
    }
}
