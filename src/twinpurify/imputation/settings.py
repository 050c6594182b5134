"""Parameters of all imputers, as they stand in the section ``imputers``."""

from typing import Any

from pydantic import BaseModel, ConfigDict, create_model

from twinpurify.imputation.registry import IMPUTERS
from twinpurify.parameters import parameters_model

_FIELDS: dict[str, Any] = {
    name: (parameters_model(imputer), parameters_model(imputer)())
    for name, imputer in IMPUTERS.items()
}
# A field an imputer, with the parameters of its constructor; unknown keys are forbidden.
ImputersSettings: type[BaseModel] = create_model(
    "ImputersSettings", __config__=ConfigDict(extra="forbid"), **_FIELDS
)
