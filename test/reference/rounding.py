"""What the rounding of a batch norm's mean does to gradients.

TensorFlow sums a channel's N values in float32 one after another, with oneDNN and without: its mean is off by about
sqrt(N) |mean| / (3 2^24), while PyTorch's is off by less than 2^-24 |mean|. Normalised values are then all off by the
same, and so are the gradients of the values before: by scale * mean(gradient * normalised) * (what the mean is off) /
variance. Where those are summed and nothing should be left (a bias before batch norm), N times that is left. The mean of
the gradients, which the kernel takes from each of them, is summed in float32 as well.

Measured in network 664 of seed 0, channel 3 of batchnorm2d5 (N 476, mean 0.301, variance 5.8e-4): the mean is off by
-1.17e-7 with oneDNN (AVX2 or AVX-512), -8.7e-8 without, 2e-9 in PyTorch. From this follows 1.24e-4, 9.2e-5 and -2e-6 for
the gradient of the bias, which is 0; TensorFlow gives 1.29e-4 and 9.8e-5, PyTorch 9e-7. The gradients that it sums are
right to 3.8e-7 of their largest; of the sum of their sizes (340), what is left is 3.8e-7 as well.
"""

import copy
from types import MethodType

import torch
from torch import nn

# A mean is moved by so much times sqrt(N) |mean|, that of gradients by so much times sqrt(N) of their mean size: three
# standard deviations of what summing rounds.
ROUNDING = 2.0**-24
PLACES = (0, 2, 3)


class ShiftedNorm(torch.autograd.Function):
    """
    x normalised with a mean that is off by `shift`, with the gradient as kernels work it out from what was normalised.
    Autograd's own would take the mean out once more.
    """

    @staticmethod
    def forward(context, x, shift, eps):
        variance, mean = torch.var_mean(x, PLACES, unbiased=False, keepdim=True)
        factor = (variance + eps).rsqrt()
        normal = (x - mean - shift) * factor
        context.save_for_backward(normal, factor, shift.sign())
        return normal

    @staticmethod
    def backward(context, gradient):
        normal, factor, sign = context.saved_tensors
        shared = normal * (gradient * normal).mean(PLACES, keepdim=True)
        rounded = sign * ROUNDING * (gradient.numel() / gradient.shape[1]) ** 0.5 * gradient.abs().mean(PLACES, keepdim=True)
        return factor * (gradient - gradient.mean(PLACES, keepdim=True) - rounded - shared), None, None


def shifted_forward(norm, x):
    mean = x.detach().mean(PLACES, keepdim=True)
    signs = torch.randint(0, 2, mean.shape, generator=norm.signs) * 2 - 1
    shift = ROUNDING * (x.numel() / x.shape[1]) ** 0.5 * mean * signs
    y = ShiftedNorm.apply(x, shift, norm.eps)
    return y * norm.weight[:, None, None] + norm.bias[:, None, None] if norm.affine else y


def with_rounded_means(model, seed):
    """A copy of `model` whose batch norms, in training, have means off to one side or the other."""
    rounded = copy.deepcopy(model)
    for number, module in enumerate(rounded.modules()):
        if isinstance(module, nn.BatchNorm2d):
            module.signs = torch.Generator().manual_seed(1000 * seed + number)
            module.forward = MethodType(shifted_forward, module)
    return rounded


def gradients_of(model, images, labels):
    model.train()
    model.zero_grad()
    nn.functional.cross_entropy(model(images.double()), labels).backward()
    values = {name: value for name, value in model.named_values() if isinstance(value, nn.Parameter)}
    return {f"train.gradient.{name}": value.grad for name, value in values.items() if value.numel()}


def rounding_of(exact, images, labels):
    """
    The most that rounded means of batch norms move each gradient of `exact`, a model in float64, in training: by the
    names of `values_of`.
    """
    if not any(isinstance(module, nn.BatchNorm2d) for module in exact.modules()):
        return {}
    expected = gradients_of(copy.deepcopy(exact), images, labels)
    rounded = [gradients_of(with_rounded_means(exact, seed), images, labels) for seed in range(2)]
    return {
        name: max((other[name] - value).abs().max().item() for other in rounded) for name, value in expected.items()
    }
