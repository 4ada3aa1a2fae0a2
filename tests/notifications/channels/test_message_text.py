"""A letter's parts, as chats show them."""

from alignment.notifications.channels.message_text import split_parts

LETTER = """Plan: Spring

Two tasks are due.
https://alignment.acme.test/plans/3

--
You get this because you own a task.

Stop mail of this kind: https://alignment.acme.test/u/x
"""


def test_a_letter_parts_into_what_happened_and_why_it_is_told():
    told = split_parts(
        "Two tasks", LETTER, link="https://alignment.acme.test/plans/3", longest=1000
    )

    assert (told.title, told.body) == ("Two tasks", "Two tasks are due.")
    assert told.why == "You get this because you own a task."


def test_a_line_that_only_leads_to_the_link_goes_with_it():
    letter = (
        "Ada is yours now\n\nMona gave it to you.\n\nAccept or return:\nhttps://x.test/leads/7\n"
    )

    told = split_parts("Ada", letter, link="https://x.test/leads/7", longest=1000)

    assert told.body == "Mona gave it to you."


def test_a_long_body_is_cut():
    assert split_parts("A", "A\nabcdefghij", link="", longest=5).body == "abcd…"


def test_an_empty_letter_has_only_its_subject():
    told = split_parts("A", "", link="", longest=5)

    assert (told.title, told.body, told.why) == ("A", "", "")
