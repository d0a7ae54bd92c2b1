"""Text from outside (dispatches, file names, record notes) made safe to show.

HTML is escaped where it is written, by the template engine; this module deals with what
a terminal would obey: control characters and bidirectional overrides.
"""

from __future__ import annotations

import json
import unicodedata
from typing import Any


def plain(text: object, limit: int | None = None) -> str:
    """`text` with control and invisible formatting characters replaced, cut at `limit`.

    Line breaks and tabs become single spaces, so that the result stays on its line.
    """
    out = []
    for char in str(text):
        if char in "\n\r\t\v\f\u2028\u2029":
            out.append(" ")
        elif unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co"):
            out.append("\ufffd")
        else:
            out.append(char)
    shown = "".join(out)
    return shown if limit is None or len(shown) <= limit else shown[: limit - 1] + "…"


class ScriptJSON(json.JSONEncoder):
    """JSON for the inside of an HTML script: no text in it can end the script or begin a tag.

    Charts saved as HTML take it as `json_kwds={"cls": ScriptJSON}`.
    """

    def encode(self, o: Any) -> str:
        return super().encode(o).replace("<", "\\u003c")
