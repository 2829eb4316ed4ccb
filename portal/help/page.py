"""Who is told what: one guide for each kind of reader."""

from enum import StrEnum

from portal.policy.permissions import Actor, Role


class Guide(StrEnum):
    """The readers, in the order in which a day's homework reaches them from its teacher; a role has the role's name."""

    TEACHER = "teacher"
    HOMEROOM = Role.HOMEROOM.value
    LEAD = Role.LEAD.value
    OFFICE = Role.OFFICE.value
    PRINCIPAL = Role.PRINCIPAL.value
    ADMINISTRATOR = Role.ADMINISTRATOR.value
    FAMILIES = "families"


def guides_of(actor: Actor | None) -> list[Guide]:
    """The guides of what somebody does at the school, with the roles that are lent to them; the public are families."""
    if actor is None:
        return [Guide.FAMILIES]
    own = {role.value for role in actor.roles} | ({Guide.TEACHER} if actor.teaches else set())
    return [each for each in Guide if each in own]
