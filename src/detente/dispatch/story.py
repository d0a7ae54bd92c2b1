"""A dispatch cut into sentences, their words tagged, and what each leaves for the next to mean."""

from __future__ import annotations

from datetime import date

from .context import Document, dates_by_sentence
from .draft import AHEAD, day_of, note_days_of_speaking, old, owner
from .grammar import Parsed
from .parse import parse
from .titles import drop_usual
from .tokens import Sentence, sentences


def read_sentences(text: str, published: date | None) -> tuple[list[Parsed], Document]:
    """The sentences, and the document that will know what "he", "that day" and "it" mean in them.

    `published` None is taken from the dateline, where it has a year.
    """
    document = Document(text, published)
    if published is None and document.dateline is not None:
        document = Document(text, document.dateline)
    parsed = _parse(text, document)
    for p in parsed:
        note_days_of_speaking(p, document)
        remember(p, document)
    return parsed, document


def _parse(text: str, document: Document) -> list[Parsed]:
    cut = []
    for s in sentences(text):
        if s.start < document.body:
            if s.end <= document.body:
                continue
            skip = document.body - s.start
            s = Sentence(document.body, s.text[skip:], s.paragraph)
        cut.append(s)
    parsed = []
    for s, dates in zip(cut, dates_by_sentence(text, [(s.start, s.end) for s in cut]), strict=True):
        parsed.append(parse(s, document, dates))
    drop_usual(parsed)
    for p in parsed:
        places = [m for m in p.mentions if m.kind in ("capital", "city") and p.low[m.i - 1] == "in"]
        document.count([m for m in p.mentions if m not in places])
    return parsed


def remember(p: Parsed, document: Document) -> None:
    """The grammatical subjects of the sentence: whom "he" and "it" will mean in the next."""
    acting = [m for m in p.mentions if p._can_act(m) and p.quoted[m.i] < 0]
    people = [m for m in acting if m.kind == "person"]
    if people:
        document.last_person = people[0]
    bodies = [
        m for m in acting if m.codes and m.kind not in ("person", "official", "demonym", "group")
    ]
    if bodies:
        document.last_body = bodies[0]
    named = [m for m in acting if m.codes]
    if named:
        document.last = named[0].codes


def day_told(p: Parsed, document: Document) -> None:
    """The day of the sentence's story, from which "a day earlier" in the next is reckoned."""
    for i, _, e in p.dates:
        if not e.anaphoric and p.quoted[i] < 0 and e.rule != "length":
            verb = owner(p, i)
            ahead = verb is not None and (verb.tense in AHEAD or verb.tense == "present")
            document.told = day_of(e.on(document.published, ahead)) or document.told
    for i, _, e in p.dates:
        if e.rule in ("weekday", "day", "rel_day") and p.quoted[i] < 0 and e.text != "today":
            day = day_of(e.on(document.published, False))
            verb = owner(p, i)
            told = e.lead in ("", "on") and verb is not None and verb.tense in ("ing", "participle")
            told = told or (verb is not None and verb.tense in ("past", "perfect", "pluperfect"))
            if day and verb is not None and told:
                document.story_day = day
                if not verb.relative and not old(day.isoformat(), document):
                    document.occasion = day
                return
