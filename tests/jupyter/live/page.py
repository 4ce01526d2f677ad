"""The page of a test with live views, and the kernel behind it."""

import ast

from tests.jupyter.lab import TIMEOUT

ASK = """
async ([code, expression]) => {
  const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
  const request = kernel.requestExecute({code, store_history: false, user_expressions: {value: expression}});
  const {content} = await request.done;
  return content.status === "ok" ? content.user_expressions.value : content;
}
"""


class Page:
    """The notebook's page with one live view."""

    def __init__(self, lab):
        self.lab = lab
        self.page = lab.page

    def open(self):
        self.lab.open("live.ipynb")
        self.drawn(3)

    def drawn(self, count):
        self.page.locator(".nnb-card[data-drawn]").nth(count - 1).wait_for(timeout=TIMEOUT)

    def press(self, title):
        self.page.get_by_title(title).first.click()

    def until(self, condition, argument=None):
        self.page.wait_for_function(condition, arg=argument, timeout=TIMEOUT)

    def time(self):
        return float(self.page.locator(".nnb-root").first.get_attribute("data-time") or 0)

    def until_time(self, seconds):
        self.until(
            "wanted => Number(document.querySelector('.nnb-root').dataset.time) >= wanted", seconds
        )

    def pause(self):
        if self.page.locator(".nnb-primary").first.get_attribute("data-playing") == "true":
            self.press("Pause (space)")
        self.until("() => document.querySelector('.nnb-primary').dataset.playing === 'false'")

    def play(self):
        if self.page.locator(".nnb-primary").first.get_attribute("data-playing") != "true":
            self.press("Play (space)")
        self.until("() => document.querySelector('.nnb-primary').dataset.playing === 'true'")

    def ask(self, expression, code=""):
        """Run code in the kernel; what an expression is there, as a literal."""
        answer = self.page.evaluate(ASK, [code, expression])
        assert answer["status"] == "ok", answer
        return ast.literal_eval(answer["data"]["text/plain"])
