import pytest

from alignment.cli.workspace_lookup import workspace_called
from alignment.errors import Refused
from tests.factories import make_cast, make_stella


def test_the_only_company_needs_no_name(session):
    acme = make_cast(session)

    assert workspace_called(session, None) == acme.workspace


def test_of_several_one_is_called_by_name_or_number(session):
    acme = make_cast(session)
    stella = make_stella(session)

    assert workspace_called(session, "Acme") == acme.workspace
    assert workspace_called(session, str(stella.workspace_id)).name == "Umbrella"


@pytest.mark.parametrize("wish", [None, "Initech"])
def test_a_call_that_fits_no_single_company_names_them_all(session, wish):
    acme = make_cast(session)
    stella = make_stella(session)

    with pytest.raises(Refused, match=rf"Acme \({acme.id}\), Umbrella \({stella.workspace_id}\)"):
        workspace_called(session, wish)


def test_before_anybody_is_here_it_says_so(session):
    with pytest.raises(Refused, match="There is no workspace yet"):
        workspace_called(session, None)
