"""What the rounding of a mean that values are normalised with does to gradients.

TensorFlow sums a channel's N values in float32 one after another, with oneDNN and without: its mean is off by about
sqrt(N) |mean| / (3 2^24), while PyTorch's is off by less than 2^-24 |mean|. Normalised values are then all off by the
same, and so are the gradients of the values before: by scale * mean(gradient * normalised) * (what the mean is off) /
variance. Where those are summed and nothing should be left (a bias before batch norm), N times that is left. The mean of
the gradients, which the kernel takes from each of them, is summed in float32 as well.

Measured in network 664 of seed 0, channel 3 of batchnorm2d5 (N 476, mean 0.301, variance 5.8e-4): the mean is off by
-1.17e-7 with oneDNN (AVX2 or AVX-512), -8.7e-8 without, 2e-9 in PyTorch. From this follows 1.24e-4, 9.2e-5 and -2e-6 for
the gradient of the bias, which is 0; TensorFlow gives 1.29e-4 and 9.8e-5, PyTorch 9e-7. The gradients that it sums are
right to 3.8e-7 of their largest; of the sum of their sizes (340), what is left is 3.8e-7 as well.

The same holds of InstanceNorm2d, whose means are of one picture, in evaluation too.
"""

import copy
from functools import partial

import torch
from torch import nn

# A mean is moved by so much times sqrt(N) |mean|, that of gradients by so much times sqrt(N) of their mean size: three
# standard deviations of what summing rounds.
ROUNDING = 2.0**-24


class ShiftedNorm(torch.autograd.Function):
    """
    x normalised over `places` with a mean that is off by `shift`, with the gradient as kernels work it out from what
    was normalised. Autograd's own would take the mean out once more.
    """

    @staticmethod
    def forward(context, x, shift, eps, places):
        variance, mean = torch.var_mean(x, places, unbiased=False, keepdim=True)
        factor = (variance + eps).rsqrt()
        normal = (x - mean - shift) * factor
        context.places = places
        context.save_for_backward(normal, factor, shift.sign())
        return normal

    @staticmethod
    def backward(context, gradient):
        normal, factor, sign = context.saved_tensors

        def mean(values):
            return values.mean(context.places, keepdim=True)

        count = gradient.numel() / sign.numel()
        rounded = sign * ROUNDING * count**0.5 * mean(gradient.abs())
        return factor * (gradient - mean(gradient) - rounded - normal * mean(gradient * normal)), None, None, None


def shifted_forward(norm, places, exact, x):
    if not norm.training and norm.track_running_stats:
        return exact(x)
    mean = x.detach().mean(places, keepdim=True)
    signs = torch.randint(0, 2, mean.shape, generator=norm.signs) * 2 - 1
    shift = ROUNDING * (x.numel() / mean.numel()) ** 0.5 * mean * signs
    y = ShiftedNorm.apply(x, shift, norm.eps, places)
    return y * norm.weight[:, None, None] + norm.bias[:, None, None] if norm.affine else y


# What a mean is taken over, by the class of the layer.
PLACES = {nn.BatchNorm2d: (0, 2, 3), nn.InstanceNorm2d: (2, 3)}


def with_rounded_means(model, seed):
    """A copy of `model` whose normalisations have means off to one side or the other."""
    rounded = copy.deepcopy(model)
    for number, module in enumerate(rounded.modules()):
        if type(module) in PLACES:
            module.signs = torch.Generator().manual_seed(1000 * seed + number)
            module.forward = partial(shifted_forward, module, PLACES[type(module)], module.forward)
    return rounded


def gradients_of(model, images, labels, mode):
    model.train(mode == "train")
    model.zero_grad()
    nn.functional.cross_entropy(model(images.double()), labels).backward()
    values = {name: value for name, value in model.named_values() if isinstance(value, nn.Parameter)}
    return {f"{mode}.gradient.{name}": value.grad for name, value in values.items() if value.numel()}


def rounding_of(exact, images, labels, modes):
    """
    The most that rounded means move each gradient of `exact`, a model in float64: by the names of `values_of`.
    """
    if not any(type(module) in PLACES for module in exact.modules()):
        return {}
    moved = {}
    for mode in modes:
        expected = gradients_of(copy.deepcopy(exact), images, labels, mode)
        rounded = [gradients_of(with_rounded_means(exact, seed), images, labels, mode) for seed in range(2)]
        for name, value in expected.items():
            moved[name] = max((other[name] - value).abs().max().item() for other in rounded)
    return moved
