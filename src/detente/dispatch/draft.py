"""An event while it is being read: mutable, with token-exact evidence, and who "it" is."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache

from .context import Document
from .dates import Expression, bounds
from .grammar import PREPOSITIONS, Head, Mention, Parsed, VerbGroup
from .homes import at_home
from .lexicon import yaml_data

ONE_DAY = ("weekday", "day", "rel_day", "day_in", "weekday_week", "iso")
AHEAD = frozenset({"future", "would", "may", "should", "infinitive"})


@dataclass
class Draft:
    """The fields of `events.Event`, plus what merging needs: sentence number and anaphora."""

    kind: str
    actor: tuple[str, ...] = ()
    target: tuple[str, ...] = ()
    instrument: str | None = None
    rate: float | None = None
    scope: str | None = None
    date: str | None = None
    announced_on: str | None = None
    place: str | None = None
    participants: list[str] = field(default_factory=list)
    status: str | None = None
    speaker: str | None = None
    stance: str | None = None
    certainty: str = "stated"
    background: bool = False
    spans: list[tuple[int, int]] = field(default_factory=list)
    sentence: int = 0
    last: int = 0  # the last sentence that speaks of it
    refers: bool = False  # speaks of a measure or meeting named before ("the duties", "it")
    guessed_target: bool = False
    tentative: bool = False  # dropped unless it merges with another


def sorted_codes(*groups: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted({code for group in groups for code in group}))


def resolve(p: Parsed, d: Document, m: Mention | Head | None) -> Mention | None:
    """The mention itself, or what its pronoun stands for; None for what is no side."""
    if m is None or isinstance(m, Head):
        return None
    if m.kind == "pronoun":
        quoted = p.quoted[m.i] >= 0
        if m.name in ("i", "we"):
            return speaker_of(p, d, p.quoted[m.i]) if quoted else None
        if m.name in ("he", "she"):
            here = [x for x in p.mentions if x.kind in ("person", "official") and x.j <= m.i
                    and p.quoted[x.i] == p.quoted[m.i]]  # fmt: skip
            telling = [x for x in here if "who" in p.low[x.j : x.j + 2]]
            here = [x for x in here if not p.in_pp(x)] or telling  # "by Trump, who said he had"
            found = here[-1] if here else d.last_person
            return found if found is None or found.codes else at_home(p, d, found, m)
        if m.name == "it":
            here = [x for x in p.mentions if x.j <= m.i and x.codes and p._can_act(x)
                    and x.kind not in ("person", "official", "demonym")
                    and p.quoted[x.i] == p.quoted[m.i]]  # fmt: skip
            subjects = [id(p.subject(g)) for g in p.groups if g.v < m.i]
            here = [x for x in here if id(x) in subjects] or here[:1]
            return here[-1] if here else d.last_body
        return None
    if m.kind == "group" and m.codes:
        return m
    if m.kind == "group":
        return Mention(m.i, m.j, "group", d.together(m.name), m.name, m.leader, official=True)
    if not m.codes and m.kind in ("government", "official", "ministry", "person"):
        return at_home(p, d, m, m)
    return m


def speaker_of(p: Parsed, d: Document, quote: int) -> Mention | None:
    """Who speaks quotation `quote`: the subject of the verb of saying beside it."""
    for g in p.groups:
        if g.isa("say") and p.quoted[g.v] < 0:
            found = p.subject(g)
            if isinstance(found, Mention) and p.quoted[found.i] >= 0:
                continue  # nobody quoted speaks the quotation
            who = subject(p, d, g)
            if who is not None:
                return who
    return d.last_person or d.last_body


def subject(p: Parsed, d: Document, g: VerbGroup) -> Mention | None:
    """Who does what `g` says; after a quotation the name may follow the verb."""
    if inverted(p, g):
        after = _name_after(p, g.j)
        if after is not None:
            return resolve(p, d, after)
        if p.low[g.i - 1] in QUOTES and not any(m.j in (g.i, g.i - 1) for m in p.mentions):
            return None  # "...," said somebody of no side
    return resolve(p, d, p.subject(g))


QUOTES = frozenset(["”", '"', "’", "'", "»", "“"])


@cache
def _inverting() -> frozenset[str]:
    return frozenset(yaml_data("speech.yaml")["inverting"])


def inverted(p: Parsed, g: VerbGroup) -> bool:
    """Whether the speaker's name may follow the verb: "...," said X; Tariffs hurt, said X."""
    if g.verb.lemma not in _inverting() or g.tense not in ("past", "present"):
        return False
    if p.quoted[g.v] >= 0 or g.i != g.v or g.i == 0:
        return g.i == 0 and g.tense == "past"
    before = p.low[g.i - 1]
    if before in ("?", "!") or before in QUOTES:
        return True
    if before != ",":
        return False
    if p.low[g.i - 2] in QUOTES:
        return True
    # after a reported clause, not after an apposition: nothing goes on with what follows the verb
    finite = [x for x in p.groups if x.j < g.i and not x.relative and x.tense != "ing"]
    name = _name_after(p, g.j)
    return bool(finite and name) and not any(
        name is not None and x.i - name.j in (0, 1) and x.tense != "participle" for x in p.groups
    )


def _name_after(p: Parsed, k: int) -> Mention | None:
    """The mention that opens at token `k`, an article or a possessive before it apart."""
    for m in p.mentions:
        if m.kind == "pronoun" or m.i < k:
            continue
        between = p.low[k : m.i]
        if len(between) <= 3 and all(w in _BEFORE_NAME for w in between):
            return m
        return None
    return None


_BEFORE_NAME = frozenset(
    [
        "the",
        "a",
        "an",
        "its",
        "his",
        "her",
        "their",
        "mr",
        "ms",
        "mrs",
        "dr",
        "sir",
        "one",
        "senior",
    ]
)


def sides_of(p: Parsed, d: Document, m: Mention | Head | None) -> tuple[str, ...]:
    """The codes of a subject, together with those joined to it by "and"."""
    found = resolve(p, d, m)
    if found is None or m is None:
        return ()
    company = joined(p, m)
    named = {code for x in (m, *company) if isinstance(x, Mention) for code in x.codes}
    codes = set(found.codes)
    for other in company:
        more = resolve(p, d, other)
        if more is not None:
            codes |= set(more.codes)
    groups = [x for x in (m, *company) if isinstance(x, Mention) and x.kind == "group"]
    if named and groups and not groups[0].codes:  # "the Commission and the two governments"
        codes = named | set(d.together(groups[0].name, tuple(named)))
    return tuple(sorted(codes))


def joined(p: Parsed, m: Mention | Head) -> list[Mention]:
    """The mentions that "and", "with" or commas join to the left or right of `m`."""
    found, i, j = [], m.i, m.j
    again = True
    while again:
        again = False
        for x in p.mentions:
            if x.i < i and 0 < i - x.j <= 6 and _only_joins(p, x.j, i):
                found.append(x)
                i, again = x.i, True
                break
            if x.j > j and 0 < x.i - j <= 6 and _only_joins(p, j, x.i):
                found.append(x)
                j, again = x.j, True
                break
    return found


_JOINING = frozenset(
    [
        "and",
        ",",
        "&",
        "-",
        "–",
        "with",
        "his",
        "her",
        "its",
        "their",
        "the",
        "counterpart",
        "chinese",
        "american",
        "mr",
        "south",
        "korean",
        "the",
        "japanese",
        "'s",
        "together",
        "alongside",
    ]
)


def _only_joins(p: Parsed, a: int, b: int) -> bool:
    between = p.low[a:b]
    return any(w in ("and", "&", "with", "-", "–") for w in between) and all(
        w in _JOINING for w in between
    )


def owner(p: Parsed, at: int) -> VerbGroup | None:
    """The verb group a date at token `at` belongs to: the last before it, else the first after."""
    before = [g for g in p.groups if g.v < at]
    after = [g for g in p.groups if g.v >= at]
    if before and after and at > 0 and _fronted(p, at, before[-1], after[0]):
        return after[0]
    if before:
        return before[-1]
    return _first_main(p, at, after)


def _first_main(p: Parsed, at: int, after: list[VerbGroup]) -> VerbGroup | None:
    """ "On Monday, after Beijing hit back, Ottawa said": the first verb outside the side clause."""
    start = next((end for i, end, _ in p.dates if i == at), at + 1)
    for g in after:
        opens = [k for k in range(start, g.i) if p.low[k] in _SIDE_CLAUSES]
        if not opens:
            return g
        inner = [x for x in after if opens[-1] < x.i < g.i]
        if "," in p.low[inner[0].j if inner else opens[-1] : g.i]:
            return g  # past the clause, or past "after weeks of talks,"
    return None


_SIDE_CLAUSES = frozenset(["after", "before", "although", "though", "because", "unless"])


def _fronted(p: Parsed, at: int, last: VerbGroup, first: VerbGroup) -> bool:
    """Whether a date opens a new clause: "After X, on Monday Y said", "that from May it would"."""
    before = p.low[at - 1]
    j, lead = next(((end, e.lead) for i, end, e in p.dates if i == at), (at + 1, ""))
    if before == "," and p.low[j : j + 1] == [","] and lead in _LASTING:
        return False  # "decided to raise, as of May, the duty"
    if before in (",", "and", "but") and "," in p.low[last.j : at]:
        gap = [w for w in p.low[at : first.i] if w == ","]
        if len(gap) <= 1 and any(at < m.i and m.j <= first.i for m in p.mentions):
            return True
    between = p.low[j : first.i]
    opens = before in _CLAUSE_OPENERS or (before in ("and", "but") and "," in p.low[last.j : at])
    if not opens or first.relative or first.tense in ("infinitive", "ing", "participle"):
        return False
    if between[:1] == [","]:
        between = between[1:]
    plain = between and between[0] not in PREPOSITIONS and between[0][0].isalnum()
    return bool(plain) and len(between) <= 8 and not {",", ";", "and"} & set(between)


_LASTING = frozenset(["from", "as of", "as from", "since", "until", "effective", "starting", "by"])
_CLAUSE_OPENERS = frozenset([";", ":", "—", "–", "that", "while", "whereas", "because", "but"])


def said_on(p: Parsed, d: Document, i: int) -> date | None:
    """The day from which token `i` is reckoned: that of its quotation, or of publication."""
    if p.quoted[i] >= 0:
        who = speaker_of(p, d, p.quoted[i])
        if who is not None and who.name in d.said:
            return d.said[who.name]
    here = [e for a, _, e in p.dates if a == i]
    if here and here[0].anaphoric:
        return _told_before(p, d, i, here[0]) or d.published
    if here and here[0].rule in _FROM_SPEAKING:
        return _spoken(p, d, i) or d.published
    return d.published


_FROM_SPEAKING = frozenset(["part_of", "within", "in_n"])


def _spoken(p: Parsed, d: Document, i: int) -> date | None:
    """The day from which "within 30 days" runs: that of the words or the act the sentence dates."""
    for k, _, e in p.dates:
        verb = owner(p, k)
        acts = verb is not None and verb.isa("say", "announce", "agree", "reach")
        if k < i and acts and e.rule in ONE_DAY and e.lead in ("", "on"):
            return day_of(e.on(d.published, False))
    here = next((e for k, _, e in p.dates if k == i), None)
    return d.occasion if here is not None and here.rule == "within" else None


def _told_before(p: Parsed, d: Document, i: int, e: Expression) -> date | None:
    """The day that "a day earlier" or "that June" counts from: of the sentence, or of the story."""
    coarse = e.rule in ("month", "day", "unit", "part")
    for k, _, other in reversed(p.dates):
        wide = coarse and other.rule in ("month", "year", "unit", "part")
        if k < i and not other.anaphoric and (other.rule in ONE_DAY or wide):
            return day_of(other.on(d.published, False))
    return d.told if coarse else d.story_day


def note_days_of_speaking(p: Parsed, d: Document) -> None:
    """Remember "X said on Friday", so that X's other words are reckoned from that day."""
    for g in p.groups:
        if not g.isa("say") or p.quoted[g.v] >= 0 or g.tense not in ("past", "perfect"):
            continue
        for i, _, e in p.dates:
            if e.rule not in ("weekday", "day", "rel_day") or e.lead not in ("", "on"):
                continue
            if p.quoted[i] < 0 and owner(p, i) is g and i >= g.v and i - g.v <= 8:
                who = subject(p, d, g)
                value = day_of(e.on(d.published, False))
                if who is not None and value is not None:
                    d.said.setdefault(who.name, value)


def looks_ahead(p: Parsed, g: VerbGroup) -> bool | None:
    """Whether an infinitive lies ahead: "plans to meet" does, "had begun to require" does not."""
    k = p.groups.index(g)
    before = p.groups[k - 1] if k else None
    if before is None or g.i - before.j > 6:
        return True
    if before.verb.lemma in (
        "begin", "start", "fail", "help", "use", "come", "continue", "let", "allow", "make", "see"
    ):  # fmt: skip
        return before.tense in AHEAD
    if before.verb.lemma in ("agree", "decide", "meet", "travel", "fly", "manage"):
        return None
    return True


def dates_of(p: Parsed, groups: list[VerbGroup]) -> list[tuple[int, Expression]]:
    """The dates that belong to any of `groups`, in order."""
    wanted = {id(g) for g in groups}
    return [(i, e) for i, _, e in p.dates if id(owner(p, i)) in wanted]


def day_of(value: str | None) -> date | None:
    span = bounds(value)
    return span[0] if span else None


def last_day(value: str | None) -> date | None:
    span = bounds(value)
    if not span:
        return None
    return span[1] if span[1] != date.max else span[0]


def is_past(value: str | None, d: Document) -> bool:
    last = last_day(value)
    return bool(last and d.published and last <= d.published)


def is_ahead(value: str | None, d: Document) -> bool:
    last = last_day(value)
    return bool(last and d.published and last > d.published)


def old(value: str | None, d: Document, days: int = 31) -> bool:
    """Whether the day lies more than a month before publication: history."""
    last = last_day(value)
    return bool(last and d.published and d.published - last > timedelta(days=days))


def evidence(p: Parsed, i: int, j: int) -> tuple[int, int]:
    """Offsets of tokens `i` up to `j`."""
    return p.at[i][0], p.at[max(i, j - 1)][1]
