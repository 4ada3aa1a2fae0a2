"""Who may do what: one table."""

from enum import StrEnum


class Side(StrEnum):
    """Whose team it is."""

    MARKETING = "marketing"
    SALES = "sales"
    OTHER = "other"


OTHER_SIDE = {Side.MARKETING: Side.SALES, Side.SALES: Side.MARKETING}
"""With whom each side has agreements; other teams are no side of one."""


class Role(StrEnum):
    """What a person is in the workspace."""

    OWNER = "owner"
    MANAGER = "manager"
    MEMBER = "member"
    VIEWER = "viewer"


class Right(StrEnum):
    """What a route may ask for."""

    READ = "read"
    """See leads, clocks, plans and numbers."""
    HAND_OFF = "hand_off"
    """Add leads, hand them off, answer returned ones."""
    WORK = "work"
    """Accept, return, decide and give leads."""
    TOUCH = "touch"
    """Write down a call, a mail or a meeting; of either side, though it may stop no clock."""
    IMPORT = "import"
    PLAN = "plan"
    """Write plans and tasks."""
    PROMISE = "promise"
    """Draft and sign agreements for one's own side."""
    EXCUSE = "excuse"
    """Say why a promise was missed; ask to excuse it, and answer who asks."""
    INVITE = "invite"
    """Invite and deactivate colleagues."""
    SETTINGS = "settings"
    """Opening hours and holidays of teams."""
    TEAMS = "teams"
    """Add, rename, close and reopen teams."""
    MAIL = "mail"
    """Read every message of the workspace."""


_EVERYBODY = frozenset({Right.READ})
_MEMBERS = _EVERYBODY | {
    Right.HAND_OFF,
    Right.WORK,
    Right.TOUCH,
    Right.IMPORT,
    Right.PLAN,
    Right.EXCUSE,
}
_MANAGERS = _MEMBERS | {Right.PROMISE, Right.INVITE, Right.SETTINGS}

RIGHTS: dict[Role, frozenset[Right]] = {
    Role.VIEWER: _EVERYBODY,
    Role.MEMBER: _MEMBERS,
    Role.MANAGER: _MANAGERS,
    Role.OWNER: frozenset(Right),
}

SIDE_OF: dict[Right, Side] = {Right.HAND_OFF: Side.MARKETING, Right.WORK: Side.SALES}
"""Rights that belong to one side of the table; an owner of the workspace sits on both."""


def holding(right: Right) -> list[Role]:
    """The roles that have the right, wherever their people sit."""
    return [role for role in Role if right in RIGHTS[role]]


def may(role: Role, sides: frozenset[Side], right: Right) -> bool:
    """Whether a person of this role, with teams on these sides, has the right."""
    if right not in RIGHTS[role]:
        return False
    return role is Role.OWNER or right not in SIDE_OF or SIDE_OF[right] in sides
