"""What a dispatch says happened: events, each resting on exact words of the text.

The keys are those of `detente read --json`. Offsets count Unicode code points of the text
returned with the reading (for HTML, of the extracted text).
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from ..errors import InputError

KINDS = (
    "measure_announced",
    "measure_in_force",
    "measure_suspended",
    "measure_resumed",
    "measure_expired",
    "measure_revoked",
    "threat",
    "meeting",
    "call",
    "summit",
    "statement",
    "ruling",
    "agreement",
    "commitment",
)
INSTRUMENTS = (
    "tariff",
    "export_control",
    "export_license",
    "purchase_commitment",
    "port_fee",
    "investment_restriction",
    "entity_list",
    "agreement",
    "meeting",
)
STATUSES = (
    "threatened",
    "announced",
    "in_force",
    "partly_suspended",
    "suspended",
    "withdrawn",
    "expired",
    "revoked",
    "annulled",
    "planned",
    "held",
)
STANCES = ("escalatory", "conciliatory", "neutral")
CERTAINTIES = ("stated", "reported", "hypothetical", "negated")
SALIENCES = ("main", "background")

TALKS = ("meeting", "call", "summit")

_PERIOD = r"\d{4}(?:-\d\d(?:-\d\d)?)?"
DATE = re.compile(rf"(?:{_PERIOD}(?:/(?:{_PERIOD}|\.\.))?|\.\./{_PERIOD})\Z")


@dataclass(frozen=True)
class Evidence:
    """`text` is exactly what the dispatch holds from `start` up to `end`, in code points.

    `source` is the number of the dispatch among those merged (0 for a single one).
    """

    start: int
    end: int
    text: str
    source: int = 0


@dataclass(frozen=True)
class Event:
    """One fact of a dispatch. Unknown is None, or an empty tuple for the lists.

    `actor` and `target` hold ISO 3166-1 alpha-3 codes, `EU` or `WLD`. `rate_pct` is in per cent
    ad valorem. Dates are `YYYY`, `YYYY-MM`, `YYYY-MM-DD` or an interval `a/b` with `..` for an
    open end.
    """

    kind: str
    actor: tuple[str, ...] = ()
    target: tuple[str, ...] = ()
    instrument: str | None = None
    rate_pct: float | None = None
    scope: str | None = None
    date: str | None = None
    announced_on: str | None = None
    place: str | None = None
    participants: tuple[str, ...] = ()
    status: str | None = None
    speaker: str | None = None
    stance: str | None = None
    certainty: str = "stated"
    salience: str = "main"
    evidence: tuple[Evidence, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The event under the keys of the machine output; tuples become lists."""
        return {
            key: list(value) if isinstance(value, tuple) else value
            for key, value in asdict(self).items()
        }


@dataclass(frozen=True)
class Reading:
    """The events of one dispatch, or of several merged.

    `text` is what the offsets count in; `published` an ISO day or None; `source` names the
    dispatch; `notes` say in sentences what was left out and why; `usage` is what a language
    model cost (`prompt_tokens`, `completion_tokens`, `cost_usd`), empty for the rules.
    """

    events: tuple[Event, ...]
    text: str
    published: str | None = None
    source: str = ""
    reader: str = "rules"
    notes: tuple[str, ...] = ()
    usage: dict[str, float] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        return {
            "source": self.source,
            "published": self.published,
            "reader": self.reader,
            "events": [event.to_dict() for event in self.events],
            "notes": list(self.notes),
            "usage": dict(self.usage),
        }

    def verified(self) -> Reading:
        """The same reading without any event whose words do not stand at their offsets.

        The rules always pass; a language model may not.
        """
        kept, dropped = [], 0
        for event in self.events:
            good = tuple(e for e in event.evidence if self.text[e.start : e.end] == e.text != "")
            if good:
                kept.append(event if good == event.evidence else replace(event, evidence=good))
            else:
                dropped += 1
        if not dropped:
            return replace(self, events=tuple(kept))
        what = "fact was" if dropped == 1 else "facts were"
        note = f"{dropped} {what} dropped: the quoted words do not stand in the dispatch."
        return replace(self, events=tuple(kept), notes=(*self.notes, note))


def event_from_dict(row: dict[str, Any], where: str = "event") -> Event:
    """An `Event` from the keys of the machine output; missing keys are unknown.

    Raises `InputError` naming the key whose value is outside the vocabulary.
    """
    if not isinstance(row, dict):
        raise InputError(f"{where} is not an object; give one object per event.")

    def choice(key: str, allowed: tuple[str, ...], default: str | None) -> str | None:
        value = row.get(key)
        value = default if value in (None, "") else value
        if value is not None and value not in allowed:
            raise InputError(f"{where}: {key} {value!r} is not one of {', '.join(allowed)}.")
        return value

    def names(key: str) -> tuple[str, ...]:
        value = row.get(key) or []
        value = [value] if isinstance(value, str) else value
        if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
            raise InputError(f"{where}: {key} must be a list of codes or names.")
        return tuple(value)

    def text(key: str) -> str | None:
        value = row.get(key)
        if value is not None and not isinstance(value, str):
            raise InputError(f"{where}: {key} must be text or null.")
        return value or None

    def when(key: str) -> str | None:
        value = text(key)
        if value is not None and not DATE.match(value):
            raise InputError(
                f"{where}: {key} {value!r} is no date; write YYYY, YYYY-MM, YYYY-MM-DD or a/b."
            )
        return value

    kind = choice("kind", KINDS, None)
    if kind is None:
        raise InputError(f"{where} has no kind; give one of {', '.join(KINDS)}.")
    rate = row.get("rate_pct")
    if rate is not None and (isinstance(rate, bool) or not isinstance(rate, (int, float))):
        raise InputError(f"{where}: rate_pct {rate!r} is not a number; give per cent or null.")
    evidence = []
    for item in row.get("evidence") or []:
        try:
            start, end = item.get("start", -1), item.get("end", -1)  # -1: offsets not given
            evidence.append(Evidence(int(start), int(end), str(item["text"]), 0))
        except (AttributeError, KeyError, TypeError, ValueError):
            raise InputError(f"{where}: evidence needs text, and numbers start and end.") from None
    return Event(
        kind=kind,
        actor=names("actor"),
        target=names("target"),
        instrument=choice("instrument", INSTRUMENTS, None),
        rate_pct=None if rate is None else float(rate),
        scope=text("scope"),
        date=when("date"),
        announced_on=when("announced_on"),
        place=text("place"),
        participants=names("participants"),
        status=choice("status", STATUSES, None),
        speaker=text("speaker"),
        stance=choice("stance", STANCES, None),
        certainty=choice("certainty", CERTAINTIES, "stated") or "stated",
        salience=choice("salience", SALIENCES, "main") or "main",
        evidence=tuple(evidence),
    )
