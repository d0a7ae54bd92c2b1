"""Whether two drafts tell one fact, and what they know together."""

from __future__ import annotations

from .context import Document
from .dates import bounds
from .draft import Draft, is_ahead
from .events import TALKS
from .lexicon import names, word_set
from .statements import is_side, same_statement

_CLOSE = 6  # sentences apart, up to which talks without day and place are those just told of


def same(a: Draft, b: Draft) -> bool:
    """Whether two drafts speak of one fact."""
    if a.kind in TALKS or b.kind in TALKS:
        return a.kind in TALKS and b.kind in TALKS and _same_talk(a, b)
    if a.kind == "statement" or b.kind == "statement":
        return a.kind == b.kind and same_statement(a, b)
    if a.actor and b.actor and not (set(a.actor) & set(b.actor)):
        return False
    if a.kind == "agreement" or b.kind == "agreement":
        return (
            a.kind == b.kind
            and (a.actor == b.actor or (b.refers and set(b.actor) < set(a.actor)))
            and (_dates_agree(a.date, b.date) or _signed_before(a, b) or _signed_before(b, a))
            and (a.status == b.status or b.refers)
        )
    states = {"measure_announced", "measure_in_force"}
    kinds = {a.kind, b.kind}
    if a.kind == "commitment" and b.kind in states and a.rate is None and b.rate is not None:
        return (  # a headline's "agrees to cut its tariff", then to what
            a.sentence == 0 and a.instrument == b.instrument and (a.actor, a.target) ==
            (b.actor, b.target)
        )  # fmt: skip
    if a.kind != b.kind and not kinds <= states:
        return False
    if a.kind == "measure_expired":
        return _dates_agree(a.date, b.date)
    if a.kind == "ruling":
        return _dates_agree(a.date, b.date) and (b.date is None or b.sentence - a.last <= 1)
    if a.certainty != b.certainty and "negated" in (a.certainty, b.certainty):
        return False
    if a.instrument and b.instrument and a.instrument != b.instrument:
        return False
    if None in (a.instrument, b.instrument) and a.instrument != b.instrument and (
        (a.rate is None) != (b.rate is None) and not (a.refers or b.refers)
    ):  # fmt: skip
        return False  # a ban and a duty
    if (
        a.target
        and b.target
        and not set(a.target) & set(b.target)
        and not (a.guessed_target or b.guessed_target)
    ):
        return False
    if a.rate is not None and b.rate is not None and a.rate != b.rate:
        return False
    if not _dates_agree(a.date, b.date) and len(kinds) == 1:
        return False
    if len(kinds) == 2 and a.date and b.date and not _dates_agree(a.date, b.date):
        return False
    if a.scope and b.scope and not _words_agree(a.scope, b.scope):
        return (
            b.refers
            or a.refers
            or (a.rate is not None and a.rate == b.rate and a.sentence == b.sentence)
        )
    if b.refers or a.refers or b.tentative or a.tentative:
        return True
    nothing_new = b.scope is None and b.date is None and b.rate is None and b.announced_on is None
    if nothing_new and len(kinds) == 1 and a.kind.startswith("measure_") and a.actor == b.actor:
        return a.target == b.target and a.instrument == b.instrument
    if a.kind == "commitment":
        return bool(a.scope and b.scope and _words_agree(a.scope, b.scope))
    return (a.rate == b.rate and (a.rate is not None or _words_agree(a.scope, b.scope))) or (
        bool(a.scope and b.scope) and _words_agree(a.scope, b.scope)
    )


def _signed_before(a: Draft, b: Draft) -> bool:
    """Whether `a` tells the signing of the agreement that `b` tells to be in force."""
    x, y = bounds(a.date), bounds(b.date)
    states = (a.status, b.status) == ("announced", "in_force")
    return bool(states and (a.refers or b.refers) and x and y and x[1] <= y[0])


def _same_talk(a: Draft, b: Draft) -> bool:
    if a.actor != b.actor:
        return False
    if a.background != b.background and not (a.place and a.place == b.place):
        return False
    if a.status != b.status or (a.certainty == "negated") != (b.certainty == "negated"):
        return False
    if a.place and b.place and a.place != b.place and not _same_place(a.place, b.place):
        return False
    if a.kind != b.kind and not ({a.kind, b.kind} == {"meeting", "summit"} or (
        _overlap(a.date, b.date) or (a.participants and set(a.participants) & set(b.participants))
    )):  # fmt: skip
        return False
    if {a.kind, b.kind} == {"meeting", "summit"} and not (
        set(a.participants) & set(b.participants)
    ):
        return False
    if a.date and b.date:
        return _overlap(a.date, b.date)
    if b.tentative and b.refers:
        return True
    if a.participants and b.participants and not set(a.participants) & set(b.participants):
        return False
    bare = any(x.date is None and x.place is None for x in (a, b))
    return bool(
        b.tentative
        or a.tentative
        or (bare and b.sentence - a.last <= _CLOSE)
        or b.refers
        or (a.participants and b.participants)
        or a.place == b.place
    )


def _same_place(a: str, b: str) -> bool:
    found = []
    for name in (a, b):
        hit = names().match(name.split(), 0)
        found.append(hit[1].code if hit else "")
    return bool(found[0]) and found[0] == found[1]


def _overlap(a: str | None, b: str | None) -> bool:
    x, y = bounds(a), bounds(b)
    return bool(x and y and x[0] <= y[1] and y[0] <= x[1])


def _dates_agree(a: str | None, b: str | None) -> bool:
    return a is None or b is None or _overlap(a, b)


_EMPTY = word_set("scope_fillers")


def _words_agree(a: str | None, b: str | None) -> bool:
    if a is None or b is None:
        return a is b
    x = {w.rstrip("s") for w in a.lower().split()} - _EMPTY
    y = {w.rstrip("s") for w in b.lower().split()} - _EMPTY
    return bool(x & y) or not x or not y


def join(a: Draft, b: Draft, document: Document) -> None:
    """Put what `b` knows into `a`; the finer date and the later state stand."""
    a.last = b.sentence
    if a.kind == "commitment" and b.kind.startswith("measure_"):
        a.kind, a.status = b.kind, b.status
    if a.kind == "measure_announced" and b.kind == "measure_in_force" and not b.tentative:
        a.kind, a.status = b.kind, b.status
        if a.date and not b.date and not a.announced_on and not is_ahead(a.date, document):
            a.announced_on, a.date = a.date, None
        if a.date and is_ahead(a.date, document):
            a.kind, a.status = "measure_announced", "announced"
    if a.kind in TALKS and b.kind in TALKS:
        if "summit" in (a.kind, b.kind) and (a.participants or b.participants):
            a.kind = "summit"
        if a.kind == "meeting" and b.kind == "call":
            a.kind = b.kind
        if a.place is None or (b.place and _finer_place(b.place, a.place)):
            a.place = b.place or a.place
        for name in b.participants:
            if name not in a.participants:
                a.participants.append(name)
    if a.kind == "agreement" and _signed_before(a, b):
        a.status, a.announced_on, a.date = b.status, a.announced_on or a.date, b.date
    elif a.kind == "agreement" and _signed_before(b, a):
        a.announced_on = a.announced_on or b.date
    if a.tentative and not b.tentative:
        a.kind, a.status = b.kind, b.status
    a.tentative = a.tentative and b.tentative
    if a.date is None or (b.date and _finer_date(b.date, a.date)):
        a.date = b.date or a.date
    a.announced_on = a.announced_on or b.announced_on
    a.rate = b.rate if a.rate is None else a.rate
    a.scope = a.scope or b.scope
    a.instrument = a.instrument or b.instrument
    a.speaker = b.speaker if a.speaker is None or (is_side(a.speaker) and b.speaker) else a.speaker
    if a.kind == "statement" and a.stance == "neutral":
        a.stance = b.stance
    if a.guessed_target and not b.guessed_target and b.target:
        a.target, a.guessed_target = b.target, False
    if not a.background:
        a.background = False
    if (
        a.certainty in ("reported", "hypothetical")
        and b.certainty == "stated"
        and a.kind not in ("threat",)
    ):
        a.certainty = "stated"
    for span in b.spans:
        if len(a.spans) < 2 and span not in a.spans:
            a.spans.append(span)


def _finer_place(b: str, a: str) -> bool:
    hit, has = names().match(b.split(), 0), names().match(a.split(), 0)
    return bool(hit and has and has[1].kind == "country" and hit[1].kind in ("city", "capital"))


def _finer_date(b: str, a: str) -> bool:
    x, y = bounds(b), bounds(a)
    if not x or not y:
        return False
    return y[0] <= x[0] and x[1] <= y[1] and (x[1] - x[0]) < (y[1] - y[0])
