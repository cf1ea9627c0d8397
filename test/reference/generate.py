"""Writes the PyTorch fixtures that the engine tests compare with.

    python test/reference/generate.py [FOLDER]

needs torch 2.13, numpy, pillow 13.0 and safetensors. Output: test/fixtures. With FOLDER, the cached
CIFAR-10 (datasets/cifar10 in the cache), also the hash of its resized test pictures.
"""

import hashlib
import json
import sys
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from safetensors.torch import save_file
from torch import nn
from torch.nn import functional as F
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from layers import CASES, NORMALIZATIONS, make_layer, randomise
from resnet20 import ResNet20
from schedules import schedules
from seed_resnet import Residual, SeedResNet

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
STEPS = 10


class BlockClassifier(nn.Module):
    """One residual block whose every output value reaches the logits."""

    def __init__(self, channel_in, channel_out, projection, stride, size):
        super().__init__()
        self.block = Residual(channel_in, channel_out, projection, stride)
        height, width = (-(-side // stride) for side in size)
        self.fc = nn.Linear(channel_out * height * width, 10)

    def forward(self, x):
        return self.fc(torch.flatten(self.block(x), 1))


def record(
    name, model, images, labels, optimizer, steps=STEPS, smoothing=0.0, clip=None, factors=None, decay=None,
    lookahead=None, frozen=(), decay_factors=None, modes=("train", "evaluate"),
):
    loss_functions = {"train": nn.CrossEntropyLoss(label_smoothing=smoothing), "evaluate": nn.CrossEntropyLoss()}
    tensors = {"images": images, "labels": labels.to(torch.int32)}

    def state():
        return {
            key: value.detach().clone()
            for key, value in model.state_dict().items()
            if not key.endswith("num_batches_tracked")
        }

    for key, parameter in model.named_parameters():
        parameter.requires_grad_(not key.startswith(tuple(frozen)))
    initial = state()
    tensors |= {f"initial.{key}": value for key, value in initial.items()}
    for mode in modes:
        model.load_state_dict(initial, strict=False)
        model.train(mode == "train")
        model.zero_grad()
        logits = model(images)
        loss = loss_functions[mode](logits, labels)
        loss.backward()
        tensors[f"{mode}.logits"] = logits.detach()
        tensors[f"{mode}.loss"] = loss.detach().reshape(1)
        for key, parameter in model.named_parameters():
            if parameter.requires_grad:
                tensors[f"{mode}.gradient.{key}"] = parameter.grad.clone()
        if mode == "train":
            for key, value in state().items():
                if "running" in key:
                    tensors[f"after.{key}"] = value

    model.load_state_dict(initial, strict=False)
    model.train()
    optimizer_object = make_optimizer(parameter_groups(model, optimizer, factors, decay_factors), optimizer)
    trained = {key: parameter for key, parameter in model.named_parameters() if parameter.requires_grad}
    slow = {key: parameter.detach().clone() for key, parameter in trained.items()}
    averaged = decay and AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(decay))
    losses = []
    for step in range(steps if "train" in modes else 0):
        optimizer_object.zero_grad()
        loss = loss_functions["train"](model(images), labels)
        loss.backward()
        if clip is not None:
            nn.utils.clip_grad_norm_(model.parameters(), clip)
        optimizer_object.step()
        losses.append(loss.item())
        if lookahead and (step + 1) % lookahead["steps"] == 0:
            with torch.no_grad():
                for key, parameter in trained.items():
                    slow[key] += lookahead["alpha"] * (parameter - slow[key])
                    parameter.copy_(slow[key])
        if averaged:
            averaged.update_parameters(model)
    tensors["steps.losses"] = torch.tensor(losses)
    tensors |= {f"final.{key}": value for key, value in state().items()}
    if averaged:
        for key, parameter in averaged.module.named_parameters():
            tensors[f"final.average.{key}"] = parameter.detach()
        # Running statistics are those of the model itself.
        averaged.module.load_state_dict({k: v for k, v in model.state_dict().items() if "running" in k}, strict=False)
        tensors["averaged.logits"] = averaged.module.eval()(images).detach()
    if lookahead:
        tensors |= {f"final.slow.{key}": value for key, value in slow.items()}
    tensors = {key: value.contiguous() for key, value in tensors.items()}
    rules = {
        "labelSmoothing": smoothing,
        "maxGradientNorm": clip,
        "averaging": decay and {"decay": decay},
        "lookahead": lookahead,
        "learningRateFactors": factors,
    }
    if decay_factors:
        rules["weightDecayFactors"] = decay_factors
    metadata = {"optimizer": json.dumps(optimizer), "rules": json.dumps(rules)}
    save_file(tensors, FIXTURES / f"{name}.safetensors", metadata)


def parameter_groups(model, settings, factors, decay_factors):
    groups = {"weight": [], "bias": [], "normalization": []}
    for module in model.modules():
        for key, parameter in module.named_parameters(recurse=False):
            normal = isinstance(module, NORMALIZATIONS)
            groups["normalization" if normal else "bias" if key == "bias" else "weight"].append(parameter)
    # AdamW's own default counts where the settings leave weight decay out.
    decay = settings.get("weightDecay", 0.01 if settings["kind"] == "AdamW" else 0.0)
    return [
        {
            "params": group,
            "lr": settings["learningRate"] * (factors or {}).get(role, 1),
            "weight_decay": decay * (decay_factors or {}).get(role, 1),
        }
        for role, group in groups.items()
        if group
    ]


def make_optimizer(parameters, settings):
    spelling = {"learningRate": "lr", "weightDecay": "weight_decay"}
    arguments = {spelling.get(key, key): value for key, value in settings.items() if key != "kind"}
    return getattr(torch.optim, settings["kind"])(parameters, **arguments)


def sgd(learning_rate, momentum=0.0, weight_decay=0.0, nesterov=False):
    return {
        "kind": "SGD",
        "learningRate": learning_rate,
        "momentum": momentum,
        "weightDecay": weight_decay,
        "nesterov": nesterov,
    }


def blocks():
    cases = {
        "plain-even": (4, 4, False, 1, (8, 8), sgd(0.01)),
        "plain-odd": (4, 4, False, 1, (9, 7), sgd(0.01, momentum=0.9)),
        "projection-1-even": (4, 6, True, 1, (8, 8), sgd(0.01, weight_decay=0.01)),
        "projection-1-odd": (4, 6, True, 1, (9, 7), sgd(0.01, 0.9, 0.01)),
        "projection-2-even": (4, 6, True, 2, (8, 8), sgd(0.01, 0.9, 0.01, True)),
        "projection-2-odd": (4, 6, True, 2, (9, 7), sgd(0.01)),
    }
    for index, (name, (channel_in, channel_out, projection, stride, size, optimizer)) in enumerate(cases.items()):
        torch.manual_seed(index)
        model = BlockClassifier(channel_in, channel_out, projection, stride, size)
        randomise(model)
        images = torch.randn(6, channel_in, *size)
        labels = torch.randint(0, 10, (6,))
        record(f"residual-{name}", model, images, labels, optimizer)


class LayerClassifier(nn.Module):
    """One layer whose every output value reaches the logits."""

    def __init__(self, kind, shape, attributes):
        super().__init__()
        self.layer = make_layer(kind, shape[0], attributes)
        with torch.no_grad():
            features = self.layer.eval()(torch.zeros(1, *shape)).numel()
        self.fc = nn.Linear(features, 2)

    def forward(self, x):
        return self.fc(torch.flatten(self.layer(x), 1))


def layers():
    for index, case in enumerate(CASES):
        torch.manual_seed(200 + index)
        model = LayerClassifier(case["kind"], case["input"], case["attributes"])
        randomise(model)
        images = torch.randn(3, *case["input"])
        labels = torch.randint(0, 2, (3,))
        # What is random in training has a reference in evaluation alone.
        modes = case.get("modes", ["train", "evaluate"])
        record(f"layer-{index:02d}", model, images, labels, sgd(0.01, 0.9), modes=modes)


class Inception(nn.Module):
    """Four branches side by side (Szegedy et al. 2015)."""

    def __init__(self):
        super().__init__()
        self.one = nn.Conv2d(4, 2, 1)
        self.three_reduce = nn.Conv2d(4, 2, 1)
        self.three = nn.Conv2d(2, 3, 3, padding=1)
        self.five_reduce = nn.Conv2d(4, 2, 1)
        self.five = nn.Conv2d(2, 2, 5, padding=2)
        self.pool = nn.MaxPool2d(3, stride=1, padding=1)
        self.pool_reduce = nn.Conv2d(4, 1, 1)
        self.fc = nn.Linear(8 * 6 * 7, 2)

    def forward(self, x):
        three = self.three(torch.relu(self.three_reduce(x)))
        five = self.five(torch.relu(self.five_reduce(x)))
        y = torch.cat([self.one(x), three, five, self.pool_reduce(self.pool(x))], 1)
        return self.fc(torch.flatten(torch.relu(y), 1))


class SqueezeExcitation(nn.Module):
    """A convolution gated by squeeze-and-excitation (Hu et al. 2018)."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(4, 6, 3, padding=1)
        self.squeeze = nn.AdaptiveAvgPool2d(1)
        self.reduce = nn.Conv2d(6, 2, 1)
        self.expand = nn.Conv2d(2, 6, 1)
        self.fc = nn.Linear(6 * 6 * 7, 2)

    def forward(self, x):
        y = self.conv(x)
        gate = torch.sigmoid(self.expand(torch.relu(self.reduce(self.squeeze(y)))))
        return self.fc(torch.flatten(y * gate, 1))


class Depthwise(nn.Module):
    """Depthwise and pointwise convolution (Howard et al. 2017), twice."""

    def __init__(self):
        super().__init__()
        self.depth1 = nn.Conv2d(4, 4, 3, padding=1, groups=4, bias=False)
        self.bn1 = nn.BatchNorm2d(4)
        self.point1 = nn.Conv2d(4, 6, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(6)
        self.depth2 = nn.Conv2d(6, 6, 3, stride=2, padding=1, groups=6, bias=False)
        self.fc = nn.Linear(6 * 3 * 4, 2)

    def forward(self, x):
        y = torch.relu(self.bn1(self.depth1(x)))
        y = torch.relu(self.bn2(self.point1(y)))
        return self.fc(torch.flatten(self.depth2(y), 1))


class Linears(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(4 * 6 * 7, 7, bias=False)
        self.fc2 = nn.Linear(7, 5)
        self.fc = nn.Linear(5, 2, bias=False)

    def forward(self, x):
        return self.fc(self.fc2(torch.sigmoid(self.fc1(torch.flatten(x, 1)))))


class Joins(nn.Module):
    """Add, Concatenate and Multiply of three inputs each, one of them broadcast."""

    def __init__(self):
        super().__init__()
        self.a = nn.Conv2d(4, 3, 1)
        self.b = nn.Conv2d(4, 3, 3, padding=1)
        self.c = nn.Conv2d(4, 3, (1, 3), padding=(0, 1))
        self.squeeze = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(10 * 6 * 7, 2)

    def forward(self, x):
        a, b, c = self.a(x), self.b(x), self.c(x)
        y = torch.cat([a + b + c, a * b * self.squeeze(c), x], 1)
        return self.fc(torch.flatten(y, 1))


class Instances(nn.Module):
    """Pictures normalised one by one, trained slopes of channels, of features and of all."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(4, 6, 3, padding=1)
        self.in1 = nn.InstanceNorm2d(6, affine=True, track_running_stats=True)
        self.hardswish = nn.Hardswish()
        self.conv2 = nn.Conv2d(6, 5, 3, stride=2, padding=1)
        self.prelu1 = nn.PReLU(5)
        self.in2 = nn.InstanceNorm2d(5)
        self.prelu2 = nn.PReLU()
        self.fc1 = nn.Linear(5 * 3 * 4, 7)
        self.prelu3 = nn.PReLU(7)
        self.fc = nn.Linear(7, 2)

    def forward(self, x):
        y = self.hardswish(self.in1(self.conv1(x)))
        y = self.prelu2(self.in2(self.prelu1(self.conv2(y))))
        return self.fc(self.prelu3(self.fc1(torch.flatten(y, 1))))


def small_networks():
    for index, (name, model) in enumerate(
        {
            "inception": Inception(),
            "squeeze-excitation": SqueezeExcitation(),
            "depthwise": Depthwise(),
            "linears": Linears(),
            "joins": Joins(),
            "instances": Instances(),
        }.items()
    ):
        torch.manual_seed(300 + index)
        randomise(model)
        images = torch.randn(3, 4, 6, 7)
        labels = torch.randint(0, 2, (3,))
        record(f"network-{name}", model, images, labels, sgd(0.01, 0.9))


class Plain(nn.Module):
    """Convolutions with bias and batch norm, max poolings, two linear layers: no shortcut anywhere."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, 5, padding=2)
        self.bn1 = nn.BatchNorm2d(6)
        self.conv2 = nn.Conv2d(6, 8, 3, padding=1)
        self.bn2 = nn.BatchNorm2d(8)
        self.conv3 = nn.Conv2d(8, 8, 3)
        self.fc1 = nn.Linear(8 * 2 * 2, 12)
        self.fc2 = nn.Linear(12, 10)

    def forward(self, x):
        y = F.max_pool2d(torch.relu(self.bn1(self.conv1(x))), 2, 2)
        y = F.max_pool2d(torch.relu(self.bn2(self.conv2(y))), 3, 2)
        y = torch.relu(self.conv3(y))
        return self.fc2(torch.relu(self.fc1(torch.flatten(y, 1))))


def whole_networks():
    for index, (name, make, size) in enumerate([("resnet-20", lambda: ResNet20(4), 32), ("plain", Plain, 18)]):
        torch.manual_seed(500 + index)
        model = make()
        randomise(model)
        images = torch.rand(4, 3, size, size) * 2 - 1
        labels = torch.randint(0, 10, (4,))
        record(f"network-{name}", model, images, labels, sgd(0.02, 0.9, 1e-4), steps=5)


def augmentations():
    """Augmented pictures for given draws; crop offsets are those of torchvision's RandomCrop less the padding."""
    torch.manual_seed(600)
    pictures = torch.randint(0, 256, (4, 3, 8, 9), dtype=torch.uint8)
    tensors = {"pictures": pictures}
    crops = torch.tensor([[0, 0], [-3, 2], [3, -3], [1, 3]])
    moves = torch.tensor([[0, 0], [2, -1], [-4, 4], [0, -8]])
    flips = torch.tensor([0, 1, 1, 0])
    tensors |= {"crops": crops.int(), "moves": moves.int(), "flips": flips.int()}
    for mode in ("zeros", "reflect"):
        results = []
        for picture, (down, right), (move_down, move_right), flip in zip(pictures, crops, moves, flips):
            x = picture.float()[None]
            if flip:
                x = x.flip(-1)
            x = F.pad(x, (3, 3, 3, 3), mode="constant" if mode == "zeros" else "reflect")
            x = x[:, :, 3 + down : 11 + down, 3 + right : 12 + right]
            x = F.pad(x, (8, 8, 8, 8))[:, :, 8 - move_down : 16 - move_down, 8 - move_right : 17 - move_right]
            results.append(x[0])
        tensors[f"moved.{mode}"] = torch.stack(results).to(torch.uint8)
    # torchvision.transforms.functional.adjust_brightness and adjust_contrast of float tensors.
    brightness = torch.tensor([0.5, 1.0, 1.4, 1.9])
    contrast = torch.tensor([1.8, 0.3, 1.0, 0.0])
    bright = (pictures.float() / 255 * brightness[:, None, None, None]).clamp(0, 1)
    grey = (bright * torch.tensor([0.2989, 0.587, 0.114])[:, None, None]).sum(1, keepdim=True)
    factor = contrast[:, None, None, None]
    mean = grey.mean((1, 2, 3), keepdim=True)
    tensors |= {"brightness": brightness, "contrast": contrast}
    tensors["coloured"] = (factor * bright + (1 - factor) * mean).clamp(0, 1)
    # Mixup: the loss towards probabilities, with label smoothing.
    logits = torch.randn(5, 4, requires_grad=True)
    labels, partner, share = torch.tensor([0, 1, 2, 3, 1]), torch.tensor([3, 0, 1, 2, 4]), 0.7
    one_hot = F.one_hot(labels, 4).float()
    loss = F.cross_entropy(logits, share * one_hot + (1 - share) * one_hot[partner], label_smoothing=0.1)
    loss.backward()
    tensors |= {
        "mixup.logits": logits.detach(),
        "mixup.labels": labels.int(),
        "mixup.partner": partner.int(),
        "mixup.share": torch.tensor([share]),
        "mixup.loss": loss.detach().reshape(1),
        "mixup.gradient": logits.grad,
    }
    save_file({key: value.contiguous() for key, value in tensors.items()}, FIXTURES / "augmentation.safetensors")


def optimizers():
    adam = {"learningRate": 0.01, "betas": [0.8, 0.99], "eps": 1e-6}
    cases = {
        "sgd-dampening": ({"kind": "SGD", "learningRate": 0.05, "momentum": 0.9, "dampening": 0.3}, {}),
        "sgd-nesterov": ({"kind": "SGD", "learningRate": 0.05, "momentum": 0.9, "nesterov": True}, {}),
        "adam": ({"kind": "Adam", "learningRate": 0.01}, {}),
        "adam-decay": ({"kind": "Adam", **adam, "weightDecay": 0.1}, {}),
        "adamw": ({"kind": "AdamW", "learningRate": 0.01}, {}),
        "adamw-decay": ({"kind": "AdamW", **adam, "weightDecay": 0.3}, {}),
        "rmsprop": ({"kind": "RMSprop", "learningRate": 0.01}, {}),
        "rmsprop-momentum": (
            {
                "kind": "RMSprop",
                "learningRate": 0.005,
                "alpha": 0.9,
                "eps": 1e-3,
                "momentum": 0.8,
                "weightDecay": 0.1,
            },
            {},
        ),
        "label-smoothing": ({"kind": "SGD", "learningRate": 0.05, "momentum": 0.9}, {"smoothing": 0.1}),
        "clipping": ({"kind": "SGD", "learningRate": 0.05, "momentum": 0.9}, {"clip": 0.5}),
        "factors": (
            {"kind": "SGD", "learningRate": 0.05, "momentum": 0.9, "weightDecay": 0.01},
            {"factors": {"bias": 2.5, "normalization": 0.3}},
        ),
        "averaging": ({"kind": "SGD", "learningRate": 0.05, "momentum": 0.9}, {"decay": 0.8}),
        "lookahead": ({"kind": "Adam", "learningRate": 0.01}, {"lookahead": {"steps": 6, "alpha": 0.4}}),
        "lookahead-averaging": (
            {"kind": "SGD", "learningRate": 0.05, "momentum": 0.9},
            {"lookahead": {"steps": 3, "alpha": 0.5}, "decay": 0.9},
        ),
        "frozen": (
            {"kind": "AdamW", "learningRate": 0.01},
            {"frozen": ["block.conv1.", "block.bn1.", "fc."]},
        ),
        "decay-factors": (
            {"kind": "SGD", "learningRate": 0.05, "momentum": 0.9, "weightDecay": 0.2},
            {"decay_factors": {"bias": 0, "normalization": 0.4}, "factors": {"bias": 1.5, "normalization": 0.5}},
        ),
        "decay-factors-adamw": (
            {"kind": "AdamW", "learningRate": 0.01, "weightDecay": 0.5},
            {"decay_factors": {"bias": 3, "normalization": 0}},
        ),
        "decay-factors-rmsprop": (
            {"kind": "RMSprop", "learningRate": 0.005, "weightDecay": 0.3},
            {"decay_factors": {"bias": 0, "normalization": 0}},
        ),
        # As large as the root of the second moment: where it is added, before or after its correction, tells.
        "adam-eps": ({"kind": "Adam", "learningRate": 0.01, "eps": 1e-2}, {}),
        "adamw-eps": ({"kind": "AdamW", "learningRate": 0.01, "eps": 1e-2}, {}),
    }
    for index, (name, (optimizer, rules)) in enumerate(cases.items()):
        torch.manual_seed(400 + index)
        model = BlockClassifier(3, 4, True, 2, (7, 6))
        randomise(model)
        images = torch.randn(5, 3, 7, 6)
        labels = torch.randint(0, 10, (5,))
        record(f"optimizer-{name}", model, images, labels, optimizer, steps=20, **rules)


def refusals():
    """Which inputs PyTorch refuses to normalise in training: N, C, H, W each."""
    cases = []
    for shape in [(n, c, h, w) for n in (1, 2) for c in (1, 2, 4) for h in (1, 2) for w in (1, 3)]:
        for groups in [None] + [g for g in (1, 2, 4) if shape[1] % g == 0]:
            layer = nn.GroupNorm(groups, shape[1]) if groups else nn.BatchNorm2d(shape[1])
            try:
                layer.train()(torch.randn(shape))
                refused = False
            except ValueError:
                refused = True
            kind = type(layer).__name__
            cases.append({"kind": kind, "shape": shape, "attributes": {"num_groups": groups} if groups else {}, "refused": refused})
    (FIXTURES / "refusals.json").write_text(json.dumps({"cases": cases}) + "\n")


def narrow_network():
    torch.manual_seed(100)
    model = SeedResNet(width=8)
    randomise(model)
    images = torch.rand(4, 3, 96, 96) * 2 - 1
    labels = torch.randint(0, 10, (4,))
    record("seed-resnet-8", model, images, labels, sgd(0.01))


def resizes():
    """Pillow's bilinear resize of random pixels, up, down and to odd sizes."""
    random = np.random.default_rng(0)
    tensors = {}
    sizes = [
        (32, 32, 96, 96),
        (32, 32, 45, 33),
        (40, 33, 32, 21),
        (8, 8, 8, 8),
        # Which pass comes first: rows and columns grow and shrink in every way, also by two rows a column and one more.
        (32, 32, 24, 40),
        (32, 32, 20, 50),
        (24, 32, 40, 20),
        (30, 30, 20, 25),
        (30, 30, 19, 25),
        (30, 30, 20, 12),
        (30, 30, 20, 30),
        (30, 30, 30, 20),
    ]
    for height, width, to_height, to_width in sizes:
        pictures = random.integers(0, 256, (3, height, width, 3), dtype=np.uint8)
        resized = [
            np.asarray(Image.fromarray(picture).resize((to_width, to_height), Image.BILINEAR))
            for picture in pictures
        ]
        key = f"{height}x{width}-{to_height}x{to_width}"
        tensors[f"{key}.pictures"] = torch.from_numpy(pictures.transpose(0, 3, 1, 2).copy())
        tensors[f"{key}.resized"] = torch.from_numpy(np.stack(resized))
        if key == "32x32-24x40":
            # A pass at a time: what runs have that were made before the order was Pillow's.
            wide = [Image.fromarray(picture).resize((to_width, height), Image.BILINEAR) for picture in pictures]
            both = [np.asarray(picture.resize((to_width, to_height), Image.BILINEAR)) for picture in wide]
            tensors[f"{key}.horizontal-first"] = torch.from_numpy(np.stack(both))
    save_file(tensors, FIXTURES / "resize.safetensors")


def halves():
    """Floats of 16 bits: ends of the ranges, the smallest, halfway cases; and what PyTorch reads them as."""
    values = [0.0, -0.0, 1.0, -1.5, 0.1, 65504.0, 6.1035e-5, 5.9605e-8, -3.0e-6, 1e30, -1e-30, float("inf"), float("-inf")]
    tensors = {}
    for name, dtype in (("F16", torch.float16), ("BF16", torch.bfloat16)):
        tensors[name] = torch.tensor(values).to(dtype)
        tensors[f"{name}.float32"] = tensors[name].float()
    save_file(tensors, FIXTURES / "halves.safetensors")


def test_pictures(folder):
    """SHA-256 of all CIFAR-10 test pictures resized by Pillow to 96x96, as N, height, width, channel bytes."""
    planes = np.fromfile(folder / "test.images.u8", dtype=np.uint8).reshape(-1, 3, 32, 32)
    digest = hashlib.sha256()
    for picture in planes.transpose(0, 2, 3, 1):
        resized = Image.fromarray(np.ascontiguousarray(picture)).resize((96, 96), Image.BILINEAR)
        digest.update(np.asarray(resized).tobytes())
    text = json.dumps({"pictures": len(planes), "side": 96, "sha256": digest.hexdigest()}, indent=2)
    (FIXTURES / "resize-test-pictures.json").write_text(text + "\n")


if __name__ == "__main__":
    FIXTURES.mkdir(exist_ok=True)
    if len(sys.argv) > 1:
        test_pictures(Path(sys.argv[1]))
    torch.set_num_threads(1)
    blocks()
    layers()
    small_networks()
    optimizers()
    schedules()
    refusals()
    narrow_network()
    whole_networks()
    augmentations()
    resizes()
    halves()
