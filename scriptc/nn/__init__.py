"""Layers for models written in NumPy, with PyTorch's names, layouts and initial values.

Their `forward` methods are ordinary NumPy code: they run as they are, and `scriptc.script` compiles them.
"""

from scriptc.nn import functional
from scriptc.nn.activation import ELU, GELU, Dropout, Identity, LeakyReLU, LogSoftmax, ReLU, Sigmoid, SiLU, Softmax, Softplus, Tanh
from scriptc.nn.containers import ModuleDict, ModuleList, Sequential
from scriptc.nn.conv import Conv1d, Conv2d
from scriptc.nn.linear import Embedding, Linear
from scriptc.nn.module import Module, Parameter
from scriptc.nn.norm import BatchNorm1d, BatchNorm2d, LayerNorm
from scriptc.nn.recurrent import GRU, LSTM, GRUCell, LSTMCell

__all__ = [
    "ELU",
    "GELU",
    "GRU",
    "LSTM",
    "BatchNorm1d",
    "BatchNorm2d",
    "Conv1d",
    "Conv2d",
    "Dropout",
    "Embedding",
    "GRUCell",
    "Identity",
    "LSTMCell",
    "LayerNorm",
    "LeakyReLU",
    "Linear",
    "LogSoftmax",
    "Module",
    "ModuleDict",
    "ModuleList",
    "Parameter",
    "ReLU",
    "Sequential",
    "SiLU",
    "Sigmoid",
    "Softmax",
    "Softplus",
    "Tanh",
    "functional",
]
