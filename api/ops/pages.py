"""The pages below /ops as HTML: whatever they are given is shown as text, and no script runs but the one of this file."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, Final
from urllib.parse import quote

from fastapi import Response

from api.ops import texts
from domain.language import Language, Text

_STYLE: Final = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 34rem; margin: 12vh auto; padding: 0 1rem; }
h1 { font-size: 1.4rem; }
label, input, button { display: block; font: inherit; }
input { width: 100%; box-sizing: border-box; padding: .5rem; margin: .3rem 0 1rem; }
button { padding: .5rem 1.2rem; cursor: pointer; }
form + p, form { margin-top: 1.5rem; }
.problem { border-left: 4px solid #c62828; padding-left: .8rem; }
"""
_SCRIPT: Final = """
"use strict";
const told = JSON.parse(document.getElementById("dashboard").dataset.told);
const read = (key) => {
  try { return JSON.parse(localStorage.getItem(key)) || {}; } catch { return {}; }
};
const keep = (key, value) => localStorage.setItem(key, JSON.stringify(value));
try {
  const preset = told.preset;
  if (preset) {
    const own = told.namespace + " " + preset.version;
    if (localStorage.getItem("tilbake-columns") !== own) {
      keep("namespace-workflow-table-columns", { ...read("namespace-workflow-table-columns"), [told.namespace]: preset.columns });
      localStorage.setItem("tilbake-columns", own);
    }
    const saved = read("saved-workflow-queries");
    const others = (saved[told.namespace] || []).filter((one) => !String(one.id).startsWith("tilbake-"));
    keep("saved-workflow-queries", { ...saved, [told.namespace]: [...preset.views, ...others] });
  }
} finally {
  location.replace(told.target);
}
"""
"""Columns are set once, so that who chooses others keeps them; the views each time, because some of them speak of today."""


def _hash(source: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()}'"


_POLICY: Final = (
    f"default-src 'none'; style-src {_hash(_STYLE)}; script-src {_hash(_SCRIPT)}; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": _POLICY,
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Vary": "Accept, Accept-Language",
}


def sign_in_page(language: Language, *, next_page: str, problem: Text | None = None, status: int = 200) -> Response:
    """Where a token is pasted. next_page: an address below /ops, where the sign-in leads."""
    words = _in(language)
    described = "" if problem is None else ' aria-describedby="problem"'
    body = f"""<p>{words(texts.HOW)}</p>
<form method="post" action="/ops/sign-in">
<label for="token">{words(texts.TOKEN)}</label>
<input id="token" name="token" type="password" required autofocus autocomplete="off" spellcheck="false"{described}>
<input name="next" type="hidden" value="{escape(next_page)}">
<button>{words(texts.SIGN_IN)}</button>
</form>
<p><a href="{escape(next_page)}">{words(texts.ALREADY)}</a></p>"""
    return _page(language, texts.SIGN_IN, _problem(language, problem) + body, status=status)


def signed_in_page(language: Language, *, person: str, next_page: str) -> Response:
    """Whom a browser is signed in as, with the way on and the way out. next_page: as `sign_in_page` has it."""
    words = _in(language)
    body = f"""<p>{escape(texts.SIGNED_IN.in_language(language).format(person=person))}</p>
<p><a href="{escape(next_page)}">{words(texts.GO_ON)}</a></p>
<p>{words(texts.ANOTHER)}</p>
{_sign_out(language)}"""
    return _page(language, texts.TITLE, body)


def refusal_page(language: Language, sentences: Sequence[str], *, status: int) -> Response:
    """What is in the way, and what to do about it."""
    words = _in(language)
    told = f'<div class="problem">{"".join(f"<p>{escape(one)}</p>" for one in sentences)}</div>'
    body = f"""{told}
{_sign_out(language)}
<p><a href="/ops">{words(texts.BACK)}</a></p>"""
    return _page(language, texts.TITLE, body, status=status)


def outage_page(language: Language, others: Sequence[Text], *, status: int) -> Response:
    """What is down and what to do: for who is signed in, while nobody can be let in. others: how it stands beside Postgres."""
    words = _in(language)
    told = "".join(f"<p>{words(one)}</p>" for one in (texts.DATABASE_AWAY, *others))
    to_do = "\n".join(f"<li>{words(one)}</li>" for one in texts.TO_DO)
    body = f"""<div class="problem">{told}</div>
<ol>
{to_do}
</ol>
<p>{words(texts.ASKS_AGAIN)}</p>"""
    answer = _page(language, texts.OUTAGE, body, status=status)
    answer.headers["Refresh"] = "10"
    return answer


def opening_page(language: Language, told: Mapping[str, Any], views: Mapping[str, str]) -> Response:
    """Prepares the browser and goes on; told: target, namespace and preset for the script; views: addresses by name."""
    words = _in(language)
    links = "\n".join(f'<li><a href="{escape(url)}">{escape(name)}</a></li>' for name, url in views.items())
    body = f"""<div id="dashboard" data-told="{escape(json.dumps(told, ensure_ascii=False))}">
<p>{words(texts.OPENING)}</p>
<p>{words(texts.BY_HAND)}</p>
<ul>
{links}
</ul>
</div>
<script>{_SCRIPT}</script>"""
    return _page(language, texts.TITLE, body)


def sign_in_address(next_page: str) -> str:
    """Where somebody signs in and comes back from."""
    return f"/ops/sign-in?next={quote(next_page, safe='')}"


def _problem(language: Language, problem: Text | None) -> str:
    if problem is None:
        return ""
    return f'<p class="problem" id="problem" role="alert">{escape(problem.in_language(language))}</p>\n'


def _sign_out(language: Language) -> str:
    button = _in(language)(texts.SIGN_OUT)
    return f'<form method="post" action="/ops/sign-out"><button>{button}</button></form>'


def _in(language: Language) -> Any:
    return lambda text: escape(text.in_language(language))


def _page(language: Language, heading: Text, body: str, *, status: int = 200) -> Response:
    words = _in(language)
    page = f"""<!doctype html>
<html lang="{language.value}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Tilbake · {words(texts.TITLE)}</title>
<style>{_STYLE}</style>
</head>
<body>
<h1>Tilbake · {words(heading)}</h1>
{body}
</body>
</html>
"""
    headers = {**_HEADERS, "Content-Language": language.value}
    return Response(page, status_code=status, headers=headers, media_type="text/html")
