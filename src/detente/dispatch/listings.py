"""Lists of firms and buyers: "put on its unverified list", "struck off the white list".

A black list hurts whom it names, a white list whom it leaves out, so that the same verb tells
opposite measures of the two.
"""

from __future__ import annotations

from .draft import Draft
from .grammar import Head, Parsed, VerbGroup
from .lexicon import word_set, yaml_data

_LISTS = frozenset(["list", "lists", "blacklist", "register"])
_INTO = frozenset(["on", "onto", "to", "in", "into"])
_OUT = frozenset(["from", "off"])
_WHITE = word_set("white")
_ENTERED = frozenset(yaml_data("verbs.yaml")["lists"]["enter"])
_STRUCK = frozenset(yaml_data("verbs.yaml")["lists"]["strike"])
_BACK = frozenset(yaml_data("verbs.yaml")["lists"]["restore"])


def lists(p: Parsed, memory: list[Draft]) -> list[Head]:
    """Lists that no name tells, where a verb enters or strikes: "took them off the list"."""
    found = []
    for k, word in enumerate(p.low):
        if word not in _LISTS or any(h.i <= k < h.j for h in p.measures):
            continue
        verbs = [g for g in p.groups if g.j <= k and k - g.j <= 16]
        if not verbs or not list_class(p, verbs[-1], k):
            continue
        near = set(p.low[max(0, k - 5) : k + 9])
        known = [m.instrument for m in memory if m.instrument in ("entity_list", "export_control")]
        plain = {"the", "that", "this"} & set(p.low[k - 1 : k])
        if near & _WHITE or (plain and known[-1:] == ["export_control"]):
            found.append(Head(k, k + 1, "export_control", "white list"))
        elif not (plain and not known):
            found.append(Head(k, k + 1, "entity_list", "list"))
    return found


def list_class(p: Parsed, g: VerbGroup, k: int) -> str:
    """What `g` does with the list at token `k`: "impose" (enters), "revoke", "resume" or ""."""
    lead = next((w for w in reversed(p.low[g.v : k]) if w in _INTO | _OUT), "")
    lemma = g.verb.lemma
    if lemma in _STRUCK and lead in _OUT:
        return "revoke"
    if lemma in _BACK and lead in _INTO:
        return "resume"
    return "impose" if lemma in _ENTERED and lead in _INTO else ""


def is_list(head: Head) -> bool:
    return head.what == "entity_list" or (
        head.what in ("export_control", "export_license") and "list" in head.text.lower()
    )


def settle_list(p: Parsed, draft: Draft, head: Head, g: VerbGroup | None) -> None:
    """The kind of an entry or a deletion, by the colour of the list."""
    white = head.what != "entity_list"
    if draft.kind == "measure_resumed" and white:
        draft.kind, draft.status = "measure_revoked", "revoked"  # back among the trusted
    elif draft.kind in ("measure_revoked", "measure_in_force"):
        if white == (draft.kind == "measure_revoked"):
            draft.kind, draft.status = "measure_announced", "announced"
            if g is not None and g.tense in ("would", "may"):
                draft.kind, draft.status, draft.stance = "threat", "threatened", "escalatory"
        elif white and g is not None and list_class(p, g, head.i) == "impose":
            draft.kind, draft.status = "measure_revoked", "revoked"
