"""The parameters of all methods as one model, for nodes that fit several of them."""

from functools import cache
from typing import Any

from pydantic import BaseModel, ConfigDict, create_model

from twinpurify.parameters import parameters_model
from twinpurify.representation.registry import METHODS


@cache
def method_parameters() -> type[BaseModel]:
    """Derive the model of the section ``methods``, so that Kedro checks it beforehand."""
    fields: dict[str, Any] = {
        name: (parameters_model(method), parameters_model(method)())
        for name, method in METHODS.items()
    }
    config = ConfigDict(extra="forbid", protected_namespaces=())
    return create_model("MethodParameters", __config__=config, **fields)
