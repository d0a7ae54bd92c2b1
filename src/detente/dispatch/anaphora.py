"""Measures named before, taken up by a pronoun or a vague noun: "they lapse", "the step"."""

from __future__ import annotations

from .context import Document
from .draft import Draft, evidence, sides_of
from .governing import measure_class
from .grammar import Head, Mention, Parsed, VerbGroup
from .lexicon import word_set
from .predicates import KIND_OF, set_kind
from .timing import set_dates


def read_anaphora(p: Parsed, d: Document, memory: list[Draft]) -> list[Draft]:
    """ "Donald Trump imposed them in March 2018": more on the measures of the sentence before."""
    from copy import deepcopy

    found: list[Draft] = []
    for g in p.groups:
        name = measure_class(g, p)
        if name not in (
            "impose",
            "suspend",
            "revoke",
            "resume",
            "announce",
            "effect",
            "expire",
            "stand",
            "bite",
        ):
            continue
        subject_of = p.subject(g)
        if (
            isinstance(subject_of, Mention)
            and subject_of.name in ("they", "it")
            and subject_of.i <= 1
            and (g.passive or name in ("effect", "expire", "stand", "resume"))
            and p.quoted[g.v] < 0
        ):
            found += _pronoun_subject(p, d, memory, g, name)
            continue
        starts = name == "effect" or g.verb.lemma in ("apply", "start", "begin", "follow")
        if starts and p.quoted[g.v] < 0 and _points_back(p, g):
            found += _pronoun_subject(p, d, memory, g, name)
            continue
        if g.passive or g.j >= len(p.low) or p.low[g.j] not in ("them", "it"):
            continue
        if p.low[g.j] == "it" and name == "announce":
            continue
        sides = sides_of(p, d, p.subject(g))
        last = [
            m
            for m in memory
            if m.instrument in ("tariff", "export_control", "export_license", "port_fee")
        ]
        if not sides or not last or g.negated:
            continue
        recent = (
            [m for m in last if m.sentence == last[-1].sentence]
            if p.low[g.j] == "them"
            else last[-1:]
        )
        for m in recent:
            draft = deepcopy(m)
            draft.kind, draft.status = KIND_OF[name]  # type: ignore[assignment]
            draft.actor = sides
            draft.target = tuple(c for c in draft.target if c not in sides) or ("WLD",)
            draft.date = draft.announced_on = None
            draft.spans = [evidence(p, g.i, min(len(p.low), g.j + 5))]
            set_dates(p, d, draft, g, name, Head(g.j, g.j + 1, "", ""), g.j, p.clause_end(g.j))
            found.append(draft)
    return found


_ANAPHORA = word_set("anaphora")


def _further(p: Parsed) -> bool:
    """ "A second tranche follows": another measure of the kind told of last."""
    return p.low[0] == "another" or (p.low[0] == "a" and len(p.low) > 1 and p.low[1] in _ORDINALS)


_ORDINALS = frozenset(["second", "third", "fourth", "further", "new", "final", "last", "larger"])


def _points_back(p: Parsed, g: VerbGroup) -> bool:
    """ "The order, printed on Friday, enters into force": of the measure named before."""
    if not (p.low[0] in ("the", "this", "that") or _further(p)) or any(
        h.j <= g.i for h in p.measures
    ):
        return False
    return any(p.low[k] in _ANAPHORA for k in range(1, min(4, g.i)))


def _pronoun_subject(
    p: Parsed, d: Document, memory: list[Draft], g: VerbGroup, name: str
) -> list[Draft]:
    """ "They will be reinstated on 1 April": the measure named last, in a new state."""
    from copy import deepcopy

    last = [m for m in memory if m.kind.startswith("measure_") and m.actor and m.target]
    if not last or g.verb.lemma in (
        "set",
        "put",
        "place",
        "list",
        "carry",
        "pay",
        "attract",
        "add",
    ):
        return []
    draft = deepcopy(last[-1])
    draft.kind, draft.status = KIND_OF[name]  # type: ignore[assignment]
    draft.date = draft.announced_on = None
    draft.background, draft.certainty = False, "negated" if g.negated else "stated"
    draft.refers = not _further(p)
    if _further(p):
        draft.rate = draft.scope = None
    head = Head(g.i, g.i, "", "")
    draft.spans = [evidence(p, g.i, min(len(p.low), max(g.j, p.clause_end(g.j))))]
    set_kind(p, d, draft, g, name, "subj", head)
    if not draft.kind or draft.kind == "threat":
        return []
    set_dates(p, d, draft, g, name, head, g.i, p.clause_end(g.j))
    return [draft]
