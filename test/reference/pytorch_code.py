"""Runs the PyTorch code that Residuum writes.

For every preset, every layer's reference cases and 200 random architectures:

    python test/reference/pytorch_code.py [COUNT]

Each module must be made, take two pictures forward and backward, give as many scores as there are classes, and
have a state_dict with the names and shapes of Residuum's safetensors files.
"""

import json
import subprocess
import sys
from pathlib import Path

import torch
from torch import nn

HERE = Path(__file__).resolve().parent


def check(case):
    namespace = {}
    exec(compile(case["code"], case["name"], "exec"), namespace)
    modules = [value for value in namespace.values() if isinstance(value, type) and issubclass(value, nn.Module)]
    model = modules[-1]()
    pictures = torch.randn(2, *case["input"])
    scores = model(pictures)
    assert tuple(scores.shape) == (2, case["classes"]), f"scores have the shape {tuple(scores.shape)}"
    if scores.requires_grad:  # not where all is frozen
        scores.sum().backward()
    tensors = {name: list(value.shape) for name, value in model.state_dict().items()}
    tensors = {name: shape for name, shape in tensors.items() if not name.endswith("num_batches_tracked")}
    assert tensors == case["tensors"], f"{set(tensors) ^ set(case['tensors'])} differ"


def main():
    count = sys.argv[1] if len(sys.argv) > 1 else "200"
    text = subprocess.run(["node", HERE / "pytorch_cases.mjs", count], check=True, capture_output=True).stdout
    answer = json.loads(text)
    failed = 0
    for case in answer["cases"]:
        try:
            check(case)
        except Exception as error:
            failed += 1
            print(f"{case['name']}: {type(error).__name__}: {error}\n{case['code']}")
    print(f"{len(answer['cases']) - failed} right, {failed} wrong, {answer['refused']} not written")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
