"""One source of truth for parameters from YAML: the typed signature of a constructor."""

import inspect
from functools import cache
from typing import Any, get_type_hints

from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from twinpurify.errors import ConfigurationError


@cache
def parameters_model(method_class: type) -> type[BaseModel]:
    """Derive the pydantic model of a class's parameters, so that YAML and Python agree.

    Parameters
    ----------
    method_class : type
        A class whose ``__init__``, if it has any, annotates each parameter and gives it a default.

    Returns
    -------
    type of pydantic.BaseModel
        Forbids unknown keys; checks the type and range of the known ones. Its docstring is that of
        the class.
    """
    hints = get_type_hints(method_class.__init__, include_extras=True)
    # The signature of a class without a constructor of its own is empty.
    fields: dict[str, Any] = {
        name: (hints[name], parameter.default)
        for name, parameter in inspect.signature(method_class).parameters.items()
    }
    # Strict: a class takes its parameters as they are, and "60" isn't a number of steps.
    config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False, protected_namespaces=())
    name = f"{method_class.__name__}Parameters"
    return create_model(name, __config__=config, __doc__=method_class.__doc__, **fields)


def check_parameters(method_class: type, values: dict[str, Any]) -> None:
    """Check parameter values against the types and ranges that the constructor states.

    Raises
    ------
    ConfigurationError
        If a parameter is unknown, of the wrong type, or out of range.
    """
    try:
        parameters_model(method_class)(**values)
    except ValidationError as error:
        problems = "; ".join(
            f"{_place(problem['loc'])} = {problem['input']!r}: {problem['msg']}"
            for problem in error.errors()
        )
        known = ", ".join(parameters_model(method_class).model_fields) or "none"
        message = f"{method_class.__name__}: {problems}. Known parameters: {known}."
        raise ConfigurationError(message) from None


def _place(location: tuple[str | int, ...]) -> str:
    """Write a parameter, and the place in its list; pydantic also names the type it tried."""
    name, *further = location
    return ".".join([str(name), *(str(part) for part in further if isinstance(part, int))])
