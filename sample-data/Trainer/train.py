"""Trains the network on packed towns and writes its averaged weights.

    train.py --data towns.npz --out FOLDER [--minutes 25 | --steps N] [--device cuda]

The learning rate rises and falls once over the budget, however fast the machine is. With --steps
the run is the same every time on the same machine; with --minutes it depends on its speed.

Writes FOLDER/weights.npz (the average of the weights) and FOLDER/training.json (options, and scores
on the towns held out over time).
"""

import argparse
import json
import math
import pathlib
import sys
import time

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

from classes import NAMES, UNKNOWN
from crops import Crops, load, normalised
from network import UNet

# How much a pixel of each class counts: the rare ones and the narrow ones more.
WEIGHTS = (1.0, 1.2, 3.0, 1.5, 1.2, 3.0)


def options():
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--minutes", type=float, default=25)
    parser.add_argument("--steps", type=int, help="instead of --minutes")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--batch", type=int, help="crops a step; 64 on cuda, 8 on cpu")
    parser.add_argument("--crop", type=int, help="px; 256 on cuda, 192 on cpu")
    parser.add_argument("--held-out", type=int, default=3, help="towns, the last ones")
    parser.add_argument("--rate", type=float, default=4e-3)
    parser.add_argument("--seed", type=int, default=7)
    chosen = parser.parse_args()
    is_fast = chosen.device != "cpu"
    chosen.batch = chosen.batch or (64 if is_fast else 8)
    chosen.crop = chosen.crop or (256 if is_fast else 192)
    return chosen


def loss_of(logits, labels):
    """Weighted cross-entropy, plus one minus the mean Dice of the classes that are not background."""
    logs = F.log_softmax(logits.float(), 1)
    weights = torch.tensor(WEIGHTS, device=logits.device)
    entropy = F.nll_loss(logs, labels, weights, ignore_index=UNKNOWN)
    known = labels != UNKNOWN
    truth = F.one_hot(labels.masked_fill(~known, 0), len(NAMES)).permute(0, 3, 1, 2)
    truth, shares = truth * known[:, None], logs.exp() * known[:, None]
    both = (truth * shares).sum((0, 2, 3))[1:]
    either = (truth.sum((0, 2, 3)) + shares.sum((0, 2, 3)))[1:]
    return entropy + 0.5 * (1 - (2 * both + 50) / (either + 50)).mean()


@torch.no_grad()
def scores(network, images, labels, device, dtype):
    """Intersection over union of each class over whole towns."""
    network.eval()
    table = torch.zeros(len(NAMES), len(NAMES), dtype=torch.long, device=device)
    for image, label in zip(images, labels):
        x = normalised(image.to(device).permute(2, 0, 1)[None].float() / 255)
        x = x.contiguous(memory_format=torch.channels_last)
        with torch.autocast(x.device.type, dtype, enabled=dtype != torch.float32):
            found = network(x).argmax(1)[0]
        label = label.to(device).long()
        pairs = (label * len(NAMES) + found)[label != UNKNOWN]
        table += torch.bincount(pairs, minlength=len(NAMES) ** 2).view_as(table)
    hits = table.diag()
    return (hits / (table.sum(0) + table.sum(1) - hits).clamp(min=1)).tolist()


class Average:
    """The exponential average of a network's weights, which is what is kept."""

    def __init__(self, network):
        self.kept = UNet().to(next(network.parameters()).device, memory_format=torch.channels_last)
        self.kept.load_state_dict(network.state_dict())
        pairs = zip(self.kept.state_dict().values(), network.state_dict().values())
        self.pairs = [(a, b) for a, b in pairs if a.dtype.is_floating_point]

    @torch.no_grad()
    def follow(self, step):
        old, new = [a for a, _ in self.pairs], [b for _, b in self.pairs]
        torch._foreach_lerp_(old, new, 1 - min(0.998, (1 + step) / (10 + step)))


def save(path, network):
    np.savez(path, **{name: value.cpu().numpy() for name, value in network.state_dict().items()})


def rate_at(share, highest, warm=0.1):
    if share < warm:
        return highest * (0.05 + 0.95 * share / warm)
    return highest * (0.5 * (1 + math.cos(math.pi * (share - warm) / (1 - warm))) + 1e-3)


def main():
    chosen = options()
    device = torch.device(chosen.device)
    torch.manual_seed(chosen.seed)
    torch.backends.cudnn.benchmark = chosen.steps is None
    dtype = torch.bfloat16 if device.type == "cuda" else torch.float32
    out = pathlib.Path(chosen.out)
    out.mkdir(parents=True, exist_ok=True)
    images, labels = load(chosen.data)
    kept = len(images) - chosen.held_out
    if kept < 1 or chosen.held_out < 1:
        sys.exit(
            f"cannot train on {chosen.data}\n"
            f"  it holds {len(images)} towns, of which {chosen.held_out} are held out\n"
            "  draw more towns, or hold out fewer with --held-out, at least one"
        )
    crops = Crops(images[:kept], labels[:kept], chosen.crop, chosen.batch, chosen.seed, device)
    print(f"{kept} towns to learn from, {chosen.held_out} held out, {device}", flush=True)

    network = UNet().to(device, memory_format=torch.channels_last)
    average = Average(network)
    matrices = [p for p in network.parameters() if p.ndim > 1]
    others = [p for p in network.parameters() if p.ndim <= 1]
    groups = [dict(params=matrices, weight_decay=1e-2), dict(params=others, weight_decay=0)]
    optimizer = torch.optim.AdamW(groups, lr=chosen.rate, betas=(0.9, 0.98))

    history = []
    began = said = scored = time.monotonic()
    step, running = 0, torch.zeros((), device=device)
    while True:
        now = time.monotonic()
        if chosen.steps:
            share = step / chosen.steps
        else:
            share = (now - began) / (60 * chosen.minutes)
        if now - said > 10:
            print(
                f"{(now - began) / 60:5.2f} min, step {step}, loss {running.item():.3f}", flush=True
            )
            said = now
        is_over = share >= 1
        # The towns held out are looked at about thirty times in a run.
        if is_over or (now - scored) > max(15, 2 * chosen.minutes):
            values = scores(average.kept, images[kept:], labels[kept:], device, dtype)
            text = ", ".join(f"{name} {value:.3f}" for name, value in zip(NAMES, values))
            print(f"{(now - began) / 60:5.2f} min, step {step}, IoU {text}", flush=True)
            history.append(dict(step=step, minutes=(now - began) / 60, iou=values))
            save(out / "weights.npz", average.kept)
            report = dict(options=vars(chosen), steps=step, towns=len(images), history=history)
            (out / "training.json").write_text(json.dumps(report, indent=1) + "\n")
            scored = time.monotonic()
        if is_over:
            break
        for group in optimizer.param_groups:
            group["lr"] = rate_at(share, chosen.rate)
        x, y = crops.next()
        network.train()
        with torch.autocast(device.type, dtype, enabled=dtype != torch.float32):
            logits = network(x.contiguous(memory_format=torch.channels_last))
        loss = loss_of(logits, y)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        step += 1
        average.follow(step)
        running = loss.detach() if step == 1 else torch.lerp(running, loss.detach(), 0.05)


if __name__ == "__main__":
    main()
