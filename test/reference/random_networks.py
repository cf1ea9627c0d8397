"""Compares random networks with PyTorch, each with every algorithm of convolution forced in turn.

    python test/reference/random_networks.py [--count 1000] [--seed 0] [--only NUMBER] [--keep FOLDER]
    python test/reference/random_networks.py --seed 8 --fixtures 60

Logits, loss and running statistics within 1e-4, gradients within 1e-3 of the tensor's largest value, in training and
evaluation mode. A gradient's scale is at least 2e-2 of the network's largest: what vanishes by construction (a
bias before batch norm) has no digits of its own. What the rounding of the means of normalisations makes of a gradient,
worked out with PyTorch (`rounding.py`), is allowed besides. Values are drawn again where that is more than a quarter of what
a gradient's own size allows, where one lies so near a kink or a tie that rounding decides a gradient, or where
PyTorch's own float32 and float64 are apart by more than a quarter; within a quarter either of the two counts as right.
The networks run in processes of `--chunk` each: one that dies is named and the rest goes on. With --fixtures, instead,
writes so many small networks and PyTorch's values to test/fixtures for the engine tests. Ends with 1 where anything
disagrees.
"""

import argparse
import copy
import json
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import nn

from layers import randomise
from random_drawing import Drawer, watch_margins
from rounding import rounding_of

HERE = Path(__file__).resolve().parent
FIXTURES = HERE.parent / "fixtures"
VALUES, GRADIENTS, FLOOR = 1e-4, 1e-3, 2e-2
CONSTANT = 1e-6
MARGIN = 1e-5
REDRAWS = 25


def modes_of(model):
    """Which zeros dropout draws is the engine's own affair: such a network is compared in evaluation only."""
    drops = any(isinstance(module, nn.Dropout) and module.p > 0 for module in model.modules())
    return ["evaluate"] if drops else ["train", "evaluate"]


def values_of(original, images, labels, double):
    """What the engine must give, by name: `train.logits`, `evaluate.gradient.conv1.weight`, `after.bn.running_var`."""
    results = {}
    frozen = {step["id"] for step in original.steps if step["frozen"]}
    for mode in modes_of(original):
        model = copy.deepcopy(original)
        model.train(mode == "train")
        if double:
            model.double()
        named = dict(model.named_values())
        logits = model(images.double() if double else images)
        loss = nn.functional.cross_entropy(logits, labels)
        loss.backward()
        results[f"{mode}.logits"] = logits.detach()
        results[f"{mode}.loss"] = loss.detach().reshape(1)
        for name, value in named.items():
            if isinstance(value, nn.Parameter) and name.rsplit(".", 1)[0] not in frozen:
                results[f"{mode}.gradient.{name}"] = value.grad
            elif mode == "train" and not isinstance(value, nn.Parameter):
                results[f"after.{name}"] = value.detach()
    return results


def largest_gradients(expected):
    """Of each mode."""
    largest = {}
    for name, value in expected.items():
        if ".gradient." in name and value.numel():
            mode = name.split(".")[0]
            largest[mode] = max(largest.get(mode, 0), value.abs().max().item())
    return largest


def constant_variance(name, expected):
    """Where a channel is constant, its variance is not 0 but the square of what its mean is off by (see rounding.py)."""
    if not name.endswith("running_var"):
        return 0
    mean = expected[name.removesuffix("var") + "mean"]
    return (CONSTANT * mean.abs().max().item()) ** 2 if mean.numel() else 0


def errors(actual, expected, rounding):
    """
    How far each value is off in units of what is allowed; infinite where it is missing or not finite. `rounding` is
    what is allowed besides.
    """
    largest = largest_gradients(expected)
    result = {}
    for name, value in expected.items():
        given = actual.get(name)
        if given is None or given.shape != value.shape or not given.isfinite().all():
            result[name] = float("inf")
            continue
        scale = value.abs().max().item()
        allowed = VALUES
        if ".gradient." in name:
            scale, allowed = max(scale, FLOOR * largest[name.split(".")[0]]), GRADIENTS
        difference = (given.double() - value.double()).abs().max().item()
        besides = rounding.get(name, 0) + constant_variance(name, expected)
        result[name] = difference / (allowed * max(scale, 1e-30) + besides)
    return result


class Case:
    """A network with values and what PyTorch gives for them."""

    def __init__(self, seed, number, small=False):
        self.name = f"{seed}-{number}"
        self.small = small
        self.redrawn = 0
        for attempt in range(REDRAWS):
            source = random.Random(f"{seed}/{number}/{attempt // 5}")
            torch.manual_seed(source.randrange(2**31) + attempt)
            self.document, model, batch = Drawer(source, small).draw()
            shape = [self.document["input"][key] for key in ("channels", "height", "width")]
            for _ in range(5):
                randomise(model, biases=True)
                self.images = torch.randn(batch, *shape)
                self.labels = torch.randint(0, self.document["classes"], (batch,))
                if self.reference(model):
                    return
                self.redrawn += 1
        raise RuntimeError(f"no well-conditioned values for network {self.name}")

    def reference(self, model):
        exact = copy.deepcopy(model).double()
        for mode in modes_of(model):
            exact.train(mode == "train")
            if watch_margins(exact, self.images.double()) < MARGIN:
                return False
        self.single = values_of(model, self.images, self.labels, double=False)
        self.double = values_of(model, self.images, self.labels, double=True)
        self.initial = {name: value.detach().clone() for name, value in model.named_values()}
        self.modes = modes_of(model)
        self.rounding = rounding_of(exact, self.images, self.labels, self.modes)
        largest = largest_gradients(self.double)
        for name in self.rounding.keys() & self.double.keys():
            scale, rounded = self.double[name].abs().max().item(), self.rounding[name]
            least = FLOOR * largest[name.split(".")[0]]
            # The engine test of the fixtures allows nothing besides.
            if (scale > least or self.small) and rounded > 0.25 * GRADIENTS * max(scale, least):
                return False
        return all(error < 0.25 for error in errors(self.single, self.double, self.rounding).values())

    def tensors(self):
        inputs = {"images": self.images, "labels": self.labels.to(torch.int32)}
        return inputs | {f"initial.{name}": value for name, value in self.initial.items()}

    def algorithms(self):
        convolves = any(node.get("kind") == "Conv2d" for node in self.document["graph"]["nodes"])
        return ["direct", "taps", "columns"] if convolves else ["direct"]

    def write(self, folder):
        (folder / f"{self.name}.json").write_text(json.dumps(self.document))
        tensors = {key: value.contiguous() for key, value in self.tensors().items()}
        save_file(tensors, folder / f"{self.name}.safetensors", {"modes": ",".join(self.modes)})

    def disagreements(self, actual):
        against = [errors(actual, expected, self.rounding) for expected in (self.single, self.double)]
        worst = {name: min(error[name] for error in against) for name in self.single}
        wrong = {name: error for name, error in worst.items() if not error <= 1}
        extra = {name: float("inf") for name in actual if name not in self.single}
        return wrong | extra, max(worst.values())


class Engine:
    """A process that runs networks one after another; it is started anew when it has died."""

    def __init__(self, chunk):
        self.chunk = chunk
        self.process = None
        self.done = 0

    def run(self, base, algorithm):
        """The engine's values, or what went wrong as text."""
        if self.process is None or self.done >= self.chunk:
            self.close()
            self.process = subprocess.Popen(
                ["node", HERE / "random_networks.mjs"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                stderr=subprocess.DEVNULL,
            )  # fmt: skip
            self.done = 0
        self.done += 1
        try:
            self.process.stdin.write(json.dumps({"base": str(base), "algorithm": algorithm}) + "\n")
            self.process.stdin.flush()
            line = self.process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line.endswith("\n"):
            code = self.process.wait()
            self.process = None
            return None, f"CRASH: the process ended with {code}"
        answer = json.loads(line)
        if "error" in answer:
            return None, answer["error"]
        return load_file(answer["output"]), None

    def close(self):
        if self.process is not None:
            self.process.stdin.close()
            self.process.wait()
            self.process = None


def compare(options):
    folder = Path(options.keep or tempfile.mkdtemp(prefix="residuum-networks-"))
    folder.mkdir(exist_ok=True)
    engine = Engine(options.chunk)
    counts, kinds, worst = Counter(), Counter(), 0.0
    started = time.time()
    numbers = [options.only] if options.only is not None else range(options.start, options.start + options.count)
    for number in numbers:
        case = Case(options.seed, number)
        case.write(folder)
        counts["redrawn"] += case.redrawn
        counts["networks"] += 1
        kinds.update(node["kind"] for node in case.document["graph"]["nodes"] if "kind" in node)
        right = True
        for algorithm in case.algorithms():
            counts["runs"] += 1
            actual, problem = engine.run(folder / case.name, algorithm)
            wrong, error = ({}, 0.0) if actual is None else case.disagreements(actual)
            if problem:
                counts["crashes" if problem.startswith("CRASH") else "refused"] += 1
                print(f"{case.name} {algorithm}: {problem}", flush=True)
            elif wrong:
                counts["disagreements"] += 1
                text = ", ".join(f"{name} {error:.3g}" for name, error in list(wrong.items())[:6])
                print(f"{case.name} {algorithm}: {len(wrong)} wrong, in units of what is allowed: {text}", flush=True)
            else:
                worst = max(worst, error)
            right = right and not problem and not wrong
        for suffix in (".json", ".safetensors", ".output.safetensors"):
            if right and not options.keep:
                (folder / (case.name + suffix)).unlink(missing_ok=True)
        if counts["networks"] % 50 == 0:
            print(f"{counts['networks']} networks, {time.time() - started:.0f} s", flush=True)
    engine.close()
    failed = counts["disagreements"] + counts["crashes"] + counts["refused"]
    if not failed and not options.keep:
        shutil.rmtree(folder)
    print("layers:", ", ".join(f"{kind} {count}" for kind, count in kinds.most_common()))
    print(
        f"{counts['networks']} networks, {counts['runs']} runs in {time.time() - started:.0f} s: "
        f"{counts['disagreements']} disagreements, {counts['refused']} refused, {counts['crashes']} crashes; "
        f"values drawn again {counts['redrawn']} times; the worst agreement took {100 * worst:.0f} % of what is allowed"
    )
    if failed:
        print(f"files of what failed: {folder}")
    sys.exit(1 if failed else 0)


def write_fixtures(options):
    """Networks and PyTorch's float64 values, kept as float32, all in one pair of files."""
    documents, tensors = [], {}
    for number in range(options.fixtures):
        case = Case(options.seed, number, small=True)
        documents.append(case.document)
        for name, value in (case.tensors() | case.double).items():
            value = value.float() if value.dtype == torch.float64 else value
            tensors[f"{number}/{name}"] = value.contiguous()
    (FIXTURES / "random-networks.json").write_text(
        "[\n" + ",\n".join(json.dumps(document) for document in documents) + "\n]\n"
    )
    save_file(tensors, FIXTURES / "random-networks.safetensors")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--start", type=int, default=0, help="number of the first network")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", type=int, help="one network by its number")
    parser.add_argument("--keep", help="a folder that keeps all files")
    parser.add_argument("--chunk", type=int, default=150, help="runs in one process")
    parser.add_argument("--fixtures", type=int, help="write so many small networks to test/fixtures instead")
    options = parser.parse_args()
    torch.set_num_threads(1)
    write_fixtures(options) if options.fixtures else compare(options)


if __name__ == "__main__":
    main()
