"""A small convolutional net for 28x28 images, in the manner of LeNet with batch norms (LeCun et al. 1998).

python -m samples.conv_net
"""

import numpy as np

import scriptc
from scriptc import nn


def block(channels_in: int, channels_out: int, seed: int) -> nn.Sequential:
    conv = nn.Conv2d(channels_in, channels_out, 3, padding=1, bias=False, rng=seed)
    return nn.Sequential(conv, nn.BatchNorm2d(channels_out), nn.ReLU(), nn.MaxPool2d(2))


class ConvNet(nn.Module):
    def __init__(self, classes: int = 10):
        self.features = nn.Sequential(block(1, 8, 0), block(8, 16, 1), block(16, 32, 2))
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.classifier = nn.Sequential(nn.Flatten(), nn.Dropout(0.2), nn.Linear(32, classes, rng=3))

    def forward(self, images: np.ndarray) -> np.ndarray:
        return self.classifier(self.pool(self.features(images)))


def make():
    rng = np.random.default_rng(0)
    return ConvNet().eval(), [(rng.random((batch, 1, 28, 28)).astype(np.float32),) for batch in (1, 4)]


def main() -> None:
    model, calls = make()
    net = scriptc.script(model)
    for (images,) in calls:
        print(f"{len(images)} images: classes {net(images).argmax(axis=1)}")


if __name__ == "__main__":
    main()
