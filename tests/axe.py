"""What axe finds wrong with a page that a browser shows."""

from pathlib import Path

from browser import Window

FILE = Path(__file__).parent / "book" / "vendor" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
COLOURS = ["color-contrast", "link-in-text-block"]  # the rules that look at colours, and take longest
# What passes is not reported, which takes a third of the time.
RUN = """axe.run(document, {{
  runOnly: {asked}, reporter: "no-passes", rules: {rules}, selectors: false, preload: false,
}}).then(found => found.violations.flatMap(rule => rule.nodes.map(node => {{
  const said = [...node.any, ...node.all, ...node.none].map(check => check.message).join("; ");
  return `${{rule.id}}: ${{node.html.slice(0, 200)}} ${{said}}`;
}})))"""


def put_into(page: Window) -> None:
    """Load axe into the page that is shown."""
    page.get(f"{FILE.read_text(encoding='utf-8')}; 0")


def faults(page: Window, asked: list[str] = TAGS, but: list[str] | None = None) -> list[str]:
    """Ask axe, which is in the page that is shown, for tags or rules; the rules in `but` are left out."""
    rules = "{" + ", ".join(f'"{rule}": {{enabled: false}}' for rule in but or []) + "}"
    return page.get(RUN.format(asked=asked, rules=rules))
