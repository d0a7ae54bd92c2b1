"""Readable text of a web page: the standard library's parser, nothing executed or fetched."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_DROPPED = {"script", "style", "noscript", "template", "svg", "head", "nav", "footer", "aside",
            "form", "button", "iframe", "object", "select", "figure", "textarea"}  # fmt: skip
_VOID = {"br", "hr", "img", "input", "link", "meta", "source", "wbr", "area", "base", "col",
         "embed", "track"}  # fmt: skip
_BLOCK = {"p", "div", "br", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "table",
          "blockquote", "section", "article", "main", "header", "hr", "body", "dd", "dt", "dl",
          "pre", "td", "th"}  # fmt: skip
_SNIFF = re.compile(r"<(?:!doctype\s+html|html|head|body|article|div|p|script|meta)\b[^>]*>", re.I)
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def looks_like_html(text: str) -> bool:
    """True where the first 4,000 characters hold a tag of a page's frame or of a paragraph."""
    return bool(_SNIFF.search(text[:4000]))


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.stack: list[str] = []  # open dropped elements
        self.day: str | None = None  # the page's own date of publication

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        named = values.get("property") or values.get("name") or values.get("itemprop") or ""
        if tag == "meta" and re.search(r"publish|datePublished|^date$", named, re.I):
            self._date(values.get("content"))
        elif tag == "time":
            self._date(values.get("datetime"))
        if tag == "body":  # an unclosed head must not swallow the page
            self.stack = [open_ for open_ in self.stack if open_ != "head"]
        if tag in _DROPPED and tag not in _VOID:
            self.stack.append(tag)
        elif not self.stack and tag in _BLOCK:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in self.stack:
            while self.stack.pop() != tag:
                pass
        elif not self.stack and tag in _BLOCK:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.stack:
            self.parts.append(re.sub(r"\s+", " ", data))

    def _date(self, value: str | None) -> None:
        found = _DAY.search(value or "")
        if found and self.day is None:
            self.day = found.group()


def html_to_text(page: str) -> tuple[str, str | None]:
    """The page's text, a paragraph a line, and its own ISO day of publication if it names one."""
    parser = _Text()
    parser.feed(page)
    parser.close()
    lines = [re.sub(r"[ \t]+", " ", line).strip() for line in "".join(parser.parts).split("\n")]
    return "\n".join(line for line in lines if line), parser.day
