"""Training and evaluation loops in PyTorch, for `npm run bench` to compare with.

    python test/bench/pytorch_loop.py FOLDER --case CASE --steps N [--compile]

FOLDER is the cached CIFAR-10. Pictures go one by one through Pillow's resize where there is one, to a
tensor, and through the normalisation, as torchvision's CIFAR10 data set and transforms do. Waits for a line
on standard input before each round, prints pictures a second and the peak memory after it as JSON, and ends
with the input.
"""

import argparse
import json
import resource
import sys
import time
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import nn
from torch.utils.data import DataLoader, Dataset

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "reference"))
from resnet20 import ResNet20  # noqa: E402
from seed_resnet import SeedResNet  # noqa: E402


class Cifar10(Dataset):
    def __init__(self, folder, split, side):
        planes = np.fromfile(folder / f"{split}.images.u8", dtype=np.uint8).reshape(-1, 3, 32, 32)
        self.data = np.ascontiguousarray(planes.transpose(0, 2, 3, 1))
        self.targets = np.fromfile(folder / f"{split}.labels.u8", dtype=np.uint8).tolist()
        self.side = side

    def __len__(self):
        return len(self.targets)

    def __getitem__(self, index):
        picture = Image.fromarray(self.data[index])
        if self.side != 32:
            picture = picture.resize((self.side, self.side), Image.BILINEAR)
        x = torch.from_numpy(np.array(picture)).permute(2, 0, 1).contiguous().float().div(255)
        return x.sub(0.5).div(0.5), self.targets[index]


def lenet5():
    return nn.Sequential(
        nn.Conv2d(3, 6, 5),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(400, 120),
        nn.ReLU(),
        nn.Linear(120, 84),
        nn.ReLU(),
        nn.Linear(84, 10),
    )


# Model, side of the pictures, batch size, settings of SGD; None for evaluation.
CASES = {
    "seed-resnet": (SeedResNet, 96, 64, {"lr": 0.01}),
    "resnet-20": (ResNet20, 32, 128, {"lr": 0.1, "momentum": 0.9, "weight_decay": 1e-4}),
    "lenet-5": (lenet5, 32, 256, {"lr": 0.05, "momentum": 0.9}),
    "seed-resnet-evaluation": (SeedResNet, 96, 128, None),
}


def endless(loader):
    while True:
        yield from loader


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--case", choices=CASES, default="seed-resnet")
    parser.add_argument("--steps", type=int, required=True)
    parser.add_argument("--workers", type=int, default=0)
    parser.add_argument("--compile", action="store_true")
    arguments = parser.parse_args()
    torch.manual_seed(0)
    make, side, batch, settings = CASES[arguments.case]
    device = "cuda" if torch.cuda.is_available() else "cpu"
    model = make().to(device)
    for module in model.modules():
        if isinstance(module, (nn.Conv2d, nn.Linear)):
            nn.init.xavier_uniform_(module.weight)
    training = settings is not None
    model.train(training)
    run = torch.compile(model) if arguments.compile else model
    loss_function = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), **settings) if training else None
    dataset = Cifar10(arguments.folder, "train" if training else "test", side)
    loader = DataLoader(
        dataset, batch_size=batch, shuffle=training, num_workers=arguments.workers, drop_last=True
    )
    batches = iter(endless(loader))
    for _ in sys.stdin:
        start = time.perf_counter()
        pictures = 0
        loss_sum = 0.0
        correct = 0
        for _ in range(arguments.steps):
            x, y = next(batches)
            x, y = x.to(device), y.to(device)
            with torch.set_grad_enabled(training):
                y_hat = run(x)
                loss = loss_function(y_hat, y)
            if training:
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
            loss_sum += loss.cpu().item()
            correct += (y_hat.argmax(dim=1) == y).sum().cpu().item()
            pictures += y.shape[0]
        rate = pictures / (time.perf_counter() - start)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        print(json.dumps({"picturesPerSecond": rate, "peakMemory": peak}), flush=True)


if __name__ == "__main__":
    main()
