"""Ten thousand random interleavings against a day-by-day replay written independently.

The oracle below shares no code with `detente.record`: it fills arrays of days, one entry per day,
in the order of knowledge, and reads them off.
"""

from __future__ import annotations

import random
from datetime import date, timedelta

from detente.record.model import Act, Component, Effect, Measure, Party, Scope, Stack, Statement
from detente.record.record import Record

START = date(2025, 1, 1)
SPAN = 90  # days of the calendar that the oracle writes out


def day(n: int) -> date:
    return START + timedelta(days=n)


# ------------------------------------------------------------------------------ the oracle


class Days:
    """One component as four lists with a value for every day."""

    def __init__(self) -> None:
        self.force = ["pending"] * SPAN
        self.rate = [None] * SPAN
        self.held = [0.0] * SPAN
        self.begun = False

    def fill(self, values: list, start: int, value) -> None:
        for n in range(max(start, 0), SPAN):
            values[n] = value


def oracle(entries: list[dict], on: int, known: int) -> tuple[str, float, float]:
    """(state, points in force, points suspended) on day `on` by the entries known by `known`."""
    c = Days()
    for e in sorted((e for e in entries if e["known"] <= known), key=lambda e: e["known"]):
        role, start, until = e["role"], e.get("start"), e.get("until")
        if role == "base":
            c.begun = True
            c.fill(c.force, start, "in")
            c.fill(c.rate, start, e["rate"])
            c.fill(c.held, start, 0.0)
            if until is not None:
                c.fill(c.force, until, "expired")
        elif not c.begun:
            continue
        elif role == "modification":
            if c.force[start] != "in":
                c.fill(c.force, start, "in")
            c.fill(c.rate, start, e["rate"])
            if until is not None:
                c.fill(c.force, until, "expired")
        elif role == "suspension":
            c.fill(c.held, start, e["points"])
            if until is not None:
                c.fill(c.held, until, 0.0)
        elif role == "resumption":
            c.fill(c.held, start, 0.0)
        elif role in ("abrogation", "annulment"):
            word = {"abrogation": "revoked", "annulment": "annulled"}[role]
            if c.force[start] == "pending":
                c.fill(c.force, start, "withdrawn")
            elif c.force[start] == "in":
                c.fill(c.force, start, word)
        elif role == "prorogation":
            values, after = (c.held, 0.0) if e["of"] == "suspension" else (c.force, "expired")
            # The end to move: the last change of all, if it is to `after`.
            turns = [n for n in range(1, SPAN) if values[n] != values[n - 1]]
            if not turns or values[turns[-1]] != after or until <= turns[-1]:
                continue
            end = turns[-1]
            for n in range(end, min(until, SPAN)):
                values[n] = values[end - 1]
    if c.force[on] != "in":
        return c.force[on], 0.0, 0.0
    held = min(c.held[on], c.rate[on])
    return "in", c.rate[on] - held, held


# ------------------------------------------------------------------- entries, and the record


def random_entries(rng: random.Random) -> list[dict]:
    roles = ["base", "modification", "modification", "suspension", "suspension", "resumption",
             "abrogation", "annulment", "prorogation", "prorogation"]  # fmt: skip
    out = []
    for _ in range(rng.randint(1, 9)):
        role = rng.choice(roles)
        known, start = rng.randrange(40), rng.randrange(1, 50)
        e = {"role": role, "known": known, "start": start}
        until = start + rng.randrange(1, 30) if rng.random() < 0.5 else None
        if role in ("base", "modification"):
            e |= {"rate": float(rng.choice([0, 5, 10, 25, 34, 84])), "until": until}
        elif role == "suspension":
            e |= {"points": float(rng.choice([5, 10, 24, 1000])), "until": until}
        elif role == "prorogation":
            e |= {"of": rng.choice(["suspension", "measure"]), "until": rng.randrange(2, 85)}
        out.append(e)
    if rng.random() < 0.8:
        out.insert(rng.randrange(len(out) + 1), {"role": "base", "known": 0, "start": 1,
                                                 "rate": 34.0, "until": None})  # fmt: skip
    return out


def effect(e: dict) -> Effect:
    role = e["role"]
    until = None if e.get("until") is None else day(e["until"])
    if role in ("base", "modification"):
        return Effect(role, "m", rate_pct=e["rate"], starts=day(e["start"]), until=until)
    if role == "suspension":
        return Effect(role, "m", suspended_pct=e["points"], starts=day(e["start"]), until=until)
    if role == "prorogation":
        return Effect(role, "m", of=e["of"], until=until)
    return Effect(role, "m", starts=day(e["start"]))


def build(entries: list[dict]) -> Record:
    scope = Scope("all", "all goods")
    measure = Measure(
        "m", "M", "AAA", ("BBB",), "tariff", "law", (Component("all", scope, Stack()),),
        country_wide=True,
    )  # fmt: skip
    acts = tuple(
        Act(f"a{i}", f"a{i}", "AAA", START, day(e["known"]), (effect(e),), ("source",))
        for i, e in enumerate(entries)
    )
    return Record(
        "made-up", "Made up", ("AAA", "BBB"), START,
        parties={c: Party(c, c, legal_hour=1) for c in ("AAA", "BBB")},
        measures_by_id={"m": measure}, acts=acts,
    )  # fmt: skip


WORDS = {"in_force": "in", "partly_suspended": "in", "suspended": "in", "announced": "pending"}


def test_ten_thousand_interleavings_equal_the_day_by_day_replay() -> None:
    rng = random.Random(20251018)
    asked = 0
    for _ in range(10_000):
        entries = random_entries(rng)
        record = build(entries)
        for _ in range(2):
            on, known = rng.randrange(80), rng.randrange(-1, 45)
            want, rate, held = oracle(entries, on, known)
            found = record.components(day(on), day(known))
            total = record.totals(day(on), day(known))[0]
            state = record.measure("m", day(on), day(known))
            context = (entries, on, known)
            assert total.country_wide_pct == rate, context
            assert total.suspended_pct == held, context
            assert [(c.rate_pct, c.suspended_pct) for c in found] == (
                [(rate, held)] if want == "in" else []
            ), context
            if state is None or (state.status == "suspended" and want == "pending"):
                assert want == "pending", context
            else:
                assert WORDS.get(state.status, state.status) == want, context
            asked += 1
    assert asked == 20_000


def test_the_order_of_knowledge_decides_not_the_order_of_the_file() -> None:
    """Shuffling a file changes nothing where no two entries became known on the same day."""
    rng = random.Random(7)
    for _ in range(300):
        entries = random_entries(rng)
        for n, e in enumerate(entries):
            e["known"] = n * 3
        shuffled = entries[:]
        rng.shuffle(shuffled)
        one, two = build(entries), build(shuffled)
        for on in range(0, 80, 7):
            assert one.totals(day(on)) == two.totals(day(on))


def test_a_threat_changes_no_rate() -> None:
    from dataclasses import replace

    rng = random.Random(11)
    for _ in range(200):
        plain = build(random_entries(rng))
        threat = Statement(
            "t", "AAA", START, day(5), "More.", ("source",),
            effects=(Effect("threat", "m", rate_pct=100.0, starts=day(20)),),
        )  # fmt: skip
        loud = replace(plain, statements=(threat,))
        for on in range(0, 80, 9):
            for known in (4, 5, 30):
                assert plain.totals(day(on), day(known)) == loud.totals(day(on), day(known))
