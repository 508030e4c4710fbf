/// The page's style sheet.
enum PageStyle {
    /// All rules, without the characters `<` and `&`, so that they stand in XML unescaped.
    static let sheet = colors + FigureInk.sheet + text + layout + tables + galleries + print

    private static let colors = """
        :root {
          color-scheme: light dark;
          --paper: #ffffff; --ink: #1b1e22; --soft: #59616a; --rule: #d9dde2; --panel: #f5f6f8; --link: #005c94; --shade: #00000026;
          --favourable: #00704f; --mixed: #8a5a00; --unfavourable: #b04a00;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --paper: #14171a; --ink: #e4e7ea; --soft: #9fa8b1; --rule: #323940; --panel: #1c2025; --link: #7fc6f5; --shade: #000000a0;
            --favourable: #3fc79b; --mixed: #e6b04c; --unfavourable: #f0894a;
          }
        }

        """

    private static let text = """
        html { background: var(--paper); color: var(--ink); -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
        body {
          max-width: 66rem; margin: 0 auto; padding: 0 1.25rem;
          font: 1rem/1.6 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", Arial, sans-serif;
          overflow-wrap: break-word;
        }
        code, pre { font: 0.9em/1.5 ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
        code { overflow-wrap: anywhere; }
        li > code { display: inline-block; }
        pre { background: var(--panel); border: 1px solid var(--rule); border-radius: 4px; padding: 0.75rem 1rem; overflow-x: auto; }
        a { color: var(--link); text-decoration-thickness: 1px; text-underline-offset: 0.15em; }
        h1 { font-size: clamp(1.6rem, 1.1rem + 2.2vw, 2.3rem); line-height: 1.2; margin: 0 0 1rem; text-wrap: balance; letter-spacing: -0.015em; }
        h2 { font-size: 1.3rem; line-height: 1.3; margin: 0 0 0.75rem; scroll-margin-top: 1rem; }
        h3 { font-size: 1.05rem; line-height: 1.4; margin: 0 0 0.5rem; }
        p, ul { max-width: 44rem; margin: 0 0 1rem; }
        .kind { color: var(--soft); font-size: 0.85rem; font-weight: 600; letter-spacing: 0.06em; text-transform: uppercase; margin: 0 0 0.25rem; }
        .lead { font-size: 1.1rem; }
        .note { color: var(--soft); font-weight: 400; font-size: 0.85em; }
        h2 .note { font-size: 0.75em; }

        """

    private static let layout = """
        header { padding: 3rem 0 0.5rem; }
        section, details.section { border-top: 1px solid var(--rule); padding: 1.75rem 0 1rem; }
        footer { border-top: 1px solid var(--rule); padding: 1.25rem 0 3rem; color: var(--soft); font-size: 0.85rem; }
        footer p { margin: 0 0 0.25rem; max-width: none; }
        nav { background: var(--panel); border-radius: 6px; padding: 1rem 1.25rem; margin: 1rem 0 2rem; font-size: 0.92rem; }
        nav h2 { font-size: 0.85rem; color: var(--soft); margin: 0 0 0.5rem; }
        nav ol { columns: 17rem; column-gap: 2rem; margin: 0; padding: 0; list-style: none; }
        nav.long ol { max-height: 50vh; overflow-y: auto; }
        nav li { break-inside: avoid; margin: 0 0 0.2rem; overflow-wrap: anywhere; }
        .key { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: 1.25rem 2rem; margin: 1.75rem 0 2rem; }
        .key div { display: flex; flex-direction: column; border-top: 2px solid var(--ink); padding-top: 0.6rem; }
        .key dt { order: 2; font-size: 0.92rem; line-height: 1.4; }
        .key dd { margin: 0; order: 3; font-size: 0.85rem; }
        .key .value { order: 1; font-size: 1.9rem; line-height: 1.2; font-weight: 600; letter-spacing: -0.02em; font-variant-numeric: tabular-nums; }
        details { margin: 0 0 1.25rem; }
        summary { cursor: pointer; color: var(--link); }
        details > summary { margin-bottom: 0.75rem; }
        details.section { margin: 0; padding: 1rem 0 0.5rem; }
        details.section > summary { color: var(--ink); margin: 0; }
        details.section > summary h2 { display: inline; font-size: 1.1rem; overflow-wrap: anywhere; }
        details.section > div { padding-top: 1rem; scroll-margin-top: 4rem; }

        """

    private static let tables = """
        .wide {
          overflow-x: auto; margin: 0 0 1.25rem;
          background:
            linear-gradient(to left, var(--paper) 30%, transparent) right / 2rem 100% no-repeat local,
            linear-gradient(to left, var(--shade), transparent) right / 0.8rem 100% no-repeat scroll;
        }
        table { border-collapse: collapse; font-size: 0.92rem; line-height: 1.45; font-variant-numeric: tabular-nums lining-nums; }
        caption { text-align: left; font-weight: 600; padding: 0 0 0.5rem; }
        th, td { padding: 0.32rem 0.75rem; vertical-align: baseline; }
        th:first-child, td:first-child { padding-left: 0.2rem; }
        th { font-weight: 600; color: var(--soft); border-bottom: 1.5px solid var(--ink); white-space: nowrap; vertical-align: bottom; }
        td { border-bottom: 1px solid var(--rule); }
        .text { text-align: left; white-space: nowrap; }
        .prose { text-align: left; min-width: 22rem; }
        .number { text-align: right; white-space: nowrap; }
        @media (max-width: 40rem) {
          .text { white-space: normal; }
          .prose { min-width: 13rem; }
          th, td { padding: 0.3rem 0.45rem; }
        }

        .strong { font-weight: 700; }
        .faint { color: var(--soft); }
        .favourable { color: var(--favourable); font-weight: 600; }
        .mixed { color: var(--mixed); font-weight: 600; }
        .unfavourable { color: var(--unfavourable); font-weight: 600; }
        .remark { color: var(--soft); font-size: 0.87rem; margin-top: -0.75rem; }

        """

    private static let galleries = """
        figure { margin: 0 0 1.5rem; }
        figcaption { color: var(--soft); font-size: 0.87rem; line-height: 1.5; max-width: 44rem; margin-top: 0.6rem; }
        .figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); gap: 0.5rem 2rem; }
        .figures figure { min-width: 0; max-width: 38rem; }
        svg.figure { display: block; width: 100%; height: auto; font-family: inherit; font-variant-numeric: tabular-nums; }
        figure .wide { max-height: 22rem; overflow: auto; }
        figure th { position: sticky; top: 0; background: var(--paper); white-space: normal; }
        .figures svg.kernel { max-width: 16rem; }
        figure details { margin-top: 0.5rem; font-size: 0.87rem; }
        .rows { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 15rem), 1fr)); gap: 1.1rem 2rem; }
        .row p { margin: 0 0 0.35rem; font-size: 0.87rem; line-height: 1.35; display: flex; flex-wrap: wrap; gap: 0 0.6rem; justify-content: space-between; }
        .row .note { font-size: 1em; font-variant-numeric: tabular-nums; white-space: nowrap; }
        .panels { display: flex; gap: 0.5rem; }
        .panel { flex: 1 1 0; min-width: 0; max-width: 9rem; text-align: center; font-size: 0.78rem; color: var(--soft); line-height: 1.4; }
        .kernel { display: block; width: 100%; height: auto; border-radius: 2px; outline: 1px solid var(--rule); }
        .picture { display: block; width: 100%; max-width: 66rem; height: auto; image-rendering: pixelated; border-radius: 2px; }
        .scale { white-space: nowrap; }
        .ramp {
          display: inline-block; width: 6rem; height: 0.7em; vertical-align: baseline; border-radius: 2px; outline: 1px solid var(--rule);
          background: linear-gradient(to right, \(DivergingScale.anchors.map(\.css).joined(separator: ", ")));
          print-color-adjust: exact; -webkit-print-color-adjust: exact;
        }

        """

    private static let print = """
        @media print {
          :root {
            --paper: #ffffff; --ink: #000000; --soft: #444444; --rule: #bbbbbb; --panel: #ffffff; --link: #000000;
            --favourable: #00704f; --mixed: #8a5a00; --unfavourable: #b04a00;
          }
          body { max-width: none; padding: 0; font-size: 10.5pt; }
          header { padding-top: 0; }
          nav { border: 1px solid var(--rule); }
          nav.long ol { max-height: none; }
          .wide, figure .wide { overflow: visible; max-height: none; background: none; }
          figure, tr, .row, .key div { break-inside: avoid; }
          h2, h3, summary, caption { break-after: avoid; }
          figure details { display: none; }
          details::details-content { content-visibility: visible; display: block; block-size: auto; }
        }

        """
}
