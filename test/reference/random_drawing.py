"""Random networks as architecture documents, each with the PyTorch model that it means.

PyTorch itself says which layers fit and what shape they give: a layer that it refuses is drawn anew, one that it
takes must be taken by Residuum too.
"""

import math

import torch
from torch import nn
from torch.nn import functional as F

from layers import CASES, make_layer

# No tensor of a batch is larger: a step of the largest network stays within milliseconds.
MOST_VALUES = 12_000
# What a user might call a layer and an engine might use itself.
AWKWARD = [
    "input", "output", "x", "weight", "bias", "slow", "average", "momentum_buffer", "exp_avg", "exp_avg_sq",
    "square_avg", "train", "evaluate", "gradients", "gradient", "logits", "loss", "state", "images", "labels",
    "learningRate", "randomness", "step", "self", "forward", "import", "0", "__metadata__", "toString", "valueOf",
]  # fmt: skip


class Network(nn.Module):
    """The layers of a drawing in their order. `watch`, where set, sees the inputs of what has kinks or ties."""

    def __init__(self, steps, input_id, output_id):
        super().__init__()
        self.steps = steps
        self.input_id = input_id
        self.output_id = output_id
        self.made = nn.ModuleList(step["module"] or nn.Identity() for step in steps)
        self.watch = None

    def forward(self, x):
        values = {self.input_id: x}
        for step, module in zip(self.steps, self.made):
            inputs = [values[name] for name in step["inputs"]]
            if self.watch:
                self.watch(step, inputs)
            values[step["id"]] = apply(step["kind"], module, inputs)
        return values[self.output_id]

    def named_values(self):
        """Parameters and buffers under the names of the drawing."""
        for step, module in zip(self.steps, self.made):
            for key, value in [*module.named_parameters(), *module.named_buffers()]:
                if key != "num_batches_tracked":
                    yield f"{step['id']}.{key}", value


def apply(kind, module, inputs):
    if kind == "Add":
        return sum(inputs[1:], inputs[0])
    if kind == "Concatenate":
        return torch.cat(inputs, 1)
    if kind == "Multiply":
        return math.prod(inputs[1:], start=inputs[0])
    return module(inputs[0])


JOINS = ("Add", "Concatenate", "Multiply")
# Where the slope of a function jumps, by its kind.
KINKS = {case["kind"]: case["kinks"] for case in CASES if "kinks" in case}


class Drawer:
    """Draws one network. `random` is a random.Random, `small` keeps it fit for a fixture."""

    def __init__(self, random, small=False):
        self.random = random
        self.small = small
        self.dropout = False

    def pair(self, choices):
        """An integer or a pair, as both are allowed."""
        r = self.random
        return r.choice(choices) if r.random() < 0.5 else [r.choice(choices), r.choice(choices)]

    def maybe(self, share, **attributes):
        return attributes if self.random.random() < share else {}

    def conv2d(self, shape):
        r, maybe, pair = self.random, self.maybe, self.pair
        channels = shape[0]
        groups = r.choice([1, 1, 1, *[count for count in range(1, channels + 1) if channels % count == 0]])
        out_channels = groups * r.choice([1, 1, 2, 3, 4] if groups < 4 else [1, 2])
        return {
            "out_channels": out_channels if r.random() < 0.8 or groups > 1 else r.choice([5, 6, 7, 8, 9, 16]),
            "kernel_size": pair([1, 1, 2, 3, 3, 4, 5, 6, 7, 8]),
            **maybe(0.5, stride=pair([1, 1, 2, 3, 4])),
            **maybe(0.6, padding=pair([0, 1, 1, 2, 3, 4])),
            **maybe(0.25, dilation=pair([1, 2, 3])),
            **(maybe(0.5, groups=1) if groups == 1 else {"groups": groups}),
            **maybe(0.4, bias=r.random() < 0.3),
        }

    def window(self):
        kernel = self.pair([1, 2, 2, 3, 3, 4, 5, 7])
        sides = kernel if isinstance(kernel, list) else [kernel, kernel]
        padding = [self.random.randint(0, side // 2) for side in sides]
        return {
            "kernel_size": kernel,
            **self.maybe(0.6, stride=self.pair([1, 2, 2, 3, 4])),
            **self.maybe(0.5, padding=padding),
            **self.maybe(0.5, ceil_mode=self.random.random() < 0.8),
        }

    def attributes(self, kind, shape):
        r, maybe = self.random, self.maybe
        eps = maybe(0.3, eps=r.choice([1e-3, 1e-6, 0.1]))
        if kind == "Conv2d":
            return self.conv2d(shape)
        if kind == "Linear":
            return {"out_features": r.randint(1, 12), **maybe(0.4, bias=r.random() < 0.3)}
        if kind == "BatchNorm2d":
            momentum = maybe(0.4, momentum=r.choice([0, 0.01, 0.5, 1]))
            return {**eps, **momentum, **maybe(0.3, affine=r.random() < 0.3)}
        if kind == "GroupNorm":
            groups = r.choice([count for count in range(1, shape[0] + 1) if shape[0] % count == 0])
            return {"num_groups": groups, **eps, **maybe(0.3, affine=r.random() < 0.3)}
        if kind == "LocalResponseNorm":
            return {
                "size": r.randint(1, 7),
                **maybe(0.7, alpha=r.choice([1e-3, 0.1, 1, 3])),
                **maybe(0.5, beta=r.choice([0.5, 1, 1.5])),
                **maybe(0.5, k=r.choice([0.5, 2])),
            }
        if kind == "LeakyReLU":
            return maybe(0.7, negative_slope=r.choice([0, 0.1, 0.2, 0.9, 1, 1.5, -0.3]))
        if kind == "GELU":
            return maybe(0.6, approximate=r.choice(["none", "tanh"]))
        if kind == "Dropout":
            return {"p": r.choice([0, 0.2, 0.5]) if self.dropout else 0}
        if kind == "Scale":
            return {"factor": r.choice([0.1, 0.5, 1, -1, 2, -3])}
        if kind == "MaxPool2d":
            return self.window()
        if kind == "AvgPool2d":
            return {**self.window(), **maybe(0.5, count_include_pad=r.random() < 0.3)}
        if kind == "AdaptiveAvgPool2d":
            return {"output_size": self.pair([1, 1, 2, 3, 4, 5, 7, 9])}
        return self.reference_attributes(kind, shape)

    def reference_attributes(self, kind, shape):
        """Those of one of its reference cases, with the channels of this input for those of the case."""
        cases = [case for case in CASES if case["kind"] == kind]
        if not cases:
            return {}
        case = self.random.choice(cases)
        channels = case["input"][0]
        same = lambda value: type(value) is int and value == channels  # noqa: E731
        return {key: shape[0] if same(value) else value for key, value in case["attributes"].items()}

    IMAGE = [
        *["Conv2d"] * 16, *["MaxPool2d"] * 3, *["AvgPool2d"] * 3, *["AdaptiveAvgPool2d"] * 2, *["BatchNorm2d"] * 4,
        *["GroupNorm"] * 2, *["LocalResponseNorm"] * 2, *["ReLU"] * 4, "LeakyReLU", "LeakyReLU", "GELU", "SiLU",
        "Sigmoid", "Tanh", "Tanh", "Dropout", "Scale", "Identity", "Flatten", *["Add"] * 3, *["Concatenate"] * 3,
        *["Multiply"] * 3,
    ]  # fmt: skip
    VECTOR = [
        *["Linear"] * 4, "ReLU", "LeakyReLU", "GELU", "SiLU", "Sigmoid", "Tanh", "Dropout", "Scale", "Identity",
        "Flatten", "Add", "Concatenate", "Multiply",
    ]  # fmt: skip
    # Kinds of which nothing is told here.
    FURTHER = sorted({case["kind"] for case in CASES} - {*IMAGE, *VECTOR})
    IMAGE += FURTHER
    VECTOR += FURTHER

    def name(self, kind):
        """A name that nothing has yet."""
        r = self.random
        plain = f"{kind.lower()}{len(self.taken)}"
        name = r.choice(AWKWARD) if r.random() < 0.15 else plain
        name = plain if name in self.taken or name == "__metadata__" else name
        self.taken.add(name)
        return name

    def join_inputs(self, kind, shape):
        """Inputs for a join whose first is `self.values[...]` of `shape`; None where nothing fits."""
        r = self.random
        same = [name for name, other in self.values.items() if other == shape]
        if kind == "Concatenate":
            same = [name for name, other in self.values.items() if other[1:] == shape[1:]]
        if kind == "Multiply" and len(shape) == 3:
            same += [name for name, other in self.values.items() if other == (shape[0], 1, 1)]
        return [r.choice(same) for _ in range(r.choice([1, 1, 2]))] if same else None

    def add(self, kind, inputs, attributes):
        """Adds a layer if PyTorch takes it and its output is not too large; gives its name or None."""
        shape = self.values[inputs[0]]
        try:
            module = None if kind in JOINS else make_layer(kind, shape[0], attributes)
            zeros = [torch.zeros(2, *self.values[name]) for name in inputs]
            with torch.no_grad():
                output = tuple(apply(kind, module, zeros).shape[1:])
        except (RuntimeError, ValueError):
            return None
        if math.prod(output) * self.batch > self.limit or (kind == "BatchNorm2d" and self.too_few(shape, 1)):
            return None
        if kind == "GroupNorm" and math.prod(shape) // attributes["num_groups"] < 2:
            return None
        if module and sum(value.numel() for value in module.parameters()) > self.limit // 10:
            return None
        name = self.name(kind)
        step = {"id": name, "kind": kind, "inputs": inputs, "attributes": attributes, "module": module}
        step["frozen"] = self.random.random() < 0.03
        self.steps.append(step)
        self.values[name] = output
        return name

    def too_few(self, shape, channels):
        """Whether a mean over the batch has one value (PyTorch refuses it) or so few that it amplifies rounding."""
        return self.batch * math.prod(shape[channels:]) < 4

    def draw(self):
        """(architecture document, model, size of the training batch)."""
        r = self.random
        self.batch = r.choice([1, 2, 3, 5] if self.small else [1, 2, 2, 3, 5, 8, 33, 64])
        self.limit = 900 if self.small else MOST_VALUES
        self.dropout = r.random() < 0.1
        while True:
            sides = [1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 13] if self.small else [1, 3, 5, 6, 7, 8, 9, 12, 15, 16, 17, 32, 33]
            channels, height, width = r.choice([1, 1, 2, 3, 3, 4, 8]), r.choice(sides), r.choice(sides)
            if channels * height * width * self.batch <= self.limit:
                break
        classes = r.choice([2, 3, 5, 10])
        input_id = r.choice(["input", "input", "x", "picture"])
        output_id = r.choice(["output", "output", "y"])
        self.taken = {input_id, output_id}
        self.values = {input_id: (channels, height, width)}
        self.steps = []
        last, wanted = input_id, r.randint(1, 6 if self.small else 10)
        for _ in range(200):
            if len(self.steps) >= wanted:
                break
            source = last if r.random() < 0.8 else r.choice(list(self.values))
            shape = self.values[source]
            kind = r.choice(self.IMAGE if len(shape) == 3 else self.VECTOR)
            if kind == "Flatten" and len(shape) == 3 and len(self.steps) < wanted - 2:
                continue
            inputs = [source]
            if kind in JOINS:
                more = self.join_inputs(kind, shape)
                if more is None:
                    continue
                inputs += more
            last = self.add(kind, inputs, self.attributes(kind, shape)) or last
        last = self.finish(classes)
        document = self.document(input_id, output_id, last, (channels, height, width), classes)
        return document, Network(self.steps, input_id, last), self.batch

    def finish(self, classes):
        """All loose ends together, and as many scores as there are classes."""
        read = {name for step in self.steps for name in step["inputs"]}
        ends = [name for name in self.values if name not in read]
        self.limit = 10**9
        if len(ends) == 1 and len(self.values[ends[0]]) == 3 and self.random.random() < 0.2:
            scores = self.add("Conv2d", ends, {"out_channels": classes, "kernel_size": 1})
            return self.add("Flatten", [self.add("AdaptiveAvgPool2d", [scores], {"output_size": 1})], {})
        flat = [self.add("Flatten", [end], {}) if len(self.values[end]) == 3 else end for end in ends]
        joined = flat[0] if len(flat) == 1 else self.add("Concatenate", flat, {})
        return self.add("Linear", [joined], {"out_features": classes})

    def document(self, input_id, output_id, last, shape, classes):
        nodes = [{"type": "input", "id": input_id}]
        edges = []
        for step in self.steps:
            node = {"type": "layer", "id": step["id"], "kind": step["kind"], "attributes": step["attributes"]}
            nodes.append({**node, "frozen": True} if step["frozen"] else node)
            edges += [
                {"source": source, "target": step["id"], "port": port} for port, source in enumerate(step["inputs"])
            ]
        nodes.append({"type": "output", "id": output_id})
        edges.append({"source": last, "target": output_id, "port": 0})
        return {
            "format": "residuum.architecture",
            "version": 1,
            "name": "random",
            "input": dict(zip(("channels", "height", "width"), shape)),
            "classes": classes,
            "graph": {"nodes": nodes, "edges": edges},
        }


def watch_margins(model, images):
    """The least distance of a value from a kink or tie that decides a gradient, relative to its tensor's largest."""
    margins = [1.0]

    def near(distances, scale, exact):
        distances = distances[distances > exact * scale]
        if distances.numel():
            margins.append((distances.min() / scale).item())

    def watch(step, inputs):
        x = inputs[0].detach()
        scale = x.abs().max().clamp(min=1e-30)
        for kink in KINKS.get(step["kind"], []):
            near((x - kink).abs().flatten(), scale, 0)
        if step["kind"] == "MaxPool2d":
            module = step["module"]
            kernel, stride, padding = (
                value if isinstance(value, tuple) else (value, value)
                for value in (module.kernel_size, module.stride, module.padding)
            )
            # Behind the input a further window may begin that ceil_mode adds.
            x = F.pad(x, (padding[1], padding[1] + kernel[1], padding[0], padding[0] + kernel[0]), value=-math.inf)
            windows = x.unfold(2, kernel[0], stride[0]).unfold(3, kernel[1], stride[1]).flatten(-2)
            if windows.shape[-1] > 1:
                top = windows.topk(2).values
                gaps = (top[..., 0] - top[..., 1]).flatten()
                near(gaps[gaps.isfinite()], scale, 1e-12)

    model.watch = watch
    with torch.no_grad():
        model(images)
    model.watch = None
    return min(margins)
