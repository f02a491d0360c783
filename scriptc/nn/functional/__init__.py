"""The layers' functions, with PyTorch's names and arguments, in plain Python over NumPy: what runs eagerly is what is compiled.

Arrays are `(batch, channels, ...)` where there are channels. What PyTorch can do and these cannot is no argument of theirs.
"""

from scriptc.nn.functional.activation import (
    celu,
    dropout,
    elu,
    erf,
    gelu,
    glu,
    hardshrink,
    hardsigmoid,
    hardswish,
    hardtanh,
    leaky_relu,
    log_softmax,
    logsigmoid,
    mish,
    prelu,
    relu,
    relu6,
    selu,
    sigmoid,
    silu,
    softmax,
    softmin,
    softplus,
    softshrink,
    softsign,
    tanh,
    tanhshrink,
    threshold,
)
from scriptc.nn.functional.attention import scaled_dot_product_attention
from scriptc.nn.functional.conv import conv1d, conv2d, conv_transpose1d, conv_transpose2d
from scriptc.nn.functional.linear import cosine_similarity, embedding, linear, normalize, one_hot
from scriptc.nn.functional.loss import binary_cross_entropy_with_logits, cross_entropy, l1_loss, mse_loss, nll_loss, smooth_l1_loss
from scriptc.nn.functional.norm import batch_norm, group_norm, instance_norm, layer_norm, rms_norm
from scriptc.nn.functional.pool import (
    adaptive_avg_pool1d,
    adaptive_avg_pool2d,
    adaptive_max_pool1d,
    adaptive_max_pool2d,
    avg_pool1d,
    avg_pool2d,
    max_pool1d,
    max_pool2d,
)

__all__ = [
    "adaptive_avg_pool1d", "adaptive_avg_pool2d", "adaptive_max_pool1d", "adaptive_max_pool2d", "avg_pool1d", "avg_pool2d", "batch_norm",
    "binary_cross_entropy_with_logits", "celu", "conv1d", "conv2d", "conv_transpose1d", "conv_transpose2d", "cosine_similarity", "cross_entropy",
    "dropout", "elu", "embedding", "erf", "gelu", "glu", "group_norm", "hardshrink", "hardsigmoid", "hardswish", "hardtanh", "instance_norm",
    "l1_loss", "layer_norm", "leaky_relu", "linear", "log_softmax", "logsigmoid", "max_pool1d", "max_pool2d", "mish", "mse_loss", "nll_loss",
    "normalize", "one_hot", "prelu", "relu", "relu6", "rms_norm", "scaled_dot_product_attention", "selu", "sigmoid", "silu", "smooth_l1_loss",
    "softmax", "softmin", "softplus", "softshrink", "softsign", "tanh", "tanhshrink", "threshold",
]  # fmt: skip
