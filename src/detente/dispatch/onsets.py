"""The first day of a measure told in a sentence of its own: "Collection starts on 6 January"."""

from __future__ import annotations

from functools import cache

from .context import Document
from .dates import Expression
from .draft import AHEAD, Draft, is_ahead, is_past, owner, said_on
from .grammar import DETERMINERS, Parsed, VerbGroup
from .lexicon import Phrases, word_set, yaml_data

_STATES = ("measure_announced", "measure_in_force", "threat")
_NEVER = ("length", "year", "within")
_PRONOUNS = frozenset(["they", "it", "both", "all", "this", "that"])
_STARTING = frozenset(
    ["start", "begin", "apply", "follow", "commence", "operate", "go", "be", "run"]
)


def read_onset(p: Parsed, d: Document, memory: list[Draft], facts: list[Draft]) -> None:
    """Date the undated measure of the lines before, where this sentence tells when it starts."""
    if any(f.kind.startswith("measure_") for f in facts):
        return
    late = [m for m in memory if m.kind in _STATES and d.sentence - m.sentence <= 2]
    late = [m for m in late if m.date is None and m.actor and m.certainty != "negated"]
    if not late or p.quoted[0] >= 0:
        return
    late = [m for m in late if m.sentence == late[-1].sentence]
    day = _at_once(p, d, late[-1]) or _first_day(p, d)
    if day is None:
        return
    for draft in late:
        draft.date = day
        if draft.kind == "measure_announced" and is_past(day, d):
            draft.kind, draft.status = "measure_in_force", "in_force"
        elif draft.kind == "measure_in_force" and is_ahead(day, d):
            draft.kind, draft.status = "measure_announced", "announced"


def _first_day(p: Parsed, d: Document) -> str | None:
    for g in p.groups:
        starts = g.isa("effect") or g.verb.lemma in _STARTING or _levied(g)
        if not starts or g.negated or p.quoted[g.v] >= 0 or not _points_back(p, g):
            continue
        for i, _, e in p.dates:
            if owner(p, i) is g and i >= g.i and e.rule not in _NEVER and _starting(e):
                ahead = g.tense in AHEAD or g.tense == "present"
                return e.on(said_on(p, d, i), ahead)
    return None


def _levied(g: VerbGroup) -> bool:
    return g.passive and g.isa("impose") and g.tense not in ("ing", "participle")


def _starting(e: Expression) -> bool:
    return e.lead not in ("until", "till", "through", "by", "before", "for", "within", "after")


def _points_back(p: Parsed, g: VerbGroup) -> bool:
    """Whether the subject is what was told before: "the step", "collection", "they"."""
    words = p.low[: g.i]
    while words and words[-1] in ("only", "also", "both", "all", "then", "now", "thus"):
        words = words[:-1]
    if not words or len(words) > 8 or any(x.j <= g.i and x is not g for x in p.groups):
        return False
    if len(words) == 1 and (words[0] in _PRONOUNS or words[0] in word_set("onset_nouns")):
        return True
    nouns = word_set("anaphora") | word_set("onset_nouns")
    pointing = words[0] in DETERMINERS - {"a", "an"} or words[0] in ("these", "those", "both")
    return pointing and bool(nouns & set(words[1:]))


@cache
def _at_once_phrases() -> Phrases:
    found = Phrases()
    for phrase in yaml_data("terms.yaml")["at_once"]:
        found.add(phrase, phrase)
    return found


def at_once(p: Parsed) -> bool:
    """Whether something holds from now on: "with immediate effect", "immediately"."""
    return any(_at_once_phrases().match(p.low, k) for k in range(len(p.low)))


def _at_once(p: Parsed, d: Document, draft: Draft) -> str | None:
    """ "The restriction took effect at once": on the day it was announced, else of the story."""
    if not at_once(p) or p.dates:
        return None
    pointing = p.low[0] in DETERMINERS - {"a", "an"} or p.low[0] in _PRONOUNS
    if not pointing:
        return None
    told = draft.announced_on
    return told or (d.published.isoformat() if d.published else None)


def read_backdating(p: Parsed, d: Document, memory: list[Draft], facts: list[Draft]) -> None:
    """ "The exemption reaches back to 13 November": from that day on, whenever it was decided."""
    table = _backdating()
    for k in range(len(p.low)):
        hit = table.match(p.low, k)
        if hit is None:
            continue
        told = next((e for i, _, e in p.dates if k <= i <= k + hit[0] + 10), None)
        late = [m for m in (*memory, *facts) if m.kind.startswith("measure_") and m.actor]
        value = told.on(d.published, False) if told is not None else None
        if value is None or not late or (d.sentence - late[-1].sentence > 2 and late[-1].sentence):
            return
        fact = late[-1]
        if fact.date and is_past(fact.date, d) and "/" not in fact.date:
            fact.announced_on = fact.announced_on or fact.date
        if not fact.date or "/" not in fact.date:
            fact.date = value
        return


@cache
def _backdating() -> Phrases:
    found = Phrases()
    for phrase in yaml_data("terms.yaml")["backdating"]:
        found.add(phrase, phrase)
    return found


# --- the day of a deal or a ruling, told later ---------------------------------------------------


def read_day(p: Parsed, d: Document, memory: list[Draft], facts: list[Draft]) -> None:
    """ "The award, circulated on Wednesday", "The arrangement was reached on Friday in Geneva"."""
    for kind, name in (("agreement", "deal_days"), ("ruling", "ruling_days")):
        if any(f.kind == kind for f in facts) or p.quoted[0] >= 0:
            continue
        late = [m for m in memory if m.kind == kind and d.sentence - m.sentence <= 3]
        if not late or late[-1].status == "planned":
            continue
        lists = yaml_data("terms.yaml")[name]
        day, starts = _day_of_act(p, d, set(lists["nouns"]), set(lists["verbs"]))
        fact = late[-1]
        if day and starts and kind == "agreement" and is_ahead(day, d):
            fact.announced_on = fact.announced_on or fact.date
            fact.date = day
        elif day and not starts and fact.date is None and is_past(day, d):
            fact.date = day


def _day_of_act(
    p: Parsed, d: Document, nouns: set[str], verbs: set[str]
) -> tuple[str | None, bool]:
    """The day told of the noun that opens the sentence, and whether it takes effect then."""
    opening = p.low[:7]
    first = next((k for k, w in enumerate(opening) if w in nouns), None)
    if first is None:
        if p.low[0] not in ("it", "both"):
            return None, False
        first = 0
    elif not {"the", "this", "that", "its", "their", "a", "an"} & set(opening[: first + 1]):
        return None, False
    for i, _, e in p.dates:
        verb = owner(p, i)
        apposed = 1 < i <= first + 4 and p.low[i - 2] == "," and p.low[i - 1].endswith("ed")
        if apposed and e.lead in ("", "on") and e.rule not in _NEVER:
            return e.on(said_on(p, d, i), False), False  # "The award, circulated on Wednesday,"
        if verb is None or verb.i < first or verb.i - first > 9 or e.rule in _NEVER:
            continue
        if verb.isa("effect") and _starting(e) and not verb.negated:
            return e.on(said_on(p, d, i), verb.tense in AHEAD or verb.tense == "present"), True
        done = verb.tense in ("past", "perfect", "pluperfect", "participle")
        if verb.verb.lemma in verbs and done and e.lead in ("", "on", "in", "early", "late"):
            return e.on(said_on(p, d, i), False), False
    return None, False


# --- one day for two clauses -------------------------------------------------------------------


def share_day(p: Parsed, d: Document, facts: list[Draft]) -> None:
    """ "was in Washington on Friday, when Beijing closed": the day of the clause before holds."""
    reached = [f for f in facts if f.kind == "agreement" and f.status == "announced"]
    done = [*reached, *(f for f in facts if f.status in _DONE)]
    undated = [f for f in done if f.date is None and f.spans]
    for i, j, e in p.dates if undated else ():
        if p.quoted[i] >= 0 or e.rule in _NEVER or e.lead not in ("", "on", "in", "early", "late"):
            continue
        link = next((k for k in range(j, min(j + 8, len(p.low))) if p.low[k] in _LINKS), None)
        verb = owner(p, i)
        if link is None or any(j <= g.v < link for g in p.groups) or p.quoted[link] >= 0:
            continue
        if verb is not None and verb.tense not in ("past", "perfect", "pluperfect", "infinitive"):
            continue
        value = e.on(said_on(p, d, i), False)
        for fact in undated:
            begins = max(start for start, _ in fact.spans)
            if fact.date is None and begins >= p.at[link][0] and value and is_past(value, d):
                fact.date = value


_DONE = ("held", "in_force", "suspended", "revoked")
_LINKS = frozenset(["when", "where", "as"])
