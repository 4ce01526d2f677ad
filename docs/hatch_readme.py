"""Hatchling's metadata hook: README as a package index can show it, where relative
addresses lead nowhere.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

PICTURE_WITH_CAPTION = re.compile(r"!\[[^\]]*\]\((?!https?:)[^)]*\)\n\n(?:\*[^*\n]+\*\n\n)?")
RELATIVE_LINK = re.compile(r"\[([^\]]*)\]\((?!https?:)([^)]*)\)")


class ReadmeHook(MetadataHookInterface):
    """Makes the ``readme`` of the metadata from README.md and the option ``address``."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Add the text to the metadata."""
        readme = (Path(self.root) / "README.md").read_text(encoding="utf-8")
        address = str(self.config.get("address", ""))
        metadata["readme"] = {
            "content-type": "text/markdown",
            "text": make_readable(readme, address),
        }


def make_readable(readme: str, address: str) -> str:
    """Let links and pictures begin with an address.

    Args:
        readme: The text, with paths relative to the repository.
        address: Where its files can be read, with a slash at the end. Empty for nowhere: then a
            link becomes its text, and a picture is left out with its caption, as an index would
            show a broken one.
    """
    if address:
        return RELATIVE_LINK.sub(rf"[\1]({address}\2)", readme)
    return RELATIVE_LINK.sub(r"\1", PICTURE_WITH_CAPTION.sub("", readme))
