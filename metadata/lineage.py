"""Which declared name is which lineage (law 7): through renames, across skipped versions, and when names are
swapped."""

from __future__ import annotations

from collections.abc import Mapping


def match(declared: Mapping[str, tuple[str, ...]], known: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Declared name -> present name in the catalogue, for every declared name that has a lineage there.

    `declared` gives each name its `was` list, `known` each present name all names of its lineage. A rename that was
    applied before is recognised by the lineage having had all those names; one that is new takes the lineage of the
    latest old name that nobody else holds.
    """
    found = {name: name for name, was in declared.items() if was and name in known and set(was) <= set(known[name])}
    free = set(known) - set(found.values())
    for name, was in declared.items():
        if name not in found and (old := next((old for old in reversed(was) if old in free), None)):
            found[name] = old
            free.remove(old)
    for name in declared:
        if name not in found and name in free:
            found[name] = name
            free.remove(name)
    return found
