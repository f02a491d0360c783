"""Activations as modules, with PyTorch's arguments. `inplace=True` is refused: a layer gives a new array."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from scriptc.nn import functional as F  # noqa: N812 - the name the field uses
from scriptc.nn.arguments import one_of, refuse
from scriptc.nn.module import Module


class Identity(Module):
    """Its input. Takes and ignores any arguments, as PyTorch's does, so that it can stand in for another layer."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        pass

    def forward(self, x: np.ndarray) -> np.ndarray:
        return x


class ReLU(Module):
    def __init__(self, inplace: bool = False) -> None:
        refuse(self, inplace=inplace)

    def forward(self, x: np.ndarray) -> np.ndarray:
        return F.relu(x)


class ReLU6(Module):
    def __init__(self, inplace: bool = False) -> None:
        refuse(self, inplace=inplace)

    def forward(self, x: np.ndarray) -> np.ndarray:
        return F.relu6(x)


class Hardtanh(Module):
    """`x` held between `min_val` and `max_val`. ValueError unless the first is less."""

    def __init__(self, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False) -> None:
        refuse(self, inplace=inplace)
        if not min_val < max_val:
            raise ValueError(f"min_val={min_val} is not less than max_val={max_val}")
        self.min_val, self.max_val = min_val, max_val

    def forward(self, x: np.ndarray) -> np.ndarray:
        return F.hardtanh(x, self.min_val, self.max_val)

    def extra_repr(self) -> str:
        return f"min_val={self.min_val}, max_val={self.max_val}"


class Threshold(Module):
    def __init__(self, threshold: float, value: float, inplace: bool = False) -> None:
        refuse(self, inplace=inplace)
        self.threshold, self.value = threshold, value

    def forward(self, x: np.ndarray) -> np.ndarray:
        return F.threshold(x, self.threshold, self.value)

    def extra_repr(self) -> str:
        return f"threshold={self.threshold}, value={self.value}"


class Hardsigmoid(Module):
    def __init__(self, inplace: bool = False) -> None:
        refuse(self, inplace=inplace)

    def forward(self, x: np.ndarray) -> np.ndarray:
        return F.hardsigmoid(x)


class Hardswish(Module):
    def __init__(self, inplace: bool = False) -> None:
        refuse(self, inplace=inplace)

    def forward(self, x: np.ndarray) -> np.ndarray:
        return F.hardswish(x)


class Hardshrink(Module):
    def __init__(self, lambd: float = 0.5) -> None:
        self.lambd = lambd

    def forward(self, x: np.ndarray) -> np.ndarray:
        return F.hardshrink(x, self.lambd)

    def extra_repr(self) -> str:
        return str(self.lambd)


class Softshrink(Module):
    def __init__(self, lambd: float = 0.5) -> None:
        self.lambd = lambd

    def forward(self, x: np.ndarray) -> np.ndarray:
        return F.softshrink(x, self.lambd)

    def extra_repr(self) -> str:
        return str(self.lambd)


class Tanhshrink(Module):
    def forward(self, x: np.ndarray) -> np.ndarray:
        return F.tanhshrink(x)


class Sigmoid(Module):
    def forward(self, x: np.ndarray) -> np.ndarray:
        return F.sigmoid(x)


class LogSigmoid(Module):
    def forward(self, x: np.ndarray) -> np.ndarray:
        return F.logsigmoid(x)


class Tanh(Module):
    def forward(self, x: np.ndarray) -> np.ndarray:
        return F.tanh(x)


class SiLU(Module):
    def __init__(self, inplace: bool = False) -> None:
        refuse(self, inplace=inplace)

    def forward(self, x: np.ndarray) -> np.ndarray:
        return F.silu(x)


class Mish(Module):
    def __init__(self, inplace: bool = False) -> None:
        refuse(self, inplace=inplace)

    def forward(self, x: np.ndarray) -> np.ndarray:
        return F.mish(x)


class Softsign(Module):
    def forward(self, x: np.ndarray) -> np.ndarray:
        return F.softsign(x)


class Softplus(Module):
    def __init__(self, beta: float = 1.0, threshold: float = 20.0) -> None:
        self.beta, self.threshold = beta, threshold

    def forward(self, x: np.ndarray) -> np.ndarray:
        return F.softplus(x, self.beta, self.threshold)

    def extra_repr(self) -> str:
        return f"beta={self.beta}, threshold={self.threshold}"


class GELU(Module):
    """Exact if `approximate` is 'none', by tanh if it is 'tanh'."""

    def __init__(self, approximate: str = "none") -> None:
        self.approximate = one_of("approximate", approximate, ("none", "tanh"))

    def forward(self, x: np.ndarray) -> np.ndarray:
        return F.gelu(x, self.approximate)

    def extra_repr(self) -> str:
        return f"approximate={self.approximate!r}"


class LeakyReLU(Module):
    def __init__(self, negative_slope: float = 0.01, inplace: bool = False) -> None:
        refuse(self, inplace=inplace)
        self.negative_slope = negative_slope

    def forward(self, x: np.ndarray) -> np.ndarray:
        return F.leaky_relu(x, self.negative_slope)

    def extra_repr(self) -> str:
        return f"negative_slope={self.negative_slope}"


class PReLU(Module):
    """`LeakyReLU` with a learned slope `weight` `(num_parameters,)`: one, or one a channel (dimension 1)."""

    def __init__(self, num_parameters: int = 1, init: float = 0.25, *, dtype: npt.DTypeLike = np.float32) -> None:
        self.num_parameters = num_parameters
        self.weight = np.full(num_parameters, init, dtype)

    def forward(self, x: np.ndarray) -> np.ndarray:
        return F.prelu(x, self.weight)

    def extra_repr(self) -> str:
        return f"num_parameters={self.num_parameters}"


class ELU(Module):
    def __init__(self, alpha: float = 1.0, inplace: bool = False) -> None:
        refuse(self, inplace=inplace)
        self.alpha = alpha

    def forward(self, x: np.ndarray) -> np.ndarray:
        return F.elu(x, self.alpha)

    def extra_repr(self) -> str:
        return f"alpha={self.alpha}"


class CELU(Module):
    def __init__(self, alpha: float = 1.0, inplace: bool = False) -> None:
        refuse(self, inplace=inplace)
        self.alpha = alpha

    def forward(self, x: np.ndarray) -> np.ndarray:
        return F.celu(x, self.alpha)

    def extra_repr(self) -> str:
        return f"alpha={self.alpha}"


class SELU(Module):
    def __init__(self, inplace: bool = False) -> None:
        refuse(self, inplace=inplace)

    def forward(self, x: np.ndarray) -> np.ndarray:
        return F.selu(x)


class GLU(Module):
    def __init__(self, dim: int = -1) -> None:
        self.dim = dim

    def forward(self, x: np.ndarray) -> np.ndarray:
        return F.glu(x, self.dim)

    def extra_repr(self) -> str:
        return f"dim={self.dim}"


class Softmax(Module):
    def __init__(self, dim: int = -1) -> None:
        self.dim = dim

    def forward(self, x: np.ndarray) -> np.ndarray:
        return F.softmax(x, self.dim)

    def extra_repr(self) -> str:
        return f"dim={self.dim}"


class Softmin(Module):
    def __init__(self, dim: int = -1) -> None:
        self.dim = dim

    def forward(self, x: np.ndarray) -> np.ndarray:
        return F.softmin(x, self.dim)

    def extra_repr(self) -> str:
        return f"dim={self.dim}"


class LogSoftmax(Module):
    def __init__(self, dim: int = -1) -> None:
        self.dim = dim

    def forward(self, x: np.ndarray) -> np.ndarray:
        return F.log_softmax(x, self.dim)

    def extra_repr(self) -> str:
        return f"dim={self.dim}"
