"""Choice of device and of the precision of matrix products, checked at run time."""

import torch

from twinpurify.errors import ConfigurationError
from twinpurify.training.parameters import Device, Precision


def choose_device(device: Device) -> torch.device:
    """Resolve a device setting; "auto" takes a GPU where there is one.

    Raises
    ------
    ConfigurationError
        If a GPU is asked for and there is none.
    """
    available = torch.cuda.is_available()
    if device == "cuda" and not available:
        raise ConfigurationError("device is 'cuda', but torch sees no GPU; set device to 'auto'")
    return torch.device("cuda" if available and device != "cpu" else "cpu")


def choose_precision(precision: Precision, device: torch.device) -> torch.dtype:
    """Resolve a precision setting; "auto" takes bfloat16 where the hardware multiplies it fast.

    That is a GPU with bfloat16, or a processor with AMX tiles or bfloat16 products of AVX-512;
    elsewhere the casts cost more than the products gain.
    """
    if precision != "auto":
        return torch.bfloat16 if precision == "bfloat16" else torch.float32
    if device.type == "cuda":
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float32
    has_products = torch.cpu._is_amx_tile_supported() or torch.cpu._is_avx512_bf16_supported()
    return torch.bfloat16 if has_products else torch.float32
