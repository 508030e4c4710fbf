"""Draws the modules that the command is made of, and their imports, from the package's manifest.

    swift package dump-package | python3 modules.py modules.svg

An arrow leads from a module to one that it imports. Where a chain of arrows says so already, there is none: that is the transitive
reduction, which for a graph without cycles is unique. Needs graphviz; a test compares the committed drawing's arrows with the manifest's.
"""

import json
import re
import subprocess
import sys

STYLE = """
svg { color: #1b1e22; --paper: #ffffff; --math: #d9ecf8; --nets: #fbe3c0; --both: #d3efe5; --none: #eef0f2; }
@media (prefers-color-scheme: dark) {
  svg { color: #e4e7ea; --paper: #14171a; --math: #17374b; --nets: #4d3716; --both: #143f33; --none: #272c32; }
}
.node polygon, .node path { stroke: currentColor; stroke-width: 1.2; }
.math path, .math polygon { fill: var(--math); } .nets path, .nets polygon { fill: var(--nets); }
.both path, .both polygon { fill: var(--both); } .none path, .none polygon { fill: var(--none); }
.edge path { stroke: currentColor; stroke-opacity: 0.65; } .edge polygon { fill: currentColor; stroke: currentColor; fill-opacity: 0.65; stroke-opacity: 0; }
text { fill: currentColor; font-family: system-ui, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif; }
"""


def imports(manifest):
    """The modules that `ccnn` is made of, each with those that it imports."""
    named = {
        target["name"]: [
            d[kind][0] for d in target["dependencies"] for kind in ("byName", "target") if kind in d
        ]
        for target in manifest["targets"]
    }
    found, waiting = {}, ["ccnn"]
    while waiting:
        module = waiting.pop()
        if module not in found:
            found[module] = [name for name in named[module] if name in named]
            waiting += found[module]
    return found


def reaches(graph, start):
    """The modules at the end of a chain of imports."""
    seen, waiting = set(), list(graph[start])
    while waiting:
        module = waiting.pop()
        if module not in seen:
            seen.add(module)
            waiting += graph[module]
    return seen


def main():
    manifest = json.load(sys.stdin)
    graph = imports(manifest)
    below = {module: reaches(graph, module) for module in graph}
    lines = ["digraph modules {", 'rankdir=TB; nodesep=0.18; ranksep=0.42; bgcolor="transparent";']
    lines.append('node [shape=box, style=rounded, fontname="DejaVu Sans", fontsize=13, height=0.36, margin="0.12,0.04"];')
    lines.append("edge [arrowsize=0.6];")
    for module in sorted(graph):
        family = below[module] | {module}
        functions, tensors = bool(family & {"SampledSpaces", "GaussianKernels"}), "Tensors" in family
        word = "nets" if tensors else "math" if functions else "none"
        if tensors and family & {"KernelFitting", "Convolution"}:
            word = "both"
        # Modules in C, and those of the system's libraries, have a C before their name.
        is_c = module[0] == "C" and module[1].isupper()
        border = "rounded,dashed" if is_c else "rounded"
        lines.append(f'"{module}" [class="{word}", style="{border}"];')
    for module in sorted(graph):
        for other in sorted(graph[module]):
            if not any(other in below[between] for between in graph[module]):
                lines.append(f'"{module}" -> "{other}";')
    lines.append("}")
    svg = subprocess.run(["dot", "-Tsvg"], input="\n".join(lines), check=True, capture_output=True, text=True).stdout
    # Colours and fonts are the style sheet's, and the picture takes the width it is given.
    svg = re.sub(r"<!--.*?-->\n?", "", svg, flags=re.S)
    svg = re.sub(r' (fill|stroke|font-family)="[^"]*"', "", svg)
    svg = re.sub(r'<svg width="[^"]*" height="[^"]*"', '<svg role="img" aria-label="Modules and their imports"', svg)
    svg = re.sub(r"<!DOCTYPE.*?>\n", "", svg, flags=re.S)
    style = STYLE + "path { fill: none; }\n"
    svg = svg.replace("<g id=\"graph0\"", f"<style>{style}</style>\n<g id=\"graph0\"", 1)
    with open(sys.argv[1], "w", encoding="utf-8") as file:
        file.write(svg)


main()
