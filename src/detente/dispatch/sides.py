"""Who imposes and who is hit, where the sentence leaves it open: from what was told before."""

from __future__ import annotations

import re
from collections import Counter

from .context import Document
from .draft import Draft
from .grammar import Parsed
from .phrases import everyone, outward

_Codes = tuple[str, ...]


def fill_sides(p: Parsed, d: Document, draft: Draft, memory: list[Draft]) -> None:
    """Fill the actor and the target of `draft` from the measures before, else the main sides."""
    if draft.refers and draft.kind != "threat":
        _refer(draft, memory)
    told = [m for m in memory if m.kind.startswith(("measure_", "threat")) and m.actor and m.target]
    told = [m for m in told if m.actor != ("WLD",)]
    if not draft.actor and not draft.target and told and everyone(p, draft):
        alike = [m.actor for m in told if m.instrument == draft.instrument] or [told[-1].actor]
        draft.actor, draft.target = max(reversed(alike), key=alike.count), ("WLD",)
    if not draft.actor and not draft.target:
        known = [m for m in told if m.instrument == draft.instrument and m.kind != "threat"]
        pairs = [(m.actor, m.target) for m in known or told[-2:]]
        if pairs:
            draft.actor, draft.target = max(reversed(pairs), key=pairs.count)
            draft.guessed_target = True
    if not draft.actor and draft.target:
        draft.actor = _imposer(d, draft, told)
    if not draft.actor and draft.speaker:
        draft.actor = d.last
    if not draft.target and draft.actor:
        draft.target, draft.guessed_target = _hit(p, d, draft, told)
    draft.target = tuple(sorted(set(draft.target) - set(draft.actor)))
    if not draft.target and draft.actor:
        draft.target, draft.guessed_target = d.other(draft.actor) or ("WLD",), True
    draft.actor = tuple(sorted(set(draft.actor)))


def _refer(draft: Draft, memory: list[Draft]) -> None:
    """ "The duties": those told of last that do not contradict what is known of these."""
    for earlier in reversed(memory):
        if earlier.kind in ("statement", "ruling") or earlier.instrument in (
            "meeting",
            "agreement",
        ):
            continue
        if draft.instrument not in (None, earlier.instrument):
            continue
        if draft.actor and earlier.actor and not set(draft.actor) & set(earlier.actor):
            continue
        if draft.target and earlier.target and not set(draft.target) & set(earlier.target):
            continue
        if draft.rate is not None and draft.rate != earlier.rate:
            continue
        draft.actor = draft.actor or earlier.actor
        draft.target = draft.target or earlier.target
        draft.instrument = draft.instrument or earlier.instrument
        draft.rate = earlier.rate if draft.rate is None else draft.rate
        draft.scope = draft.scope or earlier.scope
        return


def _imposer(d: Document, draft: Draft, told: list[Draft]) -> _Codes:
    """Who hits this target: whoever has done so oftenest, else the other main side."""
    known = Counter(m.actor for m in told if set(m.target) & set(draft.target))
    if known:
        most = max(known.values())
        last = [m.actor for m in reversed(told) if known[m.actor] == most]
        return last[0]
    broad = Counter(m.actor for m in told if m.target == ("WLD",) or d.broad.get(m.actor[0]))
    broad = Counter({a: n for a, n in broad.items() if not set(a) & set(draft.target)})
    if broad:
        return broad.most_common(1)[0][0]
    return tuple(c for c in d.pair() if c not in draft.target)[:1]


_BACK = re.compile(
    r"\b(?:with|to|from|against) (?:the|its|their|that) (?:\w+ )?(?:neighbou?r\w*|country)\b|"
    r"\b(?:from|to) there\b|\bneighbou?ring country\b"
)


def _hit(p: Parsed, d: Document, draft: Draft, told: list[Draft]) -> tuple[_Codes, bool]:
    """Whom an act hits that names nobody: all, the side hit before, else the other main side."""
    if everyone(p, draft) or (draft.kind == "measure_suspended" and "exemption" in " ".join(p.low)):
        return ("WLD",), False
    back = _BACK.search(" ".join(p.low))
    if outward(p, draft) and not back:
        return ("WLD",), False
    before = [m.target for m in told if m.actor == draft.actor and m.kind != "threat"]
    if before and not (draft.kind == "threat" and d.broad.get(draft.actor[0])):
        return max(reversed(before), key=before.count), True
    if d.broad.get(draft.actor[0]):
        return ("WLD",), False
    hitters = [m.actor for m in told if set(m.target) & set(draft.actor)]
    if hitters:
        return hitters[-1], True
    other = d.other(draft.actor)
    if not other or d.sides[other[0]] < _SHARE * max(d.sides[c] for c in draft.actor):
        return ("WLD",), True
    return other, True


_SHARE = 0.35  # a side named more rarely than this, beside the actor, is no party to the dispute
