"""The reference lists are whole and hang together."""

from matchmaker.organisations.reference import REGIONS, municipalities, municipality_name


def test_there_are_98_municipalities_in_five_regions() -> None:
    assert len(municipalities()) == 98
    assert {m.region for m in municipalities().values()} == set(REGIONS)


def test_municipalities_are_in_the_order_of_the_danish_alphabet() -> None:
    names = [m.name for m in municipalities().values()]
    assert names.index("Aabenraa") < names.index("Vordingborg") < names.index("Ærø")
    assert names[-1] == "Ærø"


def test_an_unknown_code_has_no_name() -> None:
    assert municipality_name("9999") == municipality_name(None) == ""
