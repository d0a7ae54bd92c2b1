"""What every mention of talks has: kind, names, place, day and certainty."""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import cache

from .context import Document
from .dates import Expression
from .draft import (
    AHEAD,
    Draft,
    dates_of,
    day_of,
    looks_ahead,
    owner,
    said_on,
)
from .grammar import PREPOSITIONS, Head, Mention, Parsed, VerbGroup
from .lexicon import Phrases, word_set, yaml_data

CALL_WORDS = word_set("call_words")


@cache
def talk_words(name: str) -> frozenset[str]:
    """A list of talks.yaml as a set."""
    return frozenset(yaml_data("talks.yaml")[name])


@cache
def talk_phrases(name: str) -> Phrases:
    """A list of talks.yaml with phrases of several words, as a look-up."""
    found = Phrases()
    for phrase in yaml_data("talks.yaml")[name]:
        found.add(phrase, phrase)
    return found


def any_phrase(p: Parsed, name: str, a: int, b: int) -> bool:
    """Whether a phrase of the list stands between tokens `a` and `b`."""
    table = talk_phrases(name)
    return any(table.match(p.low, k) for k in range(a, min(b, len(p.low))))


_MANY = re.compile(
    r"\b(?:APEC|Apec|ASEAN|Asean|G7|G20|G-7|G-20|BRICS|NATO|Cooperation|Nations|Davos|leaders|regional"
    r"|climate|Quad|IMF|Monetary|World Bank|OECD|WTO|Mercosur|CARICOM|annual)\b"
)


def of_many(text: str) -> bool:
    """Whether a conference of many governments is named: the occasion, not the talks."""
    return bool(_MANY.search(text))


def by_wire(p: Parsed, a: int, b: int) -> bool:
    """Whether those between tokens `a` and `b` talk at a distance."""
    return any_phrase(p, "wire", a, b)


def governing(p: Parsed, g: VerbGroup) -> VerbGroup | None:
    """The verb before `g` on which an infinitive or a gerund hangs."""
    before = [x for x in p.groups if x.v < g.i]
    return before[-1] if before else None


def kind_of(p: Parsed, d: Document, people: list[Mention], what: str, words: list[str]) -> str:
    """Call, summit or meeting, by the noun and by who takes part."""
    if what == "call" or CALL_WORDS & set(words):
        return "call"
    leaders = {code for m in people if m.leader for code in m.codes}
    both = any(m.kind == "group" and (m.leader or _two_leaders(d, m)) for m in people)
    words_of = [set(p.low[m.i : m.j]) & talk_words("counterparts") for m in people]
    facing = leaders and any(words_of)  # a leader's counterpart is a leader
    if what == "summit" or len(leaders) >= 2 or both or facing:
        return "summit"
    return "meeting"


def _two_leaders(d: Document, m: Mention) -> bool:
    """Whether "the two men" are heads of government, by who was named last."""
    if m.name.lower() not in talk_words("two_people") or d.last_person is None:
        return False
    pair = Mention(m.i, m.j, "group", m.codes, m.name, leader=True)
    return d.last_person.leader and d.last_person.name in d.leaders(m.codes, [pair])


def names_of(people: list[Mention]) -> list[str]:
    return list(dict.fromkeys(m.name for m in people if m.kind == "person"))


def talk_object(p: Parsed, g: VerbGroup) -> Head | None:
    for t in p.talks:
        if g.j <= t.i <= g.j + 9 and not any(x.v > g.v and x.v < t.i for x in p.groups):
            return t
    return None


def direct_talk(p: Parsed, g: VerbGroup) -> Head | None:
    """The talks that are the verb's object ("held talks"), not its occasion ("met at talks")."""
    head = talk_object(p, g)
    if head is None or PREPOSITIONS & set(p.low[g.j : head.i]):
        return None
    return head


def place_of(p: Parsed, d: Document, a: int, b: int, actor: tuple[str, ...]) -> str | None:
    """The place after "in" or "at": a place of the gazetteer, else a name that no list holds."""
    for m in p.mentions:
        if not a <= m.i < max(b, a):
            continue
        if m.kind not in ("city", "capital", "country") or (
            m.kind == "country" and m.codes == ("EU",)
        ):
            continue
        before = p.low[m.i - 1] if m.i else ""
        if before == "the" and m.i > 1:
            before = p.low[m.i - 2]
        if before in ("in", "at"):
            return m.name
    return _venue(p, a, b)


def _venue(p: Parsed, a: int, b: int) -> str | None:
    """ "at the White House", "in Ipiales": capitals after "in" or "at", no person and no day."""
    for k in range(a, min(b, len(p.low)) - 1):
        if p.low[k] not in ("in", "at") or any(i <= k + 1 < j for i, j, _ in p.dates):
            continue
        i = k + 2 if p.low[k + 1] == "the" and k + 2 < len(p.low) else k + 1
        j = i
        while j < len(p.words) and (p.words[j][:1].isupper() or p.low[j] == "-"):
            j += 1
        if j == i or len(p.words[i]) < 3 or p.words[i].isupper():
            continue
        named = p.mention_at(i)
        house = named is not None and p.low[i : i + 2] == ["white", "house"]
        if (named is None or house) and (house or not any(x <= i < y for x, y, _ in p.dates)):
            return p.text(i, j)
    return None


def set_date(
    p: Parsed,
    d: Document,
    draft: Draft,
    groups: list[VerbGroup],
    right: int,
    extra: list[int] | None = None,
) -> None:
    if extra is None:
        extra = []
    dates = dates_of(p, groups)
    for i, _, e in p.dates:
        if i in extra and (i, e) not in dates:
            dates.append((i, e))
    first = min(dates, key=lambda item: item[0])[0] if dates else 0
    for i, e in sorted(dates, key=lambda item: item[0] - first):
        if (
            e.lead == "since"
            or e.rule == "length"
            or (e.rule in ("unit", "part_of") and "year" in e.text and e.text[0] in "tT")
        ):
            continue
        verb = owner(p, i) or (groups[0] if groups else None)
        if groups and groups[0] not in p.groups:
            verb = groups[0]  # "was in Rome on Monday to see X": the stay's day
        ahead = (
            None
            if verb is None or e.lead == "for"  # "pencilled in for 4 March"
            else looks_ahead(p, verb)
            if verb.tense == "infinitive"
            else verb.tense in AHEAD
            or (verb.tense == "present" and verb.verb.lemma not in ("say",))
        )
        value = e.on(_earlier_day(p, d, i, e) or said_on(p, d, i), ahead)
        if value is None:
            continue
        if draft.date is None or _finer(value, draft.date):
            draft.date = value


def _earlier_day(p: Parsed, d: Document, i: int, e: Expression) -> date | None:
    """ "said on Tuesday that they had met a day earlier": from the day the sentence named."""
    if not e.text.endswith(("earlier", "before", "later")):
        return None
    for k, _, other in reversed(p.dates):
        if k < i and other.rule in ("weekday", "day", "rel_day"):
            return day_of(other.on(d.published, False))
    return None


def _finer(new: str, old: str) -> bool:
    """A single day tells more than the week or month that holds it."""
    return ("/" in old or len(old) < 10) and "/" not in new and len(new) == 10


def stretch(p: Parsed, draft: Draft, g: VerbGroup | None) -> None:
    """ "from Thursday for four days of talks": the interval."""
    if draft.date is None or len(draft.date) != 10:
        return
    if g is not None and g.verb.lemma in talk_words("ending"):
        return
    for i, j, e in p.dates:
        ahead_of_talks = any(0 <= t.i - j <= 3 for t in p.talks)
        if e.rule == "length" and e.span and 1 < e.span <= 10 and ahead_of_talks:
            first = day_of(draft.date)
            before = {"in", "after", "spent", "past"} & set(p.low[max(0, i - 2) : i])
            if first and not before:
                last = first + timedelta(days=e.span - 1)
                draft.date = f"{first.isoformat()}/{last.isoformat()}"
            return


def set_certainty(p: Parsed, draft: Draft, g: VerbGroup) -> None:
    """Denied, open, by hearsay, or as stated."""
    n = len(p.low)
    k = p.groups.index(g) if g in p.groups else 0
    denied = k and p.groups[k - 1].negated and g.tense == "infinitive"
    here = any_phrase(p, "denied_here", max(0, g.i - 12), p.clause_end(g.j))
    if g.negated or denied or here or any_phrase(p, "denied", 0, n):
        draft.certainty = "negated"
        return
    if draft.certainty != "stated":
        return
    if g.tense == "may" or (g.tense == "would" and "if" in p.low) or any_phrase(p, "open", 0, n):
        draft.certainty = "hypothetical"
    elif talk_words("rumoured") & set(p.low):
        draft.certainty = "reported"
