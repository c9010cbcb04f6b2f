"""Requests about several things of one kind: each has the fact that names its thing for its own. Pure."""

from collections.abc import Iterable, Iterator, Sequence

from callcenter.events import ContactReason, Dialogue, Entity


def divided(reasons: Iterable[ContactReason]) -> set[str]:
    """The facts that some of the requests have for their own."""
    return {name for reason in reasons for name in reason.own}


def same(one: ContactReason, other: ContactReason) -> bool:
    """Whether it is the same request about the same thing."""
    return one.code == other.code and one.own == other.own


def among(one: ContactReason, reasons: Iterable[ContactReason]) -> bool:
    """Whether it is one of these."""
    return any(same(one, other) for other in reasons)


def owning(reason: ContactReason, *entities: Entity) -> ContactReason:
    """The request with these facts for its own, in place of those of the same name."""
    named = {entity.name for entity in entities}
    kept = tuple(entity for entity in reason.entities if entity.name not in named)
    return reason.model_copy(update={"entities": (*kept, *entities)})


def each(reason: ContactReason) -> list[ContactReason]:
    """One request for each thing that it names; of several kinds of facts the first go together, and so on."""
    by_name: dict[str, list[Entity]] = {}
    for entity in reason.entities:
        by_name.setdefault(entity.name, []).append(entity)
    most = max(map(len, by_name.values()), default=1)
    return [
        reason.model_copy(update={"entities": tuple(found[min(place, len(found) - 1)] for found in by_name.values())})
        for place in range(most)
    ]


def distinct(reasons: Iterable[ContactReason]) -> tuple[ContactReason, ...]:
    """Each once, in their order."""
    kept: list[ContactReason] = []
    for reason in reasons:
        if not among(reason, kept):
            kept.append(reason)
    return tuple(kept)


def in_order(reasons: Sequence[ContactReason]) -> list[ContactReason]:
    """As they are read back: those of one kind together, the first of each kind in their order."""
    codes = list(dict.fromkeys(reason.code for reason in reasons))
    return sorted(reasons, key=lambda reason: codes.index(reason.code))


def named(state: Dialogue, name: str) -> list[Entity]:
    """Every value that was said for a fact and not left out, each once."""
    out = {reason.own.get(name) for reason in state.left_out} - {reason.own.get(name) for reason in state.reasons}
    said = (entity for entity in state.entities if entity.name == name and entity.value not in out)
    return list({entity.value: entity for entity in said}.values())


def instead(
    reasons: Sequence[ContactReason], theirs: Sequence[ContactReason], entities: Sequence[Entity]
) -> Iterator[ContactReason]:
    """Of `theirs` each kind of request once for each of these things, in place of those that it was about before."""
    seen: set[str] = set()
    for reason in reasons:
        if reason not in theirs:
            yield reason
        elif reason.code not in seen:
            seen.add(reason.code)
            yield from (owning(reason, entity) for entity in entities)
