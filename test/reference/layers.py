"""PyTorch's modules for the layer kinds, by name: what is not told of a kind here is read off its class and its cases."""

import inspect
import json
from pathlib import Path

from torch import nn

CASES = json.loads((Path(__file__).resolve().parent / "layer_cases.json").read_text())
# The first is what batch and instance normalisations have in common.
NORMALIZATIONS = (nn.modules.batchnorm._NormBase, nn.GroupNorm)


class Scale(nn.Module):
    def __init__(self, factor=1):
        super().__init__()
        self.factor = factor

    def forward(self, x):
        return self.factor * x


def make_layer(kind, channels, attributes):
    """The module of a layer for an input of so many channels or features."""
    make = Scale if kind == "Scale" else getattr(nn, kind)
    given = {key: tuple(value) if isinstance(value, list) else value for key, value in attributes.items()}
    names = ("in_channels", "in_features", "num_channels", "num_features")
    of_input = {name: channels for name in names if name in inspect.signature(make).parameters}
    return make(**of_input, **given)


def randomise(model, biases=False):
    """Values that leave no parameter or buffer at a default that could hide a mistake; PyTorch's own for biases, or not."""
    for module in model.modules():
        weight, bias = getattr(module, "weight", None), getattr(module, "bias", None)
        if isinstance(module, NORMALIZATIONS):
            if module.affine:
                nn.init.uniform_(weight, 0.5, 1.5)
                nn.init.uniform_(bias, -0.5, 0.5)
        elif weight is not None and weight.dim() > 1:
            nn.init.xavier_uniform_(weight)
            if biases and bias is not None:
                nn.init.uniform_(bias, -0.5, 0.5)
        elif weight is not None:
            nn.init.uniform_(weight, -0.5, 1.5)
        if getattr(module, "running_mean", None) is not None:
            nn.init.uniform_(module.running_mean, -0.5, 0.5)
            nn.init.uniform_(module.running_var, 0.5, 1.5)
