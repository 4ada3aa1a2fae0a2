"""Every letter in a real browser: it fits a phone, and its words can be read, light and dark."""

import json
from typing import Any

import pytest
from playwright.sync_api import Browser

from alignment import wiring
from alignment.config import Settings
from alignment.notifications.outbox.templates import Reader
from alignment.notifications.sending import example_messages
from alignment.notifications.sending.example_messages import ExampleReader
from alignment.web.mail.sandboxed_frames import html_with_inline_pictures
from tests.factories import MONDAY_NINE

OLGA = Reader(name="Olga", address="olga@acme.test", zone="Europe/Berlin", workspace="Acme")
LONG = {
    "Ada Byron": "Ada " + "Byron-Lovelace-" * 12,
    "Globex": "Donaudampfschifffahrtselektrizitaetenhauptbetriebswerkbaugesellschaft",
    "First answer": "A first answer by telephone or in writing within the opening hours " * 3,
    "Spring launch": "Spring" * 40,
}
READABLE = 4.5
FAINT_WORDS = """
() => {
  const numbers = (color) => color.match(/[0-9.]+/g).map(Number);
  const light = (color) => {
    const [r, g, b] = numbers(color).map((one) => one / 255)
      .map((one) => (one <= 0.03928 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const color = getComputedStyle(one).backgroundColor;
      if ((numbers(color)[3] ?? 1) === 1) return color;
    }
    return "rgb(255, 255, 255)";
  };
  const contrast = (element) => {
    const [a, b] = [light(getComputedStyle(element).color), light(ground(element))];
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const told = [];
  while (texts.nextNode()) {
    const words = texts.currentNode.data.trim();
    if (words) told.push([words, contrast(texts.currentNode.parentElement)]);
  }
  return told;
}
"""


@pytest.fixture(scope="module", params=["as they are", "with long words", "with many lines"])
def letters(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """By name, the HTML of each."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("letters"), secret_key="s" * 32)
    office = wiring.delivery_context(settings)
    stretched = {"with long words": longer, "with many lines": more}.get(request.param)
    with pytest.MonkeyPatch.context() as patched:
        if stretched:
            words = example_messages.example_words
            patched.setattr(
                example_messages, "example_words", lambda kind, now: stretched(words(kind, now=now))
            )
        return {
            name: html_with_inline_pictures(
                example_messages.example_message(
                    name, ExampleReader(workspace_id=1, id=1, reader=OLGA, now=MONDAY_NINE), office
                )
            )
            for name in example_messages.TITLES
        }


@pytest.mark.parametrize("width", [600, 320])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_letter_fits_and_can_be_read(
    chromium: Browser, letters: dict[str, str], width: int, scheme: Any
) -> None:
    context = chromium.new_context(
        viewport={"width": width, "height": 600}, color_scheme=scheme, offline=True
    )
    page = context.new_page()
    for name, html in letters.items():
        page.set_content(html)

        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        words = page.evaluate(FAINT_WORDS)
        assert len(words) > 4, name
        assert [one for one in words if one[1] < READABLE] == [], name
    context.close()


def longer(words: dict[str, Any]) -> dict[str, Any]:
    """Names as no designer thought of them."""
    written = json.dumps(words)
    for usual, long in LONG.items():
        written = written.replace(usual, long)
    stretched: dict[str, Any] = json.loads(written)
    return stretched


def more(words: Any) -> Any:
    """Forty lines wherever there is a list of lines."""
    if isinstance(words, list):
        return [more(one) for one in words] * (40 if len(words) == 1 else 1)
    if isinstance(words, dict):
        return {name: more(value) for name, value in words.items()}
    return words
