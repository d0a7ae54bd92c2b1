"""Benefits of trade: preferences, duty-free entry, most-favoured status, concessions.

To take a benefit away hurts whom it was given to, so that it is a measure put in force; to give it
back undoes one.
"""

from __future__ import annotations

from .draft import AHEAD, Draft
from .grammar import Head, VerbGroup

LOSING = frozenset(["lose", "forfeit"])


def is_benefit(head: Head) -> bool:
    return head.what == "benefit"


def turn(draft: Draft, g: VerbGroup | None, name: str) -> None:
    """The kind of what becomes of a benefit, from the kind that it would be of a measure."""
    if name in ("suspend", "revoke", "lower"):
        ahead = draft.kind == "measure_announced" or (g is not None and g.tense in AHEAD)
        if draft.kind.startswith("measure_"):
            draft.kind, draft.status = (
                ("measure_announced", "announced") if ahead else ("measure_in_force", "in_force")
            )
        elif draft.kind == "commitment":
            draft.kind, draft.status = "threat", "threatened"
    elif name == "resume" and draft.kind == "measure_resumed":
        draft.kind, draft.status = "measure_revoked", "revoked"
    elif not (name == "stand" and g is not None and g.verb.lemma in LOSING):
        draft.kind = ""  # granted, enjoyed or run out: no measure against anybody
