/// One partial derivative of the jet: ∂x^dx ∂y^dy, x to the right and y down.
public struct JetTerm: Sendable, Hashable {
    /// The order of the derivative along x.
    public let dx: Int
    /// The order of the derivative along y.
    public let dy: Int

    /// The derivative ∂x^dx ∂y^dy; both orders are not negative.
    public init(dx: Int, dy: Int) {
        precondition(dx >= 0 && dy >= 0, "orders of derivatives are not negative")
        self.dx = dx
        self.dy = dy
    }

    /// The total order dx + dy.
    public var order: Int { dx + dy }

    /// The field's notation, such as `g`, `∂x`, `∂x∂y` or `∂x²∂y³`.
    public var name: String {
        order == 0 ? "g" : Self.factor("∂x", dx) + Self.factor("∂y", dy)
    }

    private static func factor(_ symbol: String, _ power: Int) -> String {
        let digits = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")
        switch power {
        case 0: return ""
        case 1: return symbol
        default: return symbol + String(String(power).compactMap { $0.wholeNumberValue.map { digits[$0] } })
        }
    }
}

/// The jet of order N of the Gaussian: all its (N+1)(N+2)/2 partial derivatives ∂x^i ∂y^j g with i + j ≤ N.
///
/// Source: Florack, ter Haar Romeny, Koenderink and Viergever, "The Gaussian scale-space paradigm and the multiscale local
/// jet", IJCV 18(1), 1996, doi:10.1007/BF00126140; for convolutional networks Jacobsen et al., "Structured receptive fields in
/// CNNs", CVPR 2016, doi:10.1109/CVPR.2016.286.
public struct GaussianJet: Sendable, Hashable {
    /// The highest total order N.
    public let order: Int

    /// The jet of the given order, not negative.
    public init(order: Int) {
        precondition(order >= 0, "a jet's order is not negative")
        self.order = order
    }

    /// The number of functions, (N+1)(N+2)/2.
    public var count: Int { (order + 1) * (order + 2) / 2 }

    /// The derivatives in the order that coefficients have everywhere in this library: by dx + dy, then falling dx.
    public var terms: [JetTerm] {
        (0...order).flatMap { total in
            stride(from: total, through: 0, by: -1).map { JetTerm(dx: $0, dy: total - $0) }
        }
    }

    /// The place of a derivative among `terms`, of which it must be one.
    public func index(of term: JetTerm) -> Int {
        precondition(term.order <= order, "the derivative belongs to the jet")
        return term.order * (term.order + 1) / 2 + term.dy
    }

    /// The largest number of independent functions that sampling on `width` × `height` points can leave: derivatives beyond the
    /// (width − 1)-th in x, or the (height − 1)-th in y, are combinations of lower ones there.
    public func structuralRank(width: Int, height: Int) -> Int {
        terms.filter { $0.dx < width && $0.dy < height }.count
    }
}
