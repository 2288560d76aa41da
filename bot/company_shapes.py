"""What the parts of the company file are made of."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from domain.trade import Names

Words = Annotated[str, Field(min_length=1, max_length=400)]
Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]*$", max_length=40)]


class Part(BaseModel):
    """A table of the file; what nobody knows in it is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True, populate_by_name=False)


class InWords(Part):
    """The same in each language."""

    zh_cn: Words = Field(alias="zh-CN")
    en: Words
    zh_hant: Words = Field(alias="zh-Hant")

    def of(self) -> Names:
        """By language."""
        return self.model_dump(by_alias=True)


class Entry(Part):
    """What has a code and a name."""

    code: Code
    names: InWords
