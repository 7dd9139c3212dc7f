"""Opens a run's report.html in Chromium, uses it as a reader would, and checks what it shows.

    python tests/browser/report.py OUT [--screenshots DIR] [--speed OUT2]

OUT is the output folder of a run. Checked are: every count of the heat table against
frequencies.csv, in every view; that a cell opens to its passages and a passage to its source line;
filters, sorting and search; that nothing goes over the network and the page's policy stops nothing;
that what is printed is all of what is chosen; and axe-core finds no violation, in light, dark and
narrow, page and drawer. With --speed, the time that another report and its largest cell take to open
is printed, not judged, and its long lists must hold few items at a time.
"""

import argparse
import csv
import shutil
import sys
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

HERE = Path(__file__).parent
AXE = (HERE / "axe.min.js").read_text(encoding="utf-8")
SECTIONS = ["glance", "themes", "time", "together", "compare", "saturation", "quotes", "codebook", "read"]
# Of hundreds of participants, so many are compared with the table one by one.
PEOPLE_MAX = 12
COLUMN_PAGES_MAX = 4
LOOKS = [
    ("light", {"width": 1400, "height": 1000}, "light"),
    ("dark", {"width": 1400, "height": 1000}, "dark"),
    ("narrow", {"width": 390, "height": 844}, "light"),
]
failures = []


def check(holds, what):
    if not holds:
        failures.append(what)
        print(f"FAILED: {what}", file=sys.stderr)


def chromium(playwright):
    """Debian's Chromium; as root it needs to run without its sandbox."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    return playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])


def open_report(browser, out, viewport, scheme):
    page = browser.new_page(viewport=viewport, color_scheme=scheme)
    said = []
    page.on("console", lambda m: said.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda e: said.append(str(e)))
    page.on("request", lambda r: said.append(f"request: {r.url}") if not r.url.startswith(("file:", "data:")) else None)
    begun = time.monotonic()
    page.goto((out / "report.html").resolve().as_uri())
    page.wait_for_function("document.getElementById('quotes-status').textContent !== ''")
    return page, said, time.monotonic() - begun


def accessible(page, where):
    page.evaluate(AXE)
    # What is out of view is not laid out, and its guessed boxes may overlap; axe is to see the real ones.
    page.evaluate("document.styleSheets[0].insertRule('* { content-visibility: visible !important; }', document.styleSheets[0].cssRules.length)")
    # axe leaves the size of targets out, which WCAG 2.2 asks for, unless it is told.
    result = page.evaluate("axe.run(document, {resultTypes: ['violations'], rules: {'target-size': {enabled: true}}})")
    for violation in result["violations"]:
        nodes = [node["html"][:120] for node in violation["nodes"][:3]]
        check(False, f"axe in {where}: {violation['id']}: {violation['help']}: {nodes}")


def rows_of(out):
    with open(out / "frequencies.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def shown_cells(page):
    """Every cell of the heat table as drawn: code, group's kind, person, type, and its numbers."""
    return page.evaluate(
        """() => {
          const said = (cell, word) => {
            const texts = [...cell.querySelectorAll('small')].flatMap((small) => small.textContent.split(', '));
            return Number((texts.find((text) => text.endsWith(word)) ?? '0').replace(word, '').replaceAll(',', ''));
          };
          return [...document.querySelectorAll('#heat tbody tr')].flatMap((row) =>
            [...row.querySelectorAll('td')].map((cell) => ({
              code: row.dataset.code, group: cell.dataset.group, person: cell.dataset.person, type: cell.dataset.type,
              counts: cell.querySelector('.counts').textContent,
              absent: said(cell, ' absent'), mentioned: said(cell, ' mentioned'),
            })));
        }"""
    )


def compare_counts(page, expected, where):
    """Compares what is drawn with the table, themes page by page; returns how many cells were."""
    cells = shown_cells(page)
    following = page.locator("#themes-table .pager:not(#themes-columns) button", has_text="Next")
    while following.count() > 0 and not following.is_disabled():
        following.click()
        cells += shown_cells(page)
    for cell in cells:
        key = (cell["group"], cell["person"] or "", cell["type"] or "", cell["code"])
        row = expected.get(key)
        if row is None:
            check(False, f"{where}: no row of frequencies.csv for {key}")
            continue
        present, notes = cell["counts"].replace(",", "").split("/")
        drawn = (int(present), int(notes), cell["absent"], cell["mentioned"])
        table = tuple(int(row[name]) for name in ("present", "notes", "absent", "mentioned_only"))
        check(drawn == table, f"{where}: {key} shows {drawn}, frequencies.csv has {table}")
    return len(cells)


def labelled(page, container, label):
    """The control that a label of these words holds."""
    return page.locator(f'{container} label:has(> span:text-is("{label}"))')


def choose(page, container, label, value):
    labelled(page, container, label).locator("select").select_option(value)


def every_count(page, out):
    words = lambda name: "session type unknown" if name == "unknown" else name.replace("_", " ")
    with open(out / "pseudonyms.csv", encoding="utf-8", newline="") as file:
        shown = {r["participant_id"]: r["pseudonym"] for r in csv.DictReader(file)}
    name = lambda person: shown.get(person, person)
    expected = {(r["group"], name(r["participant_id"]), words(r["session_type"]), r["code"]): r for r in rows_of(out)}
    seen = compare_counts(page, expected, "session types")
    people = labelled(page, "#themes-controls", "Participant").locator("option").count() - 1
    for person in range(min(people, PEOPLE_MAX)):
        choose(page, "#themes-controls", "Participant", str(person))
        seen += compare_counts(page, expected, f"participant {person}")
    choose(page, "#themes-controls", "Participant", "")
    for view in ("people", "both"):
        choose(page, "#themes-controls", "Columns", view)
        for _ in range(COLUMN_PAGES_MAX):
            seen += compare_counts(page, expected, view)
            following = page.locator("#themes-columns button", has_text="Next")
            if following.count() == 0 or following.is_disabled():
                break
            following.click()
    choose(page, "#themes-controls", "Columns", "types")
    check(seen > 0 or not expected, "no cell was drawn")
    print(f"{seen} cells agree with frequencies.csv")


def first_cell(page):
    return page.locator("#heat tbody button").first


def from_cell_to_line(page, out):
    """Two clicks: a cell, a passage's place. What is shown must stand in the note's text."""
    if page.locator("#heat tbody button").count() == 0:
        return
    with open(out / "codings.csv", encoding="utf-8", newline="") as file:
        codings = {(r["start"], r["end"]): r for r in csv.DictReader(file)}
    cell = first_cell(page)
    cell.click()
    place = page.locator("#drawer-list details.place").first
    place.locator("summary").click()
    facts = place.locator("dl").inner_text()
    start, end = facts.split("Characters")[1].split("of the note")[0].strip().split("–")
    check((start, end) in codings, f"no coding from {start} to {end} in codings.csv")
    check(":" in place.locator("summary").inner_text() or "line" in place.locator("summary").inner_text(), "the place names no line")
    marked = page.locator("#drawer-list mark").first.inner_text()
    check(marked.strip() != "", "nothing is highlighted")
    everything = page.locator("#drawer-list > ol > li").count()
    choose(page, "#drawer-controls", "Show", "yes")
    counted = page.locator("#drawer-list > ol > li").count()
    check(counted <= everything and page.locator("#drawer-list .uncounted").count() == 0, "the filter shows what does not count")
    page.keyboard.press("Escape")
    check(not page.locator("#drawer").is_visible(), "Escape does not close the drawer")
    check(page.evaluate("document.activeElement.closest('#heat') !== null"), "focus does not return to the cell")


def with_the_keyboard(page):
    if page.locator("#heat tbody button").count() == 0:
        return
    first_cell(page).focus()
    page.keyboard.press("Enter")
    check(page.locator("#drawer").is_visible(), "Enter does not open a cell")
    check(page.evaluate("document.getElementById('drawer').contains(document.activeElement)"), "focus is not in the drawer")
    page.keyboard.press("Escape")
    page.locator(".skip").focus()
    page.keyboard.press("Enter")
    check(page.evaluate("location.hash") == "#main", "the skip link leads nowhere")


def filters(page):
    rows = page.locator("#heat tbody tr").count()
    if rows < 2:
        return
    name = page.locator("#heat tbody tr th").first.inner_text().split("\n")[-1]
    box = labelled(page, "#themes-controls", "Theme").locator("input")
    box.fill(name)
    page.wait_for_timeout(300)
    kept = page.locator("#heat tbody tr").count()
    check(1 <= kept < rows, f"the theme filter keeps {kept} of {rows}")
    box.fill("")
    page.wait_for_timeout(300)
    page.locator("#heat thead button.sort").nth(1).click()
    shares = [int(t.split("/")[0].replace(",", "")) for t in page.locator("#heat tbody tr td:nth-of-type(1) .counts").all_inner_texts()]
    check(shares == sorted(shares, reverse=True), "sorting by a column does not sort")
    check(page.locator("#heat thead th[aria-sort=descending]").count() == 1, "the sorted column is not told")
    page.locator("#heat thead button.sort").nth(1).click()


def search(page):
    word = "felt"
    page.fill("#search", word)
    page.keyboard.press("Enter")
    found = page.locator("#drawer-list > ol > li")
    for text in found.locator(".text").all_inner_texts():
        check(word in text.lower(), f"a found passage does not hold {word!r}: {text!r}")
    print(f"search finds {found.count()} passages on its first page")
    page.keyboard.press("Escape")


def time_and_quotes(page):
    marks = page.locator("#time-lanes .mark").count()
    if marks:
        choose(page, "#time-controls", "Theme", "0")
        check(page.locator("#time-lanes .mark").count() == marks, "choosing a theme loses notes")
        choose(page, "#time-controls", "Theme", "")
    quotes = labelled(page, "#quotes-controls", "Participant").locator("option").count()
    if quotes > 2:
        before = page.locator("#quotes-list .facts").first.inner_text()
        labelled(page, "#quotes-controls", "Participant").locator("select").select_option(index=1)
        check(page.locator("#quotes-list .facts").first.inner_text() != before, "the quotes' filter does nothing")
        labelled(page, "#quotes-controls", "Participant").locator("select").select_option("")


def printing(page):
    """What is printed: every quote that fits, and of an open drawer every passage."""
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    quotes = int(page.locator("#quotes-status").inner_text().split(" ")[0].replace(",", ""))
    check(page.locator("#quotes-items li.quote").count() == quotes, "not every quote is printed")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    if page.locator("#heat tbody button").count() == 0:
        return
    first_cell(page).click()
    passages = int(page.locator("#drawer-status").inner_text().split(" ")[0].replace(",", ""))
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    check(page.locator("#printed li.passage").count() == passages, "not every passage of the drawer is printed")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    check(page.locator("#printed *").count() == 0, "what was printed stays in the page")
    page.keyboard.press("Escape")


LARGEST = """() => {
  const of = (b) => Number((b.querySelector('.hidden').textContent.match(/([0-9,]+) passages? counts?/) ?? ['', '0'])[1].replaceAll(',', ''));
  const all = [...document.querySelectorAll('#heat tbody button')].sort((a, b) => of(b) - of(a));
  const begun = performance.now();
  all[0].click();
  const list = document.querySelector('#drawer-list');
  list.getBoundingClientRect();
  return [of(all[0]), performance.now() - begun];
}"""


def long_lists(page, name):
    """Opens the largest cell, scrolls through it, and looks at how much the page holds of it."""
    counts, took = page.evaluate(LARGEST)
    status = page.locator("#drawer-status").inner_text()
    listed = int(status.split(" ")[0].replace(",", ""))
    print(f"{name}: a cell of {counts} passages, {listed} of them listed, opens in {took:.0f} ms")
    items = page.locator("#drawer-list > ol > li")
    begun = time.monotonic()
    for part in (0.0, 0.25, 0.5, 0.75, 1.0):
        page.evaluate(f"(() => {{ const d = document.getElementById('drawer'); d.scrollTop = d.scrollHeight * {part}; }})()")
        page.wait_for_timeout(120)
        check(items.count() <= 200 or listed <= 200, f"{items.count()} of {listed} passages are in the page at once")
        seen = page.evaluate(
            "(() => { const box = document.getElementById('drawer').getBoundingClientRect();"
            " return [...document.querySelectorAll('#drawer-list > ol > li')].some((li) => { const b = li.getBoundingClientRect();"
            " return b.bottom > box.top && b.top < box.bottom; }); })()")
        check(seen, f"nothing is in view at {part} of the list")
    if listed > 200:
        places = [int(p) for p in items.evaluate_all("(all) => all.map((li) => li.getAttribute('aria-posinset'))")]
        check(places[-1] == listed, f"the list ends with {places[-1]} of {listed}")
        check(places == list(range(places[0], places[0] + len(places))), "the items in view are not in a row")
        check(items.first.get_attribute("aria-setsize") == str(listed), "an item does not say how many there are")
        keyboard_through(page, items)
    print(f"{name}: scrolled through in {time.monotonic() - begun - 0.6:.2f} s")
    page.keyboard.press("Escape")


def keyboard_through(page, items):
    """Tab goes from item to item past what the view holds."""
    page.evaluate("document.getElementById('drawer').scrollTop = 0")
    page.wait_for_timeout(150)
    items.first.locator("summary").focus()
    for _ in range(40):
        page.keyboard.press("Tab")
        page.wait_for_timeout(20)
    at = page.evaluate("Number(document.activeElement.closest('li')?.getAttribute('aria-posinset') ?? 0)")
    check(at == 41, f"40 times Tab from the first passage leads to the {at}th")


def screenshots(page, folder, name):
    if folder is None:
        return
    for section in SECTIONS:
        page.evaluate(f"document.getElementById('{section}').scrollIntoView({{behavior: 'instant'}})")
        page.wait_for_timeout(150)
        page.screenshot(path=folder / f"{name}-{section}.png")


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("out", type=Path)
    arguments.add_argument("--screenshots", type=Path)
    arguments.add_argument("--speed", type=Path)
    given = arguments.parse_args()
    if given.screenshots:
        given.screenshots.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = chromium(playwright)
        for name, viewport, scheme in LOOKS:
            page, said, _ = open_report(browser, given.out, viewport, scheme)
            if name == "light":
                every_count(page, given.out)
                from_cell_to_line(page, given.out)
                with_the_keyboard(page)
                filters(page)
                search(page)
                time_and_quotes(page)
                printing(page)
            width = page.evaluate("document.documentElement.scrollWidth")
            check(width <= viewport["width"], f"{name}: the page is {width} wide and scrolls sideways")
            screenshots(page, given.screenshots, name)
            accessible(page, name)
            if page.locator("#heat tbody button").count():
                first_cell(page).click()
                page.locator("#drawer-list summary").first.click()
                if given.screenshots:
                    page.screenshot(path=given.screenshots / f"{name}-drawer.png")
                accessible(page, f"{name}, drawer")
            check(not said, f"{name}: the browser says {said[:3]}")
            page.close()
        if given.speed:
            page, said, seconds = open_report(browser, given.speed, LOOKS[0][1], "light")
            size = (given.speed / "report.html").stat().st_size / (1 << 20)
            print(f"{given.speed.name}: {size:.1f} MB open in {seconds:.2f} s")
            check(size < 25, f"the page has {size:.1f} MB")
            long_lists(page, given.speed.name)
            check(not said, f"speed: the browser says {said[:3]}")
        browser.close()
    print("the report holds" if not failures else f"{len(failures)} failures")
    sys.exit(1 if failures else 0)


main()
