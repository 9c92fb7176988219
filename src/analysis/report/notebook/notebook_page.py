"""An executed notebook as one page that needs nothing from outside: text, folded code, outputs. Imports mistune.

The pictures, the style and the script are inside; a chart with sliders takes the drawing library from the run's own folder.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape

from analysis.reference import wording
from analysis.report.chart.chart_kind import MEDIA_TYPE
from analysis.report.words import table

ASSETS = Path(__file__).with_name("assets")
DRAWING = "../assets/vega.js"
PAGE = Markup("""<!doctype html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
<link rel="icon" href="data:,">
<style>{style}</style>
</head>
<body>
<nav class="back" aria-label="{pages}"><a href="../../index.html">{board}</a></nav>
<main>
{body}
</main>
{scripts}</body>
</html>
""")
POLICY = "default-src 'none'; script-src {script}; style-src {style}; img-src data:; base-uri 'none'; form-action 'none'"
CODE = Markup("<details><summary>{}</summary><pre><code>{}</code></pre></details>\n")
SAY, OUT = Markup('<p class="say">{}</p>\n'), Markup('<div class="out">{}</div>\n')
PICTURE = Markup('<img alt="{}" src="data:image/svg+xml;base64,{}">')
MOVING = Markup(
    '<div class="moving" data-spec="{name}"><p>{text}</p></div><script type="application/json" id="{name}">{json}</script>'
)


def render(ipynb: Path, page: Path, lang: str) -> None:
    """Write the `page` of the executed notebook `ipynb`; `lang` is the language of the words around its cells."""
    cells = json.loads(ipynb.read_text(encoding="utf-8"))["cells"]
    body, title = Markup(""), ""
    code: list[str] = []
    for place, cell in enumerate(cells):
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            title = title or source.partition("\n")[0].lstrip("# ")
            body += _code(code, lang) + _prose(source)
            code = []
        elif cell["cell_type"] == "code":
            code.append(source)
            if cell["outputs"]:
                body += _code(code, lang) + _outputs(cell["outputs"], f"spec-{place}", lang)
                code = []
    title = f"{title} ({ipynb.stem.rpartition('.')[2]})"
    page.write_text(_page(title, body + _code(code, lang), lang), encoding="utf-8", newline="\n")


def _page(title: str, body: Markup, lang: str) -> str:
    style = (ASSETS / "notebook.css").read_text(encoding="utf-8")
    moves = 'class="moving"' in body
    script = (ASSETS / "notebook.js").read_text(encoding="utf-8") if moves else ""
    scripts = Markup(f'<script src="{DRAWING}"></script>\n<script>{script}</script>\n') if moves else Markup("")
    return PAGE.format(
        lang=lang,
        policy=Markup(POLICY.format(script=f"'self' {_hash(script)}" if moves else "'none'", style=_hash(style))),
        title=title,
        style=Markup(style),
        pages=wording.text("page_navigation", lang),
        board=wording.text("page_board", lang),
        body=body,
        scripts=scripts,
    )


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode('utf-8')).digest()).decode('ascii')}'"


def _code(sources: Sequence[str], lang: str) -> Markup:
    """Return the code of neighbouring cells, folded, where there is any."""
    return CODE.format(wording.text("notebook_code", lang), "\n\n".join(sources)) if sources else Markup("")


def _prose(source: str) -> Markup:
    import mistune

    return Markup(mistune.create_markdown(escape=True)(source))


def _outputs(outputs: Sequence[Mapping[str, Any]], name: str, lang: str) -> Markup:
    """Return the outputs of a cell; whatever is not known is shown as its text."""
    made = Markup("")
    for place, output in enumerate(outputs):
        if output["output_type"] == "stream":
            made += _said("".join(output["text"]).rstrip("\n"), lang)
        elif output["output_type"] in ("display_data", "execute_result"):
            made += OUT.format(_data(output["data"], f"{name}-{place}", lang))
    return made


def _said(text: str, lang: str) -> Markup:
    """Return what a cell printed, the notice in its own form."""
    first, _, rest = text.partition("\n")
    if first == table.notice(lang, True):
        return table.NOTICE.format(first) + SAY.format(rest)
    return SAY.format(text)


def _data(data: Mapping[str, Any], name: str, lang: str) -> Markup:
    text = "".join(data.get("text/plain", ""))
    if MEDIA_TYPE in data:
        spec = {key: value for key, value in data[MEDIA_TYPE].items() if key != "$schema"}  # the page draws with its own
        written = json.dumps(spec, ensure_ascii=False).replace("<", "\\u003c")
        return MOVING.format(name=name, text=text, json=Markup(written))
    if "image/svg+xml" in data:
        picture = "".join(data["image/svg+xml"])
        coded = base64.b64encode(picture.encode("utf-8")).decode("ascii")
        return PICTURE.format(text or wording.text("chart_alternative", lang), coded)
    if "text/html" in data:
        return Markup("".join(data["text/html"]))  # made by our own tables, which escape what they print
    return Markup("<pre>{}</pre>").format(escape(text))
