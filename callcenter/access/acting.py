"""Who asks for a change: every body that changes something names them, and whoever signed in is nobody else."""

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, model_validator

from callcenter.access.principal import Principal

_OURS = {"system": "the clock", "assistant": "the assistant"}
"""Names that no person has."""


def _somebody(name: str) -> str:
    name = name.strip()
    if not name or not name.isprintable():
        raise ValueError("is not a name; please say who you are, for example dana")
    if name in _OURS:
        raise ValueError(f"{name} is the name of {_OURS[name]}; please say who you are, for example dana")
    return name


Name = Annotated[str, AfterValidator(_somebody), Field(max_length=64)]


class Acting(BaseModel):
    """Who is asking, and nothing that we do not know. It is read with the Principal as its context."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"by": "dana"}]})

    by: Name = Field(description="Who you are; others are told this name. Where AUTH is on, the server knows it")

    @model_validator(mode="before")
    @classmethod
    def _as_who_they_are(cls, body: Any, info: ValidationInfo) -> Any:
        known = info.context.name if isinstance(info.context, Principal) else ""
        return {**body, "by": known} if known and isinstance(body, dict) else body
