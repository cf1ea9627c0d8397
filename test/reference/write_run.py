"""Trains something and writes it down as a run that Residuum lists, charts and compares, with the standard library alone.

    python test/reference/write_run.py LIBRARY [--name N] [--steps N] [--live SECONDS]

`docs/run-folder.md` describes the format; this is the least that a program needs to follow it. What is trained is a
softmax regression that tells three clouds of points in the plane apart, by stochastic gradient descent. `--live` spreads
the steps over so many seconds, so that one can watch. Prints the run's id as it begins.
"""

import argparse
import json
import math
import os
import random
import secrets
import socket
import struct
import sys
import time
import zlib

CENTRES = ((0.0, 0.0), (1.5, 0.5), (0.5, 1.8))
TRAIN, TEST, BATCH = 480, 240, 24
STEPS_PER_EPOCH = TRAIN // BATCH
SERIES = ("loss", "accuracy", "learningRate", "seconds")
# Records of steps are written so often while somebody watches.
WRITE_SECONDS = 0.3


def points(count, generator):
    """Points of all classes in turn, with a constant 1 as their last coordinate, and their labels."""
    labels = [index % len(CENTRES) for index in range(count)]
    return [([generator.gauss(CENTRES[y][0], 0.6), generator.gauss(CENTRES[y][1], 0.6), 1.0], y) for y in labels]


def probabilities(weights, x):
    logits = [sum(w * value for w, value in zip(row, x)) for row in weights]
    top = max(logits)
    powers = [math.exp(logit - top) for logit in logits]
    return [power / sum(powers) for power in powers]


def judged(weights, batch):
    """Mean cross-entropy in nats, share that is right, and the gradient of the loss."""
    loss, right = 0.0, 0
    gradient = [[0.0] * len(row) for row in weights]
    for x, y in batch:
        p = probabilities(weights, x)
        loss -= math.log(p[y]) / len(batch)
        right += p.index(max(p)) == y
        for k, row in enumerate(gradient):
            for i, value in enumerate(x):
                row[i] += (p[k] - (k == y)) * value / len(batch)
    return loss, right / len(batch), gradient


def training(steps, seed=0, rate=0.3):
    """Trains: yields ("step", figures) after each step and ("epoch", figures) after each whole epoch."""
    generator = random.Random(seed)
    train, test = points(TRAIN, generator), points(TEST, generator)
    weights = [[0.0] * 3 for _ in CENTRES]
    seen = []
    for step in range(steps):
        place = step % STEPS_PER_EPOCH
        if place == 0:
            generator.shuffle(train)
            seen = []
        loss, accuracy, gradient = judged(weights, train[place * BATCH : (place + 1) * BATCH])
        now = rate * 0.5 * (1 + math.cos(math.pi * step / steps))
        weights = [[w - now * g for w, g in zip(*rows)] for rows in zip(weights, gradient)]
        seen.append((loss, accuracy))
        yield "step", {"loss": loss, "accuracy": accuracy, "learningRate": now}
        if place + 1 == STEPS_PER_EPOCH:
            test_loss, test_accuracy, _ = judged(weights, test)
            yield "epoch", {
                "epoch": step // STEPS_PER_EPOCH,
                "loss": sum(pair[0] for pair in seen) / len(seen),
                "trainAccuracy": sum(pair[1] for pair in seen) / len(seen),
                "testLoss": test_loss,
                "testAccuracy": test_accuracy,
                "validationLoss": None,
                "validationAccuracy": None,
                # What the best epoch is told by: more is better.
                "score": test_accuracy,
            }


class Journal:
    """Appends whole records; each write ends where a record ends."""

    def __init__(self, folder):
        self.file = open(os.path.join(folder, "journal"), "xb", buffering=0)
        self.write(b"RSDMJ\0\x01\n")

    def event(self, **record):
        # NaN and infinity are no JSON: they are null, and columns have NaN for both.
        self.frame(json.dumps(record, allow_nan=False).encode())

    def steps(self, first, rows):
        header = json.dumps({"first": first, "count": len(rows), "names": SERIES}).encode()
        columns = (struct.pack(f"<{len(rows)}f", *(row[name] for row in rows)) for name in SERIES)
        self.frame(struct.pack("<BI", 1, len(header)) + header + b"".join(columns))

    def frame(self, payload):
        self.write(struct.pack("<II", len(payload), zlib.crc32(payload)) + payload)

    def write(self, data):
        while data:
            data = data[self.file.write(data) :]

    def sync(self):
        os.fsync(self.file.fileno())


def write_whole(file, value):
    """Writes a file of JSON so that nobody ever sees a part of it."""
    temporary = os.path.join(os.path.dirname(file), f".{os.path.basename(file)}.{secrets.token_hex(6)}.tmp")
    with open(temporary, "x", encoding="utf-8") as handle:
        json.dump(value, handle, ensure_ascii=False)
        handle.flush()
        os.fsync(handle.fileno())
    os.replace(temporary, file)


def identity():
    """What tells this process from every other; None where it is not known how."""
    if not sys.platform.startswith("linux"):
        return None
    with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:
        boot = file.read().strip()
    with open("/proc/self/stat", encoding="utf-8", errors="replace") as file:
        # Field 22, its start; the second one is a name in parentheses that may hold anything.
        started = file.read().rpartition(")")[2].split()[19]
    return {
        "host": socket.gethostname(),
        "boot": boot,
        "namespace": os.readlink("/proc/self/ns/pid"),
        "pid": os.getpid(),
        "started": started,
        "token": secrets.token_hex(8),
    }


def new_run(library, name, settings):
    """Makes the folder of a run, owned by this process, and gives it with its owner's file."""
    now = time.time()
    run = time.strftime("%Y%m%d-%H%M%S", time.gmtime(now)) + "-" + secrets.token_hex(3)
    runs = os.path.join(library, "runs")
    os.makedirs(runs, exist_ok=True)
    # Under a name with a dot nobody takes it for a run, so it comes into the library whole.
    folder, building = os.path.join(runs, run), os.path.join(runs, f".{run}.tmp")
    os.mkdir(building)
    about = {"format": "residuum.run", "version": 1, "id": run, "name": name, "createdAt": round(now * 1000)}
    write_whole(os.path.join(building, "run.json"), {**about, "settings": settings})
    owner = identity()
    if owner:
        write_whole(os.path.join(building, "owner-000001.json"), owner)
    os.rename(building, folder)
    return folder, owner


def release(folder, owner):
    if owner:
        write_whole(os.path.join(folder, "owner-000001.json"), {**owner, "released": True})


def milliseconds():
    return round(time.time() * 1000)


def record(journal, steps, live):
    """Trains and writes down what comes of it."""
    begun = wrote = time.monotonic()
    journal.event(
        type="started",
        at=milliseconds(),
        step=0,
        epoch=0,
        stepsPerEpoch=STEPS_PER_EPOCH,
        parameters=9,
        pictures={"train": TRAIN, "validation": 0, "test": TEST},
        versions={"python": sys.version.split()[0]},
        host=socket.gethostname(),
    )
    done, rows = 0, []

    def flush():
        nonlocal done, rows, wrote
        if rows:
            journal.steps(done, rows)
        done, rows, wrote = done + len(rows), [], time.monotonic()

    try:
        for kind, figures in training(steps):
            seconds = time.monotonic() - begun
            if kind == "step":
                rows.append({**figures, "seconds": seconds})
                if live:
                    time.sleep(max(0.0, live * (done + len(rows)) / steps - seconds))
                    if time.monotonic() - wrote >= WRITE_SECONDS:
                        flush()
                        journal.sync()
            else:
                flush()
                speed = TRAIN * (figures["epoch"] + 1) / max(seconds, 1e-6)
                journal.event(
                    type="epoch",
                    at=milliseconds(),
                    metrics={**figures, "seconds": seconds, "imagesPerSecond": speed},
                )
                journal.sync()
        status = "finished"
    except KeyboardInterrupt:
        status = "stopped"
    flush()
    journal.event(type="ended", at=milliseconds(), status=status)
    journal.sync()


def main():
    parser = argparse.ArgumentParser(description="Trains a softmax regression and writes it into a library as a run.")
    parser.add_argument("library")
    parser.add_argument("--name", default="softmax regression")
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--live", type=float, default=0.0, metavar="SECONDS")
    arguments = parser.parse_args()
    if arguments.steps < 1:
        parser.error("--steps must be at least 1")
    settings = {"model": "softmax regression", "optimizer": "sgd", "learningRate": 0.3, "schedule": "cosine"}
    settings |= {"batchSize": BATCH, "steps": arguments.steps, "seed": 0}
    folder, owner = new_run(arguments.library, arguments.name, settings)
    print(os.path.basename(folder), flush=True)
    try:
        record(Journal(folder), arguments.steps, arguments.live)
    finally:
        release(folder, owner)


if __name__ == "__main__":
    main()
