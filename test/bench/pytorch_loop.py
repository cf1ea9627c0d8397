"""The tutorial's own training loop in PyTorch eager, for `npm run bench` to compare with.

    python test/bench/pytorch_loop.py FOLDER --steps N

FOLDER is the cached CIFAR-10. Pictures go one by one through Pillow's resize, to a tensor, and
through the normalisation, as torchvision's CIFAR10 data set and transforms do. Waits for a line on
standard input before each round, prints pictures a second after it, and ends with the input.
"""

import argparse
import sys
import time
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import nn
from torch.utils.data import DataLoader, Dataset

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "reference"))
from seed_resnet import SeedResNet  # noqa: E402


class Cifar10(Dataset):
    def __init__(self, folder):
        planes = np.fromfile(folder / "train.images.u8", dtype=np.uint8).reshape(-1, 3, 32, 32)
        self.data = np.ascontiguousarray(planes.transpose(0, 2, 3, 1))
        self.targets = np.fromfile(folder / "train.labels.u8", dtype=np.uint8).tolist()

    def __len__(self):
        return len(self.targets)

    def __getitem__(self, index):
        picture = Image.fromarray(self.data[index]).resize((96, 96), Image.BILINEAR)
        x = torch.from_numpy(np.array(picture)).permute(2, 0, 1).contiguous().float().div(255)
        return x.sub(0.5).div(0.5), self.targets[index]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--steps", type=int, required=True)
    parser.add_argument("--workers", type=int, default=0)
    arguments = parser.parse_args()
    torch.manual_seed(0)
    model = SeedResNet()
    for module in model.modules():
        if isinstance(module, (nn.Conv2d, nn.Linear)):
            nn.init.xavier_uniform_(module.weight)
    loss_function = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    loader = DataLoader(Cifar10(arguments.folder), batch_size=64, shuffle=True, num_workers=arguments.workers)
    model.train()
    batches = iter(loader)
    for _ in sys.stdin:
        start = time.perf_counter()
        pictures = 0
        loss_sum = 0.0
        correct = 0
        for _ in range(arguments.steps):
            x, y = next(batches)
            y_hat = model(x)
            loss = loss_function(y_hat, y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            loss_sum += loss.cpu().item()
            correct += (y_hat.argmax(dim=1) == y).sum().cpu().item()
            pictures += y.shape[0]
        print(pictures / (time.perf_counter() - start), flush=True)


if __name__ == "__main__":
    main()
