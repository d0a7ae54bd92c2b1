"""Statements: which acts of speech take an attitude, and of what kind."""

from __future__ import annotations

from .addressee import about_nobody, kin, target_of
from .attitude import hits, verb_signs
from .context import Document
from .draft import Draft, evidence
from .grammar import DETERMINERS, Mention, Parsed, VerbGroup
from .lexicon import names
from .occasions import set_day
from .predicates import AVERTING
from .speech import Utterance, speech_words, utterances


def read_statements(p: Parsed, d: Document, facts: list[Draft], memory: list[Draft]) -> list[Draft]:
    """The statements of one sentence; `facts` are its other events, `memory` those before."""
    found: list[Draft] = []
    acts = utterances(p, d)
    if _headline(p, d):  # the text below tells it again
        return []
    for u in acts:
        if any(f.kind in ("threat", "commitment") and _same_words(p, u, f) for f in facts):
            continue
        draft = _statement(p, d, u, facts, memory)
        if draft is not None:
            found.append(draft)
    return found


def _headline(p: Parsed, d: Document) -> bool:
    """A first line without a full stop."""
    first = bool(p.low) and p.sentence.start < 200 and p.low[-1].isalnum()
    return first and d.text[p.sentence.end :][:1] == "\n"


def _same_words(p: Parsed, u: Utterance, fact: Draft) -> bool:
    """Whether the words of `u` are those of a threat or promise already read."""
    start, end = p.at[u.i][0], p.at[u.j - 1][1]
    inside = any(a < end and start < b for a, b in fact.spans) and fact.actor == u.speaker.codes
    if fact.kind == "commitment":
        return inside and u.lemma in ("assure", "vow", "promise", "pledge", "volunteer")
    return inside or fact.speaker == u.speaker.name


def _statement(
    p: Parsed, d: Document, u: Utterance, facts: list[Draft], memory: list[Draft]
) -> Draft | None:
    stance = _stance(p, u, facts)
    threat = u.lemma == "threaten"
    if stance is None and not threat:
        return None
    draft = Draft("statement", u.speaker.codes[:1], speaker=u.speaker.name, stance=stance)
    if u.speaker.kind == "group":
        draft.actor = u.speaker.codes
    if threat:
        draft.kind, draft.status, draft.stance = "threat", "threatened", "escalatory"
        if p.measures and p.measures[0].what == "tariff":
            draft.instrument = "tariff"
    draft.target, draft.guessed_target = target_of(p, d, u, draft.stance or "", memory)
    set_day(p, d, u, draft)
    if draft.kind == "threat":
        _withdrawn(p, d, draft, u.verb)
    draft.spans = _spans(p, u)
    return draft


def _stance(p: Parsed, u: Utterance, facts: list[Draft]) -> str | None:
    """The attitude of the words; None where they take none or only announce another event."""
    g, lemma = u.verb, u.lemma
    if lemma in speech_words("answering") and not u.quoted and not _in_words(p, u):
        return None
    sign = verb_signs().get(lemma)
    if g is not None and g.negated:
        sign = 0 if sign is not None else None
    spoken = [k for k in range(u.i, u.j) if not u.speaker.i <= k < u.speaker.j]
    weights = hits([p.low[k] for k in spoken if not (g and k == g.v)])
    total = sum(weights) + 3 * (sign or 0)
    heat = sum(abs(w) for w in weights)
    heated = heat >= (2 if sign is None else 1) or bool(sign)
    stance = "conciliatory" if total > 0 else "escalatory" if total < 0 else "neutral"
    mild = abs(total) < 2 and not sign
    if stance == "neutral" and sign:
        stance = "conciliatory" if sign > 0 else "escalatory"
    if lemma in _PRESSING and total > -2:
        stance = "escalatory" if total <= 0 else "conciliatory"
    words = [k for k in range(u.i, u.j) if p.quoted[k] >= 0 and p.low[k].isalpha()]
    if lemma in speech_words("only_quoted") and len(words) < 3:
        return None
    if len(words) >= (1 if heated else 2):
        told = _told(p, facts, words[0], words[-1] + 1)
        return None if mild and told else stance
    told = _told(p, facts, u.i, u.j) and not (heated and _heated_beside(p, u, facts))
    if sign is None:
        told = told or not (heated or _denies_aim(p, u) or _of_another(p, u))
        return None if told else stance
    if g is None or _only_happened(p, u, facts) or _only_meant(p, g) or _bare(p, u, g):
        return None
    if lemma in ("insist", "urge", "call on") or _judges(p, g):
        return stance
    return stance if heated and not (mild and told) else None


_PRESSING = ("urge", "call on", "exhort", "implore", "press")


def _told(p: Parsed, facts: list[Draft], i: int, j: int) -> bool:
    """Whether tokens `i` up to `j` tell another event."""
    start, end = p.at[i][0], p.at[j - 1][1]
    return any(a < end and b > start for f in facts if f.kind != "statement" for a, b in f.spans)


def _heated_beside(p: Parsed, u: Utterance, facts: list[Draft]) -> bool:
    """Whether the words of attitude stand outside what tells the other events."""
    told = [span for f in facts if f.kind != "statement" for span in f.spans]
    beside = [
        k for k in range(u.i, u.j)
        if not any(a <= p.at[k][0] < b for a, b in told) and not u.speaker.i <= k < u.speaker.j
        and not (u.verb and k == u.verb.v)
    ]  # fmt: skip
    return sum(abs(w) for w in hits([p.low[k] for k in beside])) >= 2


def _in_words(p: Parsed, u: Utterance) -> bool:
    """Whether an answer is told in words ("responded that"), not by a deed alone."""
    return u.verb is not None and (u.i < u.verb.i or "that" in p.low[u.verb.j : u.verb.j + 8])


def _of_another(p: Parsed, u: Utterance) -> bool:
    """ "said that Beijing was trying to": what is told is another side's conduct."""
    if u.verb is None:
        return False
    for g in p.groups:
        if u.verb.j <= g.i < u.j and g.tense in _TOLD:
            who = p.subject(g)
            return (
                isinstance(who, Mention)
                and who.kind in ("country", "capital", "government", "person")
                and bool(who.codes)
                and not set(who.codes) & kin(u.speaker.codes)
                and who.i >= u.verb.j
            )
    return False


_TOLD = ("past", "perfect", "pluperfect", "present", "should")


def _denies_aim(p: Parsed, u: Utterance) -> bool:
    words = set(p.low[u.i : u.j])
    return about_nobody(words) and bool({"not", "n't", "no"} & words)


def _judges(p: Parsed, g: VerbGroup) -> bool:
    """ "called the ban indefensible", "described it as unjust": somebody's act is given a name."""
    if g.verb.lemma not in _NAMING | speech_words("judging") or g.j + 1 >= len(p.low):
        return False
    if p.low[g.j] in ("it", "them", "this", "that") or g.passive:
        return True
    heads = {k for h in (*p.measures, *p.deals) for k in range(h.i, h.j)}
    acts = [k for k in range(g.j, min(g.j + 6, len(p.low))) if k in heads or p.low[k] in _ACTS]
    if acts and g.verb.lemma in speech_words("judging"):
        return True
    return (
        bool(acts)
        and p.low[g.j] in DETERMINERS - {"a", "an"}
        and acts[0] + 1 < len(p.low)
        and (p.low[acts[0] + 1] not in (",", ".", ";"))
    )


_NAMING = frozenset(["call", "describe", "label", "dub", "term", "brand", "characterise",
                     "characterize", "portray", "depict"])  # fmt: skip
_ACTS = speech_words("acts")


def _only_happened(p: Parsed, u: Utterance, facts: list[Draft]) -> bool:
    """ "called a rally", "called for talks", "rejected the appeal": an act, no attitude."""
    g, lemma = u.verb, u.lemma
    if lemma == "call" and g is not None:
        return p.low[g.j : g.j + 1] in (["a"], ["an"]) or any(g.j <= t.i < u.j for t in p.talks)
    return lemma in ("reject", "dismiss") and any(f.kind == "ruling" for f in facts)


def _withdrawn(p: Parsed, d: Document, draft: Draft, g: VerbGroup | None) -> None:
    """ "averts the tariffs that X had threatened to impose from Monday": with day and rate."""
    if g is None or g.tense != "pluperfect" or not AVERTING & set(p.low):
        return
    draft.status, draft.stance = "withdrawn", "conciliatory"
    rates = [x for x in p.percents if 0 < g.i - x.j <= 8]
    if rates:
        draft.rate, draft.instrument = rates[-1].value, "tariff"
    for i, _, e in p.dates:
        if i > g.v and e.lead in ("from", "on", ""):
            draft.date = draft.date or e.on(d.published, True)


def _spans(p: Parsed, u: Utterance) -> list[tuple[int, int]]:
    """The first run of quoted words with the verb, else the whole clause."""
    inside = [k for k in range(u.i, u.j) if p.quoted[k] >= 0]
    if inside and u.verb is not None:
        end = inside[0] + 1
        while end < u.j and p.quoted[end] >= 0:
            end += 1
        spans = [evidence(p, inside[0], end)]
        g = u.verb
        if not inside[0] <= g.v < end:
            first = min(g.i, u.speaker.i) if u.speaker in p.mentions else g.i
            spans.append(evidence(p, first, g.j))
        return spans
    end = u.j
    while end > u.i + 1 and p.low[end - 1] in (".", ","):
        end -= 1
    return [evidence(p, u.i, end)]


def _only_meant(p: Parsed, g: VerbGroup) -> bool:
    """ "hopes to follow", "had vowed to impose": an intention, no words."""
    intends = g.verb.lemma == "hope" or (
        g.verb.lemma in ("vow", "threaten", "demand") and g.tense == "pluperfect"
    )
    quoted = any(p.quoted[k] >= 0 for k in range(g.j, min(g.j + 6, len(p.low))))
    return intends and "to" in p.low[g.j : g.j + 2] and not quoted


def _bare(p: Parsed, u: Utterance, g: VerbGroup) -> bool:
    """ "the access it demanded", "as she had hoped": nothing is said of what was said."""
    after = [word for word in p.low[g.j : u.j] if word.isalpha()]
    return not after and u.i >= g.i and not u.quoted


def same_statement(a: Draft, b: Draft) -> bool:
    """Whether `b` goes on with statement `a`: one voice and one attitude, within two sentences."""
    near = b.sentence - a.last
    one_voice = a.speaker == b.speaker or (
        a.actor == b.actor and near <= 1 and (is_side(a.speaker) or is_side(b.speaker))
    )
    one_day = a.date == b.date or a.date is None or b.date is None
    one_mind = a.stance == b.stance or "neutral" in (a.stance, b.stance)
    return one_voice and one_mind and one_day and near <= 2


def is_side(name: str | None) -> bool:
    """Whether a speaker is named by country or capital only ("China protested")."""
    words = (name or "").split()
    hit = names().match(words, 0) if words else None
    return bool(hit and hit[0] == len(words) and hit[1].kind in ("country", "capital"))
