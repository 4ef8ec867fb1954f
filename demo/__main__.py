"""Write the demo company's files: ``python -m demo FOLDER`` (``--stories`` renews stories.toml)."""

import sys
from pathlib import Path

from demo import company, stories


def main(words: list[str]) -> int:
    """Write the files to the folder named, or the answers to the stories; 2 is bad usage."""
    if words == ["--stories"]:
        stories.PATH.write_text(
            stories.render(stories.document(company.tables())), encoding="utf-8"
        )
        return 0
    if len(words) != 1 or words[0].startswith("-"):
        sys.stderr.write("usage: python -m demo FOLDER | --stories\n")
        return 2
    company.write(Path(words[0]))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
