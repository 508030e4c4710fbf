import Mustache

/// The page's templates. They are part of the program, so that it finds them wherever it is moved.
enum PageTemplate: String, CaseIterable {
    case page, section, foldedSection, table, figure, gallery, keyNumbers, folded

    /// The template filled with `values`: `{{name}}` is escaped, `{{{name}}}` is markup already.
    func filled(_ values: [String: Any]) -> String {
        guard let template = Self.parsed[self] else { preconditionFailure("the template \(rawValue) is not Mustache") }
        return template.render(values)
    }

    private static let parsed: [PageTemplate: MustacheTemplate] = allCases.reduce(into: [:]) {
        $0[$1] = try? MustacheTemplate(string: $1.text)
    }

    private var text: String {
        switch self {
        case .page: Self.pageText
        case .section: Self.sectionText
        case .foldedSection: Self.foldedSectionText
        case .table: Self.tableText
        case .figure: Self.figureText
        case .gallery: Self.galleryText
        case .keyNumbers: Self.keyNumbersText
        case .folded: Self.foldedText
        }
    }

    private static let pageText = """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:" />
        <title>{{title}}</title>
        <link rel="icon" href="data:," />
        <style>
        {{{style}}}
        </style>
        </head>
        <body>
        <header>
        {{#kind}}<p class="kind">{{kind}}</p>{{/kind}}
        <h1>{{title}}</h1>
        {{#lead}}<p class="lead">{{{.}}}</p>
        {{/lead}}
        {{{keyNumbers}}}
        </header>
        {{#hasContents}}
        <nav aria-label="Contents"{{#isLong}} class="long"{{/isLong}}>
        <h2>Contents</h2>
        <ol>
        {{#contents}}
        <li><a href="#{{id}}">{{title}}</a>{{#note}} <span class="note">{{note}}</span>{{/note}}</li>
        {{/contents}}
        </ol>
        </nav>
        {{/hasContents}}
        <main>
        {{#sections}}
        {{{.}}}
        {{/sections}}
        </main>
        <footer>
        {{#command}}<p>Made by <code>{{command}}</code></p>{{/command}}
        {{#version}}<p>{{version}}</p>{{/version}}
        </footer>
        </body>
        </html>

        """

    private static let sectionText = """
        <section>
        <h2 id="{{id}}">{{title}}{{#note}} <span class="note">{{note}}</span>{{/note}}</h2>
        {{#blocks}}{{{.}}}
        {{/blocks}}
        </section>
        """

    private static let foldedSectionText = """
        <details class="section">
        <summary><h2>{{title}}{{#note}} <span class="note">{{note}}</span>{{/note}}</h2></summary>
        <div id="{{id}}">
        {{#blocks}}{{{.}}}
        {{/blocks}}
        </div>
        </details>
        """

    private static let foldedText = """
        <details>
        <summary>{{title}}</summary>
        {{#blocks}}{{{.}}}
        {{/blocks}}
        </details>
        """

    private static let tableText = """
        <div class="wide" role="region" tabindex="0" aria-label="{{label}}">
        <table>
        {{#title}}<caption>{{title}}</caption>{{/title}}
        <thead><tr>{{#headings}}<th scope="col" class="{{class}}">{{title}}</th>{{/headings}}</tr></thead>
        <tbody>
        {{#rows}}
        <tr>{{{.}}}</tr>
        {{/rows}}
        </tbody>
        </table>
        </div>
        {{#footer}}<p class="remark">{{footer}}</p>{{/footer}}
        """

    private static let figureText = """
        <figure>
        {{#title}}<h3>{{title}}</h3>{{/title}}
        {{{svg}}}
        {{#reason}}<p class="note">{{reason}}</p>{{/reason}}
        {{#caption}}<figcaption>{{{caption}}}</figcaption>{{/caption}}
        {{{folded}}}
        </figure>
        """

    private static let galleryText = """
        <figure class="gallery">
        {{#title}}<h3>{{title}}</h3>{{/title}}
        <div class="rows">
        {{#rows}}
        <div class="row">
        <p><code>{{label}}</code>{{#note}} <span class="note">{{note}}</span>{{/note}}</p>
        <div class="panels">
        {{#panels}}<div class="panel">{{{svg}}}<span>{{caption}}</span></div>{{/panels}}
        </div>
        </div>
        {{/rows}}
        </div>
        <figcaption>{{{caption}}} <span class="scale">− <span class="ramp"></span> +</span> Each kernel on its own scale; white is zero.</figcaption>
        </figure>
        """

    private static let keyNumbersText = """
        <dl class="key">
        {{#numbers}}<div><dt>{{label}}</dt><dd class="value">{{value}}</dd>{{#note}}<dd class="note">{{note}}</dd>{{/note}}</div>
        {{/numbers}}
        </dl>
        """
}
