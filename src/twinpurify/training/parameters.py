"""Parameters that several methods have, and how all of them are checked."""

from typing import Literal

from twinpurify.parameters import check_parameters, parameters_model

__all__ = ["Device", "Precision", "check_parameters", "parameters_model"]

Device = Literal["auto", "cpu", "cuda"]
Precision = Literal["auto", "float32", "bfloat16"]
