"""A saved player plays, scrubs and zooms in a browser, without a kernel and without a network."""

import os
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import sync_playwright

from nengo_nb.jupyter.outputs.player import Player
from nengo_nb.plots.recorded import (
    CloudsRecord,
    ImagesRecord,
    LinesRecord,
    PathsRecord,
    RecordedRun,
    SpikesRecord,
)
from tests.jupyter.lab import FLAGS, TIMEOUT

pytestmark = pytest.mark.browser

LABEL = '</script><img src=x onerror="window.harmed = true">'

INK = """
(place) => {
  const canvas = document.querySelectorAll(".nnb-player canvas")[place];
  const {data} = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return data.reduce((sum, value, i) => (sum * 31 + value * (i % 97)) % 1000003, 7);
}
"""

BACKGROUND = "getComputedStyle(document.querySelector('.nnb-player')).backgroundColor"


def recorded_run():
    """A run of two seconds with a plot of each kind."""
    times = np.arange(1, 2001) / 1000
    waves = np.stack([np.sin(6 * times), np.cos(6 * times)], axis=1)
    fired = np.random.RandomState(1).rand(2000, 40) < 0.02 * (1 + waves[:, :1])
    steps, rows = np.nonzero(fired)
    some = times[99::100]
    images = np.sin(np.add.outer(6 * some, np.arange(36) / 6)).reshape(-1, 6, 6)
    similarities = np.stack([np.abs(np.sin(2 * some)), np.abs(np.cos(2 * some))], axis=1)
    neurons = tuple(map(str, range(40)))
    return RecordedRun(
        LABEL,
        0.0,
        2.0,
        (
            LinesRecord(LABEL, "", (LABEL, "1"), "value", times, waves),
            SpikesRecord("spikes", "", neurons, 0.001, steps + 1, rows),
            PathsRecord("path", "", ("x", "y"), ("path",), (times,), (waves,)),
            ImagesRecord("image", "", "value", some, images, (-1.0, 1.0), False),
            ImagesRecord("pattern", "", "firing rate (Hz)", some, images, (-1.0, 1.0), True),
            CloudsRecord("cloud", "", ("DOG", "CAT"), some, similarities),
        ),
        (f"Not in it: {LABEL}.",),
    )


@pytest.fixture(scope="module")
def page(browser_path, tmp_path_factory):
    """The page of a player that was saved, in a browser that reaches nothing else."""
    path = tmp_path_factory.mktemp("player") / "run.html"
    Player(recorded_run()).save(path)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=FLAGS.split())
        page = browser.new_page(viewport={"width": 1200, "height": 760}, color_scheme="light")
        page.set_default_timeout(TIMEOUT)
        page.problems, page.wanted = [], []
        page.on("pageerror", lambda error: page.problems.append(str(error)))
        page.on("request", lambda request: page.wanted.append(request.url))
        page.goto(path.as_uri())
        page.locator(".nnb-player[data-time]").wait_for()
        yield page
        browser.close()


def shown(page):
    """Time of the cursor, and begin and end of the window."""
    return page.locator(".nnb-player").evaluate(
        "({dataset: {time, begin, end}}) => [time, begin, end].map(Number)"
    )


def scrub(page, seconds):
    page.get_by_label("Time", exact=True).evaluate(
        "(slider, time) => { slider.value = time; slider.dispatchEvent(new Event('input')); }",
        str(seconds),
    )
    page.wait_for_function(
        "time => Number(document.querySelector('.nnb-player').dataset.time) === time", arg=seconds
    )


def shot(page, name):
    folder = os.environ.get("NENGO_NB_SCREENSHOTS")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png")


def test_the_cursor_moves_through_all_plots(page):
    scrub(page, 0.5)
    early = [page.evaluate(INK, place) for place in range(6)]
    scrub(page, 1.25)
    late = [page.evaluate(INK, place) for place in range(6)]

    assert all(one != other for one, other in zip(early, late, strict=True))
    assert f"{np.sin(6 * 1.25):.4g}" in page.locator(".nnb-player-legend").first.inner_text()
    shot(page, "player_light")


def test_shift_and_a_pointer_zoom_into_a_part_and_a_double_click_shows_all(page):
    canvas = page.locator(".nnb-player canvas").first
    box = canvas.bounding_box()
    height = box["y"] + box["height"] / 2
    page.keyboard.down("Shift")
    page.mouse.move(box["x"] + 0.4 * box["width"], height)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.6 * box["width"], height)
    page.mouse.up()
    page.keyboard.up("Shift")
    page.wait_for_function("Number(document.querySelector('.nnb-player').dataset.end) < 1.5")

    _, begin, end = shown(page)
    assert 0.4 < begin < end < 1.4
    assert end - begin == pytest.approx(2.0 * 0.2 * box["width"] / (box["width"] - 70), rel=0.05)
    shot(page, "player_zoomed")
    canvas.dblclick()
    page.wait_for_function("document.querySelector('.nnb-player').dataset.end === '2'")


def test_it_plays_as_fast_as_time_goes_and_pauses(page):
    scrub(page, 0.2)
    page.locator(".nnb-player").focus()
    began = page.evaluate("performance.now()")
    page.keyboard.press(" ")
    page.wait_for_function("Number(document.querySelector('.nnb-player').dataset.time) > 0.7")
    page.keyboard.press(" ")
    page.wait_for_function("document.querySelector('.nnb-player').dataset.playing === 'false'")
    took = (page.evaluate("performance.now()") - began) / 1000

    time = shown(page)[0]
    assert time > 0.7
    assert time - 0.2 <= took


def test_it_is_dark_where_the_page_is(page):
    light = page.evaluate(BACKGROUND)
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(f"light => {BACKGROUND} !== light", arg=light)
    scrub(page, 1.25)
    shot(page, "player_dark")

    assert (light, page.evaluate(BACKGROUND)) == ("rgb(255, 255, 255)", "rgb(22, 25, 29)")


def test_labels_run_no_scripts_and_nothing_is_fetched(page):
    assert page.evaluate("window.harmed") is None
    assert page.problems == []
    assert page.wanted == [page.url]


def test_without_scripts_there_is_a_picture(page):
    plain = page.context.browser.new_context(java_script_enabled=False).new_page()
    plain.goto(page.url)

    picture = plain.locator("img")

    assert picture.count() == 1
    assert picture.bounding_box()["height"] > 500
