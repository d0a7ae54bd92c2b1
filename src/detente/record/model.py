"""What a record holds: the entries of its files as frozen objects, facts only, no statuses.

Entries are never changed: a later act is a later entry. Words follow the EU and UK TARIC where it
has one (measure, base, modification, suspension, prorogation, abrogation). Intervals are half-open:
`until` is the first day that no longer counts.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

INSTRUMENTS = (
    "tariff",
    "export_control",
    "export_tax",
    "port_fee",
    "entity_list",
    "investment_restriction",
    "import_ban",
    "customs_procedure",
    "purchase_commitment",
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
)
ACT_KINDS = ("legal", "ruling", "announcement")
# What an effect does to a measure; the last two are plans and bring nothing into force.
ROLES = (
    "base",
    "modification",
    "suspension",
    "resumption",
    "prorogation",
    "abrogation",
    "annulment",
    "proposal",
    "threat",
)
PLANS = ("proposal", "threat")
STACKS = ("add", "max", "exclusive", "content_share", "cap_net_of_mfn")


@dataclass(frozen=True, slots=True)
class Where:
    """File and line an entry was read from, for messages."""

    file: str = "(built in memory)"
    line: int = 0

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}"


@dataclass(frozen=True, slots=True)
class Party:
    """A country, bloc or group: its code, and when in the day its acts begin (local time)."""

    code: str
    name: str
    timezone: str = "UTC"
    legal_hour: int = 0  # minutes after local midnight
    where: Where = field(default=Where(), compare=False)


@dataclass(frozen=True, slots=True)
class Scope:
    """Goods a component covers: a named product list, less others, and the same in words."""

    list: str
    text: str
    minus: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Stack:
    """How a component's points combine with others on the same good.

    `add`: on top of everything else. `max`: only the highest of `group`. `exclusive`: only the one
    of `group` with the highest `precedence`. `content_share`: as `exclusive`, but on the share of
    the value that is the content named by the scope; the rest pays the others of `group`.
    `cap_net_of_mfn`: tops the ordinary (MFN) duty up to `cap_pct`, and nothing above it.
    """

    kind: str = "add"
    group: str = ""
    precedence: int = 0
    cap_pct: float | None = None


@dataclass(frozen=True, slots=True)
class Component:
    """A part of a measure with one rate and one scope at a time."""

    id: str
    scope: Scope
    stack: Stack = Stack()
    targets: tuple[str, ...] = ()  # empty: the measure's


@dataclass(frozen=True, slots=True)
class Measure:
    """One instrument of one imposer. Rates and dates are in the acts' effects, never here."""

    id: str
    title: str
    imposer: str
    targets: tuple[str, ...]
    instrument: str
    authority: str
    components: tuple[Component, ...]
    excluded: tuple[str, ...] = ()  # targets that WLD does not include
    country_wide: bool = False  # counts in the headline points on all goods
    where: Where = field(default=Where(), compare=False)

    def component(self, name: str) -> Component:
        return next(c for c in self.components if c.id == name)

    def hits(self, target: str, component: Component | None = None) -> bool:
        """Whether goods of `target` are covered; WLD covers all but the imposer and `excluded`."""
        names = (component.targets if component else ()) or self.targets
        if target in names:
            return True
        return "WLD" in names and target != self.imposer and target not in self.excluded


@dataclass(frozen=True, slots=True)
class Effect:
    """What an act or statement does to one measure (or to an agreement's end).

    `rate_pct` are ad valorem points of this layer; `suspended_pct` points suspended, None for all.
    `starts`/`until` are days, `at` minutes after local midnight (None: the imposer's legal hour).
    """

    role: str
    measure: str = ""
    component: str = ""  # empty: every component of the measure
    agreement: str = ""  # a prorogation may move an agreement's end
    rate_pct: float | None = None
    suspended_pct: float | None = None
    starts: date | None = None
    until: date | None = None
    at: int | None = None
    of: str = ""  # prorogation: suspension, measure or start
    under: str = ""  # the agreement this carries out
    scope: Scope | None = None
    id: str = ""  # plans: the name by which acts execute and statements withdraw them
    note: str = ""
    where: Where = field(default=Where(), compare=False)


@dataclass(frozen=True, slots=True)
class Act:
    """A legal act, ruling or announcement applied as one; `known` is the day it was published."""

    id: str
    title: str
    issuer: str
    date: date
    known: date
    effects: tuple[Effect, ...]
    sources: tuple[str, ...]
    kind: str = "legal"
    executes: tuple[str, ...] = ()
    withdraws: tuple[str, ...] = ()
    confidence: str = "high"
    unverified: str = ""
    note: str = ""
    what_if: bool = False
    where: Where = field(default=Where(), compare=False)


@dataclass(frozen=True, slots=True)
class Statement:
    """Words without legal force: threats are its only effects; it can withdraw plans."""

    id: str
    by: str
    date: date
    known: date
    text: str
    sources: tuple[str, ...]
    speaker: str = ""
    place: str = ""
    about: tuple[str, ...] = ()
    effects: tuple[Effect, ...] = ()
    withdraws: tuple[str, ...] = ()
    confidence: str = "high"
    unverified: str = ""
    where: Where = field(default=Where(), compare=False)


@dataclass(frozen=True, slots=True)
class Agreement:
    """What parties agreed; `until` is its first stated end (acts may prolong it)."""

    id: str
    title: str
    parties: tuple[str, ...]
    date: date
    known: date
    text: str
    sources: tuple[str, ...]
    starts: date | None = None
    until: date | None = None
    negotiation: str = ""
    meeting: str = ""
    confidence: str = "high"
    unverified: str = ""
    where: Where = field(default=Where(), compare=False)


@dataclass(frozen=True, slots=True)
class Negotiation:
    id: str
    title: str
    parties: tuple[str, ...]
    date: date
    known: date
    text: str
    sources: tuple[str, ...]
    confidence: str = "high"
    unverified: str = ""
    where: Where = field(default=Where(), compare=False)


@dataclass(frozen=True, slots=True)
class Meeting:
    """A round, call, summit or visit, held or planned on `known`; results are other entries.

    A plan and what came of it are two entries: the later one `replaces` the plan.
    """

    id: str
    title: str
    kind: str  # round, call, summit, meeting
    parties: tuple[str, ...]
    date: date
    known: date
    sources: tuple[str, ...]
    until: date | None = None  # first day after it
    number: int | None = None
    place: str = ""
    participants: tuple[str, ...] = ()
    negotiation: str = ""
    planned: bool = False
    replaces: tuple[str, ...] = ()
    text: str = ""
    confidence: str = "high"
    unverified: str = ""
    where: Where = field(default=Where(), compare=False)


@dataclass(frozen=True, slots=True)
class Commitment:
    """A promise by one party to others, with a quantity where one was named."""

    id: str
    by: str
    to: tuple[str, ...]
    date: date
    known: date
    text: str
    sources: tuple[str, ...]
    agreement: str = ""
    instrument: str = ""
    quantity: float | None = None
    unit: str = ""
    starts: date | None = None
    until: date | None = None
    confidence: str = "high"
    unverified: str = ""
    where: Where = field(default=Where(), compare=False)


@dataclass(frozen=True, slots=True)
class Performance:
    """What became of a commitment, as published on `known`."""

    id: str
    commitment: str
    date: date
    known: date
    text: str
    sources: tuple[str, ...]
    met_pct: float | None = None
    by: str = ""
    confidence: str = "high"
    unverified: str = ""
    where: Where = field(default=Where(), compare=False)


@dataclass(frozen=True, slots=True)
class Claim:
    """One side's version of a contested matter; the claims of one `dispute` stand side by side."""

    id: str
    dispute: str
    stance: str  # asserts, denies
    date: date
    known: date
    text: str
    sources: tuple[str, ...]
    by: str = ""  # a party; empty where only the speaker is known (the press)
    about: tuple[str, ...] = ()
    speaker: str = ""
    confidence: str = "high"
    unverified: str = ""
    where: Where = field(default=Where(), compare=False)


@dataclass(frozen=True, slots=True)
class Office:
    """Who held which office; the end is known from the day it came."""

    id: str
    name: str
    side: str
    role: str
    starts: date
    sources: tuple[str, ...]
    until: date | None = None
    confidence: str = "high"
    unverified: str = ""
    where: Where = field(default=Where(), compare=False)


Entry = (
    Act
    | Statement
    | Agreement
    | Negotiation
    | Meeting
    | Commitment
    | Performance
    | Claim
    | Office
    | Measure
    | Party
)
