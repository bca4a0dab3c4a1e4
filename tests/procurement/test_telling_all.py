"""The same note to all, and questions answered for all: everybody once, nobody named."""

import pytest

from matchmaker.accounts.account import NotPermittedError
from matchmaker.collaborations.asking import answer_question, ask_hub
from matchmaker.collaborations.errors import HiddenNameError, TextMissingError
from matchmaker.procurement import errors
from matchmaker.procurement.audience import list_interested
from matchmaker.procurement.notes import send_note
from matchmaker.procurement.queries import list_notes, list_published
from matchmaker.procurement.rights import check_was_shown
from matchmaker.screening.screen import PatientDataFound
from tests.collaborations.conftest import LINKS
from tests.collaborations.test_answering import say
from tests.factories import NOW, make_account, make_hub, make_organisation
from tests.procurement.conftest import Market

TEXTS = {"da": "Vi måler hver nat.", "en": "We measure every night."}


def send(market: Market, texts: dict[str, str] | None = None, **values: object) -> int:
    given = {
        "actor": market.world.staff,
        "links": LINKS,
        "now": NOW,
        "form_key": "a" * 32,
        **values,
    }
    return send_note(market.db, market.need, texts or TEXTS, **given)  # type: ignore[arg-type]


def ask(market: Market, text: str = "How many beds?") -> int:
    party = market.party_of(market.world.jonas)
    return ask_hub(market.db, party.id, text, actor=market.world.jonas, links=LINKS, now=NOW)


def answer(market: Market, question: int, text: str, publish_as: str | None) -> None:
    answer_question(
        market.db, question, text, publish_as=publish_as,
        actor=market.world.staff, links=LINKS, now=NOW,
    )  # fmt: skip


def test_all_who_are_interested_get_the_note_in_their_language(market: Market) -> None:
    send(market)
    world = market.world
    everybody = sorted((world.jonas.email, world.tina.email, market.bente.email))
    assert market.receivers("note_to_all") == everybody
    texts = {mail["recipient"]: mail["body_text"] for mail in world.mails("note_to_all")}
    assert "We measure every night." in texts[world.jonas.email]
    assert "Vi måler hver nat." in texts[market.bente.email]
    assert len(market.lines("note")) == 3


def test_one_language_is_enough_for_all(market: Market) -> None:
    send(market, {"da": "Vi måler hver nat."})
    assert all("Vi måler" in mail["body_text"] for mail in market.world.mails("note_to_all"))


def test_the_same_form_sent_twice_is_one_note(market: Market) -> None:
    assert send(market) == send(market)
    assert len(market.world.mails("note_to_all")) == 3
    assert len(list_notes(market.db, market.need)) == 1
    assert send(market, form_key="b" * 32) == 2


def test_who_declined_everything_gets_no_note_but_may_read_it(market: Market) -> None:
    say(market.world, market.second, market.bente, "no", reason="capacity")
    send(market)
    assert market.bente.email not in market.receivers("note_to_all")
    assert check_was_shown(market.db, market.need, market.bente)


def test_a_note_names_nobody(market: Market) -> None:
    for name in ("Nordhud ApS", "nordhud", "Rivalen", "Jonas Lind", "Karen Holm"):
        with pytest.raises(errors.RevealingTextError):
            send(market, {"da": f"Spørg {name}, de ved det."})
    assert list_notes(market.db, market.need) == []


def test_the_organisation_behind_the_need_is_named_only_where_it_shows_itself(
    market: Market,
) -> None:
    market.db["need"].update(market.need, {"show_organisation": 0})
    with pytest.raises(errors.RevealingTextError):
        send(market, {"da": "Sygehus Sydfjord måler hver nat."})
    market.db["need"].update(market.need, {"show_organisation": 1, "confidential": 1})
    with pytest.raises(errors.RevealingTextError):
        send(market, {"da": "Sygehus Sydfjord måler hver nat."})
    market.db["need"].update(market.need, {"confidential": 0})
    assert send(market, {"da": "Sygehus Sydfjord måler hver nat."})


def test_an_empty_note_and_patient_data_are_refused(market: Market) -> None:
    with pytest.raises(errors.EmptyTextError):
        send(market, {"da": " ", "en": ""})
    with pytest.raises(PatientDataFound):
        send(market, {"da": "Om 010203-1234"})


def test_only_the_needs_side_and_staff_write_to_all(market: Market) -> None:
    with pytest.raises(NotPermittedError):
        send(market, actor=market.world.jonas)
    assert send(market, actor=market.world.karen)


def test_with_nobody_left_there_is_no_note(market: Market) -> None:
    for account, collaboration in (
        (market.world.jonas, market.first),
        (market.world.tina, market.first),
        (market.bente, market.second),
    ):
        say(market.world, collaboration, account, "no", reason="capacity")
    assert list_interested(market.db, market.need) == ()
    with pytest.raises(errors.NobodyInterestedError):
        send(market)


def test_a_published_answer_reaches_all_and_the_asker_once(market: Market) -> None:
    answer(market, ask(market), "28 beds.", "How many beds are there?")
    others = sorted((market.world.tina.email, market.bente.email))
    assert market.receivers("answer_to_all") == others
    assert market.receivers("answer") == [market.world.jonas.email]
    (published,) = list_published(market.db, market.need)
    assert (published.question, published.answer) == ("How many beds are there?", "28 beds.")
    assert len(market.lines("answer")) == 3
    assert "Jonas" not in str(published)
    for mail in market.world.mails("answer_to_all"):
        assert "Nordhud" not in mail["body_text"]
        assert "Jonas" not in mail["body_text"]


def test_a_private_answer_is_for_the_asker_alone(market: Market) -> None:
    answer(market, ask(market), "28 beds.", None)
    assert market.receivers("answer_to_all") == []
    assert list_published(market.db, market.need) == []
    assert market.lines("answer") == [("answer", market.world.company)]


@pytest.mark.parametrize(
    ("question", "text"),
    [("Can Nordhud come?", "Yes."), ("How many beds?", "Ask Jonas Lind.")],
)
def test_what_tells_who_asked_is_not_published_and_nothing_is_stored(
    market: Market, question: str, text: str
) -> None:
    asked = ask(market)
    with pytest.raises(HiddenNameError):
        answer(market, asked, text, question)
    row = market.db.first("select answer from collaboration_question where id = ?", (asked,))
    assert row == {"answer": None}
    assert market.receivers("answer") == []


def test_a_question_without_words_is_not_published(market: Market) -> None:
    with pytest.raises(TextMissingError):
        answer(market, ask(market), "28.", " ")


def test_who_was_not_shown_the_need_reads_nothing_of_it(market: Market) -> None:
    stranger = make_account(market.db, make_hub(market.db, name="X"), "member")
    with pytest.raises(errors.NotShownError):
        check_was_shown(market.db, market.need, stranger)
    colleague = make_account(market.db, market.rival, "member")
    with pytest.raises(errors.NotShownError):
        check_was_shown(market.db, market.need, colleague)
    assert check_was_shown(market.db, market.need, market.world.karen) == ()
    assert check_was_shown(market.db, market.need, market.bente)[0].title == "Trykaflastning"


@pytest.mark.parametrize("hidden", [{"show_organisation": 0}, {"confidential": 1}])
def test_the_house_above_a_hidden_need_is_not_named_either(
    market: Market, hidden: dict[str, int]
) -> None:
    town = make_organisation(market.db, kind="municipality", name="Fjordby Kommune")
    market.db["organisation"].update(market.world.hospital, {"parent_id": town})
    market.db["need"].update(market.need, hidden)
    with pytest.raises(errors.RevealingTextError):
        send(market, {"da": "Vi måler hver nat i Fjordby Kommune."})
