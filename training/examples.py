"""Dispatches as numbers: what the network is asked of each, and the answers; padded batches."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import torch

from corpus import Example
from detente.dispatch.dates import bounds
from detente.dispatch.decode import windows
from detente.dispatch.encode import SIZES, SLOTS, TRAITS, Encoded, encode
from detente.dispatch.events import (
    CERTAINTIES,
    INSTRUMENTS,
    KINDS,
    SALIENCES,
    STANCES,
    STATUSES,
    event_from_dict,
)  # fmt: skip
from detente.dispatch.network import OFFSETS, buckets, code_traits, features, near
from detente.dispatch.pieces import MASK, PERSON, SIDE, Pieces
from detente.dispatch.source import load
from detente.dispatch.story import read_sentences

HIDE_SIDES = 0.4  # of the dispatches, in which the names of countries are covered
Item = tuple[Encoded, list[dict[str, Any]]]
LABELS = {
    "status": (None, *STATUSES), "stance": STANCES, "certainty": CERTAINTIES,
    "salience": SALIENCES, "instrument": (None, *INSTRUMENTS),
}  # fmt: skip


def encoded(text: str, published: str, pieces: Pieces) -> list[Encoded]:
    """The windows of a dispatch, as the reader cuts them."""
    parsed, document = read_sentences(text, date.fromisoformat(published))
    sizes = [pieces.count(p.low) for p in parsed]
    return [encode(parsed[first:end], document) for first, end, _ in windows(sizes)]


def gold(folder: Path, parts: list[str]) -> Iterator[Example]:
    """Gold dispatches as examples: the words of a fact are its mark."""
    for path in sorted(p for part in parts for p in folder.glob(f"{part}-*.json")):
        stored = json.loads(path.read_text())
        text = path.with_suffix(".txt")
        text = load(text if text.exists() else path.with_suffix(".html"), "").text
        events = tuple(event_from_dict(row) for row in stored["events"])
        marks = []
        for k, event in enumerate(events):
            words = event.evidence[0]
            start = words.start if words.start >= 0 else text.find(words.text)
            if start >= 0:
                marks.append((start, start + len(words.text), k))
        yield Example(f"gold-{path.stem}", stored["published"], text, events, tuple(marks))


def shortened(example: Example, rng: np.random.Generator, keep: float = 0.7) -> Example | None:
    """The dispatch with some paragraphs left out, or None where nothing remains to be read.

    What an event owes to a paragraph left out is beyond reach then, and asked of nobody.
    """
    text, marks, at = "", [], 0
    for part in re.split(r"(?<=\n)(?=\n)", example.text):
        if rng.random() < keep:
            marks += [
                (a - at + len(text), b - at + len(text), k)
                for a, b, k in example.marks
                if at <= a and b <= at + len(part)
            ]
            text += part
        at += len(part)
    return replace(example, text=text, marks=tuple(marks)) if marks else None


def prepare(example: Example, pieces: Pieces) -> list[Item]:
    """The windows of an example: encoding and, for each mark, the event's answers."""
    found = encoded(example.text, example.published, pieces)
    return [(replace(e, parsed=[]), targets(e, example)) for e in found]


def targets(e: Encoded, example: Example):
    result = []
    seen: set[int] = set()
    for start, end, k in sorted(example.marks):
        inside = [t for t, (a, b) in enumerate(e.at) if a < end and b > start]
        if not inside:
            continue
        event = example.events[k]
        sides = np.zeros(len(e.codes) + 1, np.int64)
        lost = 0
        for value, codes in ((1, event.actor), (2, event.target)):
            for code in codes:
                if code in e.codes:
                    sides[e.codes.index(code)] = value
                elif code == "WLD":
                    sides[-1] = value
                else:
                    lost += 1
        rate = [
            j + 1
            for j, (_, _, v) in enumerate(e.rates)
            if event.rate_pct is not None and abs(v - event.rate_pct) < 1e-9
        ]
        if event.rate_pct is None:
            rate = [0]
        want = bounds(event.date)
        day = (
            [j + 1 for j, d in enumerate(e.days) if want and bounds(d.value) == want]
            if want
            else [0]
        )
        result.append({
            "start": inside[0], "end": inside[-1] + 1, "kind": KINDS.index(event.kind), "event": k,
            "again": k in seen, "sides": sides, "lost": lost, "rate": rate, "day": day,
            "status": LABELS["status"].index(event.status),
            "stance": STANCES.index(event.stance) if event.kind == "statement" else -1,
            "certainty": CERTAINTIES.index(event.certainty),
            "salience": SALIENCES.index(event.salience),
            "instrument": -1 if event.kind == "statement"
            else LABELS["instrument"].index(event.instrument),
        })  # fmt: skip
        seen.add(k)
    return result


def batch(
    items: list[Item],
    pieces: Pieces,
    rng: np.random.Generator | None = None,
    drop_words: float = 0.0,
) -> dict[str, torch.Tensor]:
    """Pad dispatches to one batch of tensors; `rng` covers words and shuffles the sides' slots."""
    B, L = len(items), max(len(e.words) for e, _ in items)
    rows_ = [pieces.rows(e) for e, _ in items]
    P = max(len(numbers) for numbers, _, _ in rows_)
    number = np.zeros((B, P), np.int64)
    columns = np.zeros((B, P, len(SIZES)), np.int64) + OFFSETS
    slots = np.zeros((B, P, SLOTS), np.float32)
    mask = np.zeros((B, P), bool)
    first = np.zeros((B, L), np.int64)
    sentence = np.zeros((B, L), np.int64)
    real = np.zeros((B, L), bool)
    for k, (e, _) in enumerate(items):
        numbers, owner, starts = rows_[k]
        n = len(numbers)
        order = rng.permutation(SLOTS) if rng is not None else np.arange(SLOTS)
        number[k, :n], mask[k, :n] = numbers, True
        columns[k, :n], found = features(e, owner)
        slots[k, :n] = found[:, order]
        first[k, : len(e.words)] = starts
        sentence[k, : len(e.words)], real[k, : len(e.words)] = e.sentence, True
    if rng is not None:
        named = (slots.any(2)) & (rng.random((B, 1)) < HIDE_SIDES)
        number[named & (number != pieces.number[PERSON])] = pieces.number[SIDE]
        lost = (rng.random((B, P)) < drop_words) & mask
        number[lost] = pieces.number[MASK]
    out = {
        "pieces": number,
        "columns": columns,
        "slots": slots,
        "mask": mask,
        "first": first,
        "real": real,
    }
    events = [(k, ev) for k, (_, evs) in enumerate(items) for ev in evs]
    covered = np.zeros((B, L, len(KINDS)), bool)
    for k, ev in events:
        covered[k, ev["start"] : ev["end"], ev["kind"]] = True
    out["covered"] = covered
    out["doc"] = np.array([k for k, _ in events], np.int64)
    for key in ("start", "end", "kind"):
        out[key] = np.array([ev[key] for _, ev in events], np.int64)
    out["again"] = np.array([ev["again"] for _, ev in events], bool)
    for label in LABELS:
        out[label + "_y"] = np.array([ev[label] for _, ev in events], np.int64)
    M = max(1, *(len(e.names) for e, _ in items)) if B > 1 else max(1, len(items[0][0].names))
    C = max(1, *(len(e.codes) for e, _ in items)) if B > 1 else max(1, len(items[0][0].codes))
    spans = np.zeros((B, M, 2), np.int64)
    known = np.zeros((B, M), np.int64)
    member = np.zeros((B, C, M), bool)
    traits = np.zeros((B, C, 5), np.float32)
    for k, (e, _) in enumerate(items):
        for m, name in enumerate(e.names):
            spans[k, m] = name.start, name.end
            known[k, m] = name.known
            for code in name.codes:
                member[k, e.codes.index(code), m] = True
        if e.codes:
            traits[k, : len(e.codes)] = code_traits(e)
    out |= {"names": spans, "known": known, "member": member, "traits": traits}
    d, start = out["doc"], out["start"]
    here = sentence[d, start] if len(d) else d
    out["side_near"] = near(np.take_along_axis(sentence, spans[..., 0], 1)[d] - here[:, None])
    out["side_apart"] = buckets(spans[d, :, 0] - start[:, None])
    sides = np.full((len(events), C + 1), -1, np.int64)
    for n, (k, ev) in enumerate(events):
        size = len(items[k][0].codes)
        sides[n, :size] = ev["sides"][:-1]
        sides[n, C] = ev["sides"][-1]
    out["sides"] = sides
    for label, field in (("rate", "rates"), ("day", "days")):
        R = max(1, max(len(getattr(e, field)) for e, _ in items))
        spans = np.zeros((B, R, 2), np.int64)
        there = np.zeros((B, R), bool)
        traits = np.zeros((B, R, TRAITS), np.float32)
        for k, (e, _) in enumerate(items):
            for r, item in enumerate(getattr(e, field)):
                spans[k, r] = (item[0], item[1]) if label == "rate" else (item.start, item.end)
                there[k, r] = True
                if label == "day":
                    traits[k, r, list(item.traits)] = 1.0
        right = np.zeros((len(events), R + 1), bool)
        for n, (_, ev) in enumerate(events):
            right[n, ev[label]] = True
        out |= {f"{label}_spans": spans, f"{label}_mask": there, label: right}
        if label == "day":
            out["day_traits"] = traits
        out[f"{label}_near"] = near(
            np.take_along_axis(sentence, spans[..., 0], 1)[d] - here[:, None]
        )
        out[f"{label}_apart"] = buckets(spans[d, :, 0] - start[:, None])
    pairs = [(i, j) for j in range(len(events)) for i in range(j)
             if d[i] == d[j] and out["kind"][i] == out["kind"][j]]  # fmt: skip
    out["pair_i"] = np.array([i for i, _ in pairs], np.int64)
    out["pair_j"] = np.array([j for _, j in pairs], np.int64)
    out["pair_y"] = np.array(
        [events[i][1]["event"] == events[j][1]["event"] for i, j in pairs], np.float32
    )
    out["pair_near"] = near(np.array([here[j] - here[i] for i, j in pairs], np.int64))
    return {key: torch.as_tensor(value) for key, value in out.items()}
