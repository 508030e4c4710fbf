/// What stays in place when a grid is refined or coarsened.
public enum GridAlignment: Sendable, Hashable {
    /// The domain: every cell is split or merged, and the samples move to the new cells' centres. What a picture's resolution means.
    case domain
    /// Sample (0, 0): the coarse samples are every s-th fine one. What a stride does.
    case firstSample
}

extension Grid {
    /// The grid with `factor` times as many samples in each direction, at a spacing smaller by `factor`.
    public func refined(by factor: Int, keeping alignment: GridAlignment = .domain) -> Grid {
        precondition(factor >= 1, "a grid is refined by a factor of at least 1, not \(factor)")
        let fine = spacing / Double(factor)
        return Grid(
            width: width * factor, height: height * factor, spacing: fine,
            origin: alignment == .domain ? corner + fine / 2 : origin)
    }

    /// The grid with one sample for `factor` × `factor` of this one's, at a spacing larger by `factor`.
    ///
    /// Keeping the first sample, the extent is rounded up, ⌈n/factor⌉: the samples 0, factor, 2·factor, … that exist. Keeping the domain,
    /// both extents must be multiples of `factor`.
    public func coarsened(by factor: Int, keeping alignment: GridAlignment = .domain) -> Grid {
        precondition(factor >= 1, "a grid is coarsened by a factor of at least 1, not \(factor)")
        let coarse = spacing * Double(factor)
        switch alignment {
        case .domain:
            precondition(
                width % factor == 0 && height % factor == 0,
                "\(width) × \(height) cells cannot be merged \(factor) by \(factor)")
            return Grid(
                width: width / factor, height: height / factor, spacing: coarse, origin: corner + coarse / 2)
        case .firstSample:
            return Grid(
                width: (width + factor - 1) / factor, height: (height + factor - 1) / factor, spacing: coarse,
                origin: origin)
        }
    }

    /// The grid of `width` × `height` cells on the same domain.
    public func resampled(width: Int, height: Int) -> Grid {
        Grid(width: width, height: height, tiling: size, corner: corner)
    }
}
