"""Every table of the house, for migrations and for tests that build the whole schema."""

from sqlalchemy import MetaData
from sqlmodel import SQLModel

from alignment.accounts import models as _accounts  # noqa: F401  (importing fills the metadata)
from alignment.integrations.imports import models as _integrations  # noqa: F401
from alignment.journal import models as _journal  # noqa: F401
from alignment.leads import models as _leads  # noqa: F401
from alignment.notifications import models as _notifications  # noqa: F401
from alignment.plans import models as _plans  # noqa: F401
from alignment.sla import models as _sla  # noqa: F401

METADATA: MetaData = SQLModel.metadata
