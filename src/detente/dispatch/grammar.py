"""A sentence as the rules see it: words, sides and people named, measures, talks, verb groups.

This is shallow: no parser is trained or loaded. Verb groups carry tense, voice and negation; a
subject is the nearest named side before the verb that stands in no prepositional phrase.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from .dates import Expression
from .lexicon import Verb, word_set
from .tokens import Sentence

PREPOSITIONS = word_set("prepositions")


BE = word_set("be")


HAVE = frozenset(["has", "have", "had", "having", "'ve"])


MODALS = {
    "will": "future",
    "shall": "future",
    "'ll": "future",
    "would": "would",
    "could": "may",
    "may": "may",
    "might": "may",
    "should": "should",
    "can": "may",
    "must": "should",
}


NOT = frozenset(["not", "never", "n't", "no", "cannot", "neither", "nor"])


ADVERBS = word_set("adverb")


# "set to", "due to", "expected to" ...: the verb after them lies ahead
AHEAD_WORDS = word_set("ahead")


THIRD_PERSON = word_set("third")


_DECISIONS = word_set("decisions")


EXPECTING = word_set("expecting")


CONJUNCTIONS = frozenset(["after", "before", "as", "since", "until", "than", "like"])


DETERMINERS = word_set("determiners")


_SMALL_WORDS = word_set("small_words")


LOOSE = ("ing", "infinitive", "participle")  # verbs without a subject of their own


_RELATIVES = frozenset(["who", "which", "whose", "whom", "where"])


_GERUND_AFTER = frozenset([",", "while", "when", "after", "before", "by", "without", "upon", "on"])


@dataclass
class Mention:
    """Tokens `i` up to `j` that name a side or a person. `codes` may be empty (unknown)."""

    i: int
    j: int
    kind: str
    codes: tuple[str, ...]
    name: str
    leader: bool = False
    role: str = ""
    poss: bool = False
    official: bool = False  # a government acts in it (not goods, not a place)
    former: bool = False  # out of office
    usual: bool = False  # the side is only that of the office's best known holder


@dataclass
class Head:
    """The head noun of a measure, of talks or of a deal; tokens `i` up to `j`."""

    i: int
    j: int
    what: str  # instrument; call, meeting, summit; deal; court
    text: str


@dataclass
class Percent:
    i: int
    j: int
    value: float
    points: bool = False


@dataclass
class VerbGroup:
    """`i` is the first auxiliary, `v` the verb, `j` the end. `tense`: past, perfect, pluperfect,
    present, future, would, may, should, infinitive, ing, participle (a bare past participle)."""

    i: int
    v: int
    j: int
    verb: Verb
    tense: str
    passive: bool = False
    negated: bool = False
    relative: bool = False

    def isa(self, *classes: str) -> bool:
        return any(name in self.verb.classes for name in classes)


@dataclass
class Parsed:
    sentence: Sentence
    words: list[str]
    low: list[str]
    at: list[tuple[int, int]]  # absolute offsets of each token
    quoted: list[int]  # number of the quotation a token stands in, -1 outside
    mentions: list[Mention] = field(default_factory=list)
    measures: list[Head] = field(default_factory=list)
    talks: list[Head] = field(default_factory=list)
    deals: list[Head] = field(default_factory=list)
    courts: list[Head] = field(default_factory=list)
    percents: list[Percent] = field(default_factory=list)
    groups: list[VerbGroup] = field(default_factory=list)
    dates: list[tuple[int, int, Expression]] = field(default_factory=list)  # token span

    def text(self, i: int, j: int) -> str:
        """The words of tokens `i` up to `j`, exactly as written."""
        start, end = self.at[i][0], self.at[max(i, j - 1)][1]
        return self.sentence.text[start - self.sentence.start : end - self.sentence.start]

    def in_pp(self, mention: Mention) -> bool:
        """Whether the mention stands in a prepositional phrase, alone or in a list."""
        i = mention.i
        while i > 0 and (
            self.low[i - 1]
            in (
                "the",
                "a",
                "its",
                "his",
                "her",
                "their",
                "both",
                "mr",
                "president",
                "then",
                "-",
                "neighbouring",
            )
            or self.low[i - 1] in _SMALL_WORDS
            or self.low[i - 1].isdigit()
        ):
            i -= 1
        if i == 0:
            return False
        before = self.low[i - 1]
        if before in CONJUNCTIONS:
            end = self._list_end(mention)
            if any(
                g.i - 2 <= end <= g.i for g in self.groups if g.tense not in ("ing", "participle")
            ):
                return False
        if before in PREPOSITIONS:
            return True
        nxt = self.low[mention.j] if mention.j < len(self.low) else ""
        if before == "," and nxt not in (",", "and", "or"):
            return False  # "In Brussels, the Commission said"
        if before == "," and i > 1 and any(m.i <= 1 and m.j == i - 1 for m in self.mentions):
            return False
        if before in ("and", ",", "or", "&", "-", "–"):
            earlier = [m for m in self.mentions if m.j <= i - 1 and m.j >= i - 2]
            kinds = {m.kind for m in (mention, *earlier[-1:])} - {"official"}
            if before == "," and "person" in kinds and len(kinds) == 2:
                return False  # "the ministers of the two countries, A and B, met"
            if earlier:
                return self.in_pp(earlier[-1])
        return False

    def _list_end(self, mention: Mention) -> int:
        """Where "A and President B" ends that begins with `mention`."""
        end = mention.j
        for m in self.mentions:
            gap = self.low[end : m.i]
            if m.i >= end and gap and len(gap) <= 3 and gap[0] in ("and", ",", "&"):
                end = m.j
        return end

    def subject(self, group: VerbGroup, depth: int = 0) -> Mention | Head | None:
        """Who or what does what `group` says (or has it done to it, in the passive)."""
        k = group.i
        while k > 1 and (self.low[k - 1] in ADVERBS or self.low[k - 1].endswith("ly")):
            k -= 1
        if k > 0 and self.low[k - 1] in ("which", "who", "that") and depth < 6:
            found = self._before(k - 1, nearest=True)
            heads = [h for h in (*self.measures, *self.deals) if 0 <= k - 1 - h.j <= 8]
            if heads and group.isa("effect", "expire") and not any(
                heads[-1].j <= g.i < k - 1 for g in self.groups
            ):  # fmt: skip
                return heads[-1]  # "tariffs on European steel, which took effect"
            if found is not None and found.j >= k - 2:
                return found
            earlier = [g for g in self.groups if g.j <= k - 1 and not g.relative]
            if earlier:  # "signed an order that raises": by whoever signed
                return self.subject(earlier[-1], depth + 1)
            if found is not None and self.low[k - 1] != "that":
                return found
        main = self._main_clause(group, k)
        if main is not None and depth < 6:
            return self.subject(main, depth + 1)
        apart = self.set_apart(k)
        if apart is not None:
            return apart
        carried = group.tense in ("ing", "infinitive")
        if group.tense == "infinitive" and self.low[group.i - 1] in _DECISIONS:
            near = [m for m in self.mentions if group.i - 4 <= m.j <= group.i - 1 and m.codes]
            if near:  # "the American decision to pause tariffs"
                return near[-1]
        passed: VerbGroup | None = None
        lower = 0
        for other in reversed(self.groups):
            if other.v >= group.i:
                continue
            if other.relative:
                continue
            passed, lower = other, other.j
            break
        found = None
        if (
            passed is not None
            and depth < 6
            and not carried
            and (self.low[group.i - 1] in ("and", "but", "then", "yet"))
        ):
            return self.subject(passed, depth + 1)
        if not (carried and group.tense == "infinitive"):
            found = self._before(k, lower=lower, quote=self.quoted[group.i])
        if isinstance(found, Mention) and not carried:
            found = self._modified(found, group) or found
        if found is not None and not (carried and passed is not None and found.j > passed.j
                                      and isinstance(found, Head)):  # fmt: skip
            return found
        if passed is not None and depth < 6:
            between = self.low[lower : group.i]
            if "that" in between and not carried and len(between) > 2:
                return None
            return self.subject(passed, depth + 1)
        return None

    def _main_clause(self, group: VerbGroup, k: int) -> VerbGroup | None:
        """The verb of the clause on which a gerund hangs: "X took Y to task, saying that"."""
        if group.tense != "ing" or (k > 0 and self.low[k - 1] not in _GERUND_AFTER):
            return None
        finite = [g for g in self.groups if g.tense not in LOOSE and not g.relative
                  and self.quoted[g.v] == self.quoted[group.v]]  # fmt: skip
        before = [g for g in finite if g.j <= k]
        if group.isa("say"):  # "X said that Y was cheating, adding that"
            before = [g for g in before if g.isa("say")] or before
        after = [g for g in finite if g.i > group.v]
        return before[-1] if before else after[0] if after and k <= 2 else None

    def set_apart(self, k: int) -> Mention | Head | None:
        """The subject parted from its verb by something between commas: "X, who met Y, said"."""
        if k < 3 or self.low[k - 1] != ",":
            return None
        for x in (*self.mentions, *self.measures, *self.deals, *self.talks):
            if x.j >= k - 1 or self.low[x.j] != "," or self.quoted[x.i] != self.quoted[k - 1]:
                continue
            opener = self.low[x.j + 1]
            loose = any(g.i == x.j + 1 and g.tense in LOOSE for g in self.groups)
            if not (loose or opener in _RELATIVES or opener in PREPOSITIONS):
                continue
            within = [g for g in self.groups if x.j < g.i < k and g.tense not in LOOSE]
            if any(self.low[g.i - 1] == "," for g in within):
                continue
            if len(within) > (opener in _RELATIVES or opener in CONJUNCTIONS):
                continue
            if isinstance(x, Head) and self._head_in_pp(x):
                continue
            if isinstance(x, Mention) and (not self._can_act(x) or self._is_object(x)):
                continue
            return x
        return None

    def _is_object(self, m: Mention) -> bool:
        i = m.i
        while i > 0 and self.low[i - 1] in DETERMINERS:
            i -= 1
        return any(g.j == i for g in self.groups)

    def _modified(self, found: Mention, group: VerbGroup) -> Head | None:
        """The measure in "a tariff on goods entering the United States took effect"."""
        inner = [
            g for g in self.groups
            if g.tense == "ing" and g.j <= found.i <= g.j + 2 and self.low[g.i - 1] != ","
        ]  # fmt: skip
        heads = [h for h in self.measures if inner and h.j <= inner[-1].i]
        if not heads or not group.isa("effect", "bite", "expire", "stand", "raise", "lower"):
            return None
        between = [
            g for g in self.groups
            if heads[-1].j <= g.i < group.i and g.tense not in ("ing", "participle")
        ]  # fmt: skip
        return None if between else heads[-1]

    def _before(
        self, k: int, lower: int = 0, nearest: bool = False, quote: int | None = None
    ) -> Mention | Head | None:
        best: Mention | Head | None = None
        for m in self.mentions:
            if quote is not None and self.quoted[m.i] != quote:
                continue  # nobody in a quotation acts outside it
            if (
                lower <= m.i
                and m.j <= k
                and (nearest or self._can_act(m))
                and (best is None or m.i > best.i)
            ):
                best = m
        for h in (*self.measures, *self.deals, *self.talks):
            if quote is not None and self.quoted[h.i] != quote:
                continue
            if (
                lower <= h.i
                and h.j <= k
                and (best is None or h.i > best.i)
                and (nearest or not self._head_in_pp(h))
            ):
                best = h
        return best

    def _head_in_pp(self, head: Head) -> bool:
        i = head.i
        while i > 0 and i > head.i - 6:
            word = self.low[i - 1]
            if word in PREPOSITIONS:
                return True
            if word in (",", "and", ";", "that") or any(g.v == i - 1 for g in self.groups):
                return False
            i -= 1
        return False

    def _can_act(self, m: Mention) -> bool:
        if m.kind == "demonym" and not m.official:
            return False
        if m.poss or m.kind in ("city", "gazette", "place"):
            return False
        return not self.in_pp(m)

    def mention_at(self, i: int) -> Mention | None:
        for m in self.mentions:
            if m.i <= i < m.j:
                return m
        return None

    def clause_end(self, i: int) -> int:
        """Index of the first token after `i` that opens another clause, or the sentence's end."""
        for k in range(i, len(self.words)):
            word = self.low[k]
            if word in (";", "while", "whereas", "although", "though", "but", "because", "after",
                        "before", "unless", "if", "when", "which", "who"):  # fmt: skip
                return k
            if word == "and" and any(
                m.j == k and self.in_pp(m) for m in self.mentions
            ) and any(m.i == k + 1 for m in self.mentions):  # fmt: skip
                continue  # "from Russia and Belarus will rise"
            if word in ("and", ",", "—", "–", ":") and self._new_clause(k + 1):
                return k
            nxt = self.low[k + 1] if k + 1 < len(self.low) else ""
            if word == "," and nxt.endswith("ing") and nxt not in word_set("goods"):
                return k  # "..., saying that"; not ", clothing and toys"
            apposed = self.low[k + 1 : k + 2] in (["a"], ["an"]) and {"that", "which"} & set(
                self.low[k + 2 : k + 5]
            )
            if word == "," and apposed:
                return k  # "..., a step that would hit American growers"
        return len(self.words)

    def _new_clause(self, k: int) -> bool:
        """Whether a finite verb with a subject of its own follows at `k`."""
        ends = [g for g in self.groups if g.i >= k and g.tense not in ("participle", "infinitive")]
        if not ends:
            return False
        g = ends[0]
        if g.i - k > 8:
            return False
        while k < g.i and self.low[k] in ("and", "but"):
            k += 1
        if self.low[k] in ("the", "that", "this", "those", "these") and g.i - k <= 4:
            return True
        if g.i == k:
            return True
        return any(k <= m.i and m.j <= g.i for m in self.mentions) and not any(
            self.low[x] in (",", "and", ";") for x in range(k, g.i)
        )
