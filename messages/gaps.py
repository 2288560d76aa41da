"""``python -m messages.gaps``: what the other languages still lack, and where their arguments differ."""

from __future__ import annotations

from collections.abc import Iterator

from messages import BASE, LOCALES, Catalogue


def gaps(catalogue: Catalogue) -> Iterator[str]:
    """One line for each id that is not the same in every language."""
    base = catalogue.variables(BASE)
    for locale in LOCALES:
        here = catalogue.variables(locale)
        for id in sorted({*base, *here}):
            if id not in here:
                yield f"{locale}: {id} is missing"
            elif id not in base:
                yield f"{locale}: {id} is not in {BASE}"
            elif here[id] != base[id]:
                yield f"{locale}: {id} takes {sorted(here[id])}, in {BASE} {sorted(base[id])}"


def main() -> None:
    """Print them all."""
    for gap in gaps(Catalogue.load()):
        print(gap)


if __name__ == "__main__":
    main()
