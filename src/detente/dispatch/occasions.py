"""The day words were said: told of the words themselves, or of the occasion they were said on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

from .context import Document
from .dates import Expression
from .draft import Draft, day_of, is_past, old, owner, resolve, said_on
from .grammar import CONJUNCTIONS, PREPOSITIONS, Mention, Parsed, VerbGroup
from .lexicon import Phrases, yaml_data
from .speech import Utterance, speech_words

_ONE_DAY = ("weekday", "day", "day_in", "rel_day", "weekday_week", "iso", "ago", "near_day")
_FINITE = ("past", "perfect", "pluperfect")
_PLAIN = ("", "on", "in", "at", "during", "over")
_NEVER = ("length", "year", "part", "within", "in_n")


@dataclass(frozen=True)
class Scene:
    """What somebody did on a day told: their words in the next lines belong to it."""

    sentence: int
    paragraph: int
    day: date
    codes: tuple[str, ...]
    person: bool


def set_day(p: Parsed, d: Document, u: Utterance, draft: Draft) -> None:
    """Date the words `u`: the day told here, else the speaker's, else that of the occasion."""
    value = _told_here(p, d, u)
    if value:
        draft.date = value
        day = day_of(value) if len(value) == 10 else None
        if day:
            d.said[u.speaker.name] = day
    elif draft.kind == "statement":
        day = _of_scene(p, d, u) or d.said.get(u.speaker.name) or _of_occasion(p, d)
        draft.date = day.isoformat() if day else None


def _of_named(p: Parsed, d: Document, i: int, j: int, e: Expression) -> str | None:
    """ "said after Monday's meeting": the day of the occasion the words were said at."""
    after = p.low[j : j + 3]
    named = e.lead in ("after", "at", "during", "in", "following") or p.low[i - 1] in _OPENING
    if e.rule not in _ONE_DAY or after[:1] != ["'s"] or not named:
        return None
    heads = {k for h in (*p.talks, *p.deals) for k in range(h.i, h.j)}
    noun = heads & {j + 1, j + 2} or set(after) & speech_words("gatherings")
    return e.on(said_on(p, d, i), False) if noun else None


_OPENING = frozenset(["following", "opening", "closing", "concluding", "at", "after", "during"])


def _told_here(p: Parsed, d: Document, u: Utterance) -> str | None:
    """The date in the speaker's own clause, or in a clause that tells what the speaker did."""
    near: str | None = None
    for i, j, e in p.dates:
        if p.quoted[i] >= 0 or u.verb is None or e.rule in _NEVER:
            continue
        near = near or _of_named(p, d, i, j, e)
        if e.lead not in _PLAIN:
            continue
        verb = owner(p, i)
        own = verb is u.verb and u.verb.tense != "present" and _adverbial(p, j, e, u.verb)
        if not own and not (e.rule in _ONE_DAY and _on_the_way(p, d, u, verb, i, j)):
            continue
        value = e.on(said_on(p, d, i), False)
        if value is None or (not is_past(value, d) and e.rule != "unit"):
            continue
        if own and len(value) == 10:
            return value
        near = near or value
    return near


def _adverbial(p: Parsed, j: int, e: Expression, verb: VerbGroup) -> bool:
    """Whether a stretch of time tells when, and is no part of a noun ("last year's ban")."""
    if e.rule in _ONE_DAY:
        return True
    after = p.low[j] if j < len(p.low) else "."
    if after in PREPOSITIONS | CONJUNCTIONS | {"that"} or verb.i == j:
        return True
    if verb.i > j and any(m.i in (j, j + 1) and not m.poss for m in p.mentions):
        return True  # "last month Beijing accused"
    return not after[0].isalnum() and after != "'s"


def _on_the_way(
    p: Parsed, d: Document, u: Utterance, verb: VerbGroup | None, i: int, j: int
) -> bool:
    """ "Speaking on Friday, X said", "met Y on Friday and told him", "in a letter of Friday"."""
    g = u.verb
    if verb is None or g is None or verb is g:
        return False
    if verb.tense in ("participle", "past") and _given_out(p, verb):
        return True  # "in a statement issued on Monday"
    if i > g.v:
        return False
    between = [x for x in p.groups if i < x.v < g.v and p.quoted[x.v] < 0]
    if verb.tense in ("ing", "participle"):
        fronted = verb.i <= 1 or p.low[verb.i - 1] in (",", "(") or verb.v > i
        return fronted and not [x for x in between if x is not verb and x.tense in _FINITE]
    if verb.tense not in _FINITE or p.quoted[verb.v] >= 0 or (verb.relative and not _meets(verb)):
        return False
    who = resolve(p, d, p.subject(verb)) if isinstance(p.subject(verb), Mention) else None
    same = who is not None and who.name == u.speaker.name
    return (same or (g.relative and _meets(verb))) and not _subordinate(p, verb)


def _given_out(p: Parsed, verb: VerbGroup) -> bool:
    """Whether the verb tells how the words came out: "a letter sent", "a video posted"."""
    return bool(speech_words("vehicles") & set(p.low[max(0, verb.i - 2) : verb.i]))


def _meets(g: VerbGroup) -> bool:
    return g.isa("meet", "encounter")


def _subordinate(p: Parsed, g: VerbGroup) -> bool:
    """Whether a conjunction of time or cause opens the verb's clause."""
    opened = {"after", "since", "because", "before", "until", "if", "although", "though"}
    return bool(opened & set(p.low[max(0, g.i - 6) : g.i]))


# --- the occasion -----------------------------------------------------------------------------


def note_scene(p: Parsed, d: Document, number: int, facts: list[Draft]) -> None:
    """Remember who did something on a day that this sentence tells."""
    for i, _, e in p.dates:
        if p.quoted[i] >= 0 or e.rule not in _ONE_DAY or e.lead not in ("", "on"):
            continue
        verb = owner(p, i)
        if verb is None or verb.relative or p.quoted[verb.v] >= 0:
            continue
        if verb.tense not in _FINITE and not (verb.tense == "would" and verb.negated):
            continue
        day = day_of(e.on(said_on(p, d, i), False))
        who = p.subject(verb)
        who = resolve(p, d, who) if isinstance(who, Mention) else None
        if day is None or who is None or not who.codes or _subordinate(p, verb):
            continue
        d.scenes[who.name] = Scene(
            number, p.sentence.paragraph, day, who.codes, who.kind in ("person", "official")
        )
    for fact in facts:
        day = day_of(fact.date) if fact.date and len(fact.date) == 10 else None
        if fact.status == "held" and day is not None:
            for name in fact.participants:
                d.scenes[name] = Scene(number, p.sentence.paragraph, day, (), True)


def _of_scene(p: Parsed, d: Document, u: Utterance) -> date | None:
    """The day of what the speaker, or the speaker's office, did in the lines before."""
    if u.verb is not None and (u.verb.tense == "pluperfect" or _EARLIER & set(p.low)):
        return None
    here = p.sentence.paragraph
    own = d.scenes.get(u.speaker.name)
    if own is not None and d.sentence - own.sentence <= 2 and own.paragraph == here:
        return own.day
    if u.speaker.kind != "person":
        return None
    for (
        scene
    ) in d.scenes.values():  # "The ministry would not confirm it on Friday. Its spokeswoman"
        office = scene.codes == u.speaker.codes and not scene.person
        if office and d.sentence - scene.sentence == 1 and scene.paragraph == here:
            return scene.day
    return None


_EARLIER = frozenset(["beforehand", "earlier", "previously", "before"])


@cache
def _occasions() -> Phrases:
    found = Phrases()
    for phrase in yaml_data("speech.yaml")["occasions"]:
        found.add(phrase, phrase)
    return found


def _of_occasion(p: Parsed, d: Document) -> date | None:
    """The day of what the words were said at ("at the ceremony"), told here or just before."""
    table = _occasions()
    if not any(table.match(p.low, k) for k in range(len(p.low)) if p.quoted[k] < 0):
        return None
    for i, _, e in p.dates:
        verb = owner(p, i)
        if verb is not None and verb.tense == "past" and e.rule in ("weekday", "day"):
            return day_of(e.on(said_on(p, d, i), False))
    day = d.occasion
    return day if day and not old(day.isoformat(), d) else None
