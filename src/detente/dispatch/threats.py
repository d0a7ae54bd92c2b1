"""Threats told by words of threatening rather than by the noun of a measure."""

from __future__ import annotations

from .context import Document
from .draft import subject
from .grammar import Parsed
from .speech import Utterance

_ACTING = frozenset(["pursue", "respond", "act", "answer", "strike", "react", "move"])


def threatens(p: Parsed, d: Document, u: Utterance) -> bool:
    """Whether the words announce an act of the speaker's side: "warned that X would retaliate"."""
    g = u.verb
    if g is None or g.verb.lemma not in ("threaten", "warn", "vow"):
        return False
    if g.verb.lemma == "threaten":
        return True
    for x in p.groups:
        if not g.j <= x.i or x.i - g.j > 30 or x.negated:
            continue
        if (
            x.tense in ("would", "future", "infinitive")
            and x.isa("impose", "raise", "boycott", "suspend")
        ) or (x.tense == "would" and x.verb.lemma in _ACTING):
            who = subject(p, d, x)
            if x.tense == "infinitive" or (
                who is not None and set(who.codes) & set(u.speaker.codes)
            ):
                return True
    return False
