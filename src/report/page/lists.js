// Long lists. A short list stands in the page as a whole; of a long one only the items near the view
// do, so that ten thousand cost what a hundred do. Each item says its place and how many there are,
// so that a screen reader tells them; the Tab key reaches the next item, since items beyond the
// view's ends are there already; and before the page is printed all of them are put in.
const WHOLE_MAX = 200;
const BEYOND_VIEW = 900;
const windows = new Map();

/** Fills an element with a list of items. */
function listed(into, items, item, { element = "ol", whole = WHOLE_MAX, root = null, empty = "Nothing." } = {}) {
  windows.get(into)?.end();
  into.replaceChildren();
  if (items.length === 0) {
    into.append(make("p", { class: "none" }, empty));
    return;
  }
  const list = make(element, { class: "listed", role: "list" });
  into.append(list);
  if (items.length <= whole) list.append(...items.map(item));
  else windows.set(into, windowed(list, items, item, root));
}

/** Keeps the items near the view in a list, the rest as empty room above and below them. */
function windowed(list, items, item, root) {
  list.classList.add("windowed");
  const scroller = root ?? window;
  const heights = new Float64Array(items.length);
  let [known, sum, first, last, gap] = [0, 0, 0, 0, null];
  const shown = new Map();
  const usual = () => (known > 0 ? sum / known : 120);
  const heightOf = (at) => heights[at] || usual();
  const room = (from, to) => {
    let total = 0;
    for (let at = from; at < to; at += 1) total += heightOf(at);
    return total;
  };
  const made = (at) => {
    const own = item(items[at]);
    own.setAttribute("aria-setsize", items.length);
    own.setAttribute("aria-posinset", at + 1);
    own.dataset.at = at;
    return own;
  };
  /** The height that an item takes, with what is below it. */
  const measure = () => {
    gap ??= shown.size > 0 ? parseFloat(getComputedStyle(shown.values().next().value).marginBlockEnd) || 0 : null;
    for (const [at, own] of shown) {
      if (own.classList.contains("kept")) continue;
      const height = own.getBoundingClientRect().height + gap;
      if (height <= gap || Math.abs(height - heights[at]) < 0.5) continue;
      sum += height - heights[at];
      if (heights[at] === 0) known += 1;
      heights[at] = height;
    }
  };
  const near = () => {
    const box = root ? root.getBoundingClientRect() : { top: 0, height: innerHeight };
    const top = box.top - list.getBoundingClientRect().top - BEYOND_VIEW;
    const bottom = top + box.height + 2 * BEYOND_VIEW;
    let [from, y] = [0, 0];
    while (from < items.length - 1 && y + heightOf(from) < top) y += heightOf(from++);
    let to = from;
    while (to < items.length && y < bottom) y += heightOf(to++);
    return [from, Math.max(to, from + 1)];
  };
  const pad = () => {
    list.style.paddingBlockStart = `${room(0, first)}px`;
    list.style.paddingBlockEnd = `${room(last, items.length)}px`;
  };
  const put = (from, to) => {
    const focused = document.activeElement?.closest("[data-at]");
    for (const [at, own] of shown) {
      if (at >= from && at < to) own.classList.remove("kept");
      // What has the focus stays, out of sight, so that the focus is not lost.
      else if (own === focused) own.classList.add("kept");
      else {
        own.remove();
        shown.delete(at);
      }
    }
    let before = null;
    for (let at = to - 1; at >= from; at -= 1) {
      let own = shown.get(at);
      if (!own) {
        own = made(at);
        shown.set(at, own);
        list.insertBefore(own, before);
      }
      before = own;
    }
    [first, last] = [from, to];
    pad();
  };
  let waiting = 0;
  const update = () => {
    waiting = 0;
    if (!list.isConnected) return end();
    // What was guessed becomes known when it is drawn; twice settles what is in view.
    for (let round = 0; round < 2; round += 1) {
      const [from, to] = near();
      if (from === first && to === last && shown.size > 0) break;
      put(from, to);
      measure();
    }
    pad();
  };
  const soon = () => {
    waiting ||= requestAnimationFrame(update);
  };
  const all = () => {
    if (list.isConnected && list.checkVisibility()) put(0, items.length);
  };
  function end() {
    scroller.removeEventListener("scroll", soon);
    removeEventListener("resize", soon);
    list.removeEventListener("toggle", soon, true);
  }
  scroller.addEventListener("scroll", soon, { passive: true });
  addEventListener("resize", soon);
  list.addEventListener("toggle", soon, true);
  update();
  return { all, soon, end };
}

/** A table's rows page by page. */
function paged(body, rows, row, page, name) {
  let at = 0;
  const where = make("span", { role: "status" });
  const go = (step) => () => {
    at += step;
    fill();
  };
  const [back, on] = [["Previous", -page], ["Next", page]].map(([text, step]) => make("button", { type: "button", onclick: go(step) }, text));
  const fill = () => {
    body.replaceChildren(...rows.slice(at, at + page).map(row));
    back.disabled = at === 0;
    on.disabled = at + page >= rows.length;
    where.textContent = `${name} ${number(at + 1)} to ${number(Math.min(at + page, rows.length))} of ${number(rows.length)}`;
  };
  fill();
  if (rows.length <= page) return "";
  // A table that was drawn anew is no longer in the page, and its rows are not to be printed.
  for (const into of windows.keys()) if (into.tagName === "TBODY" && !into.isConnected) windows.delete(into);
  windows.set(body, { all: () => body.replaceChildren(...rows.map(row)), soon: fill, end: () => {} });
  return make("p", { class: "pager" }, back, where, on);
}

// What is printed is all of what is chosen: the open drawer's passages, or the page with its lists.
const printed = by("printed");
addEventListener("beforeprint", () => {
  for (const list of windows.values()) list.all();
  if (!by("drawer").open) return;
  printed.replaceChildren(...["drawer-title", "drawer-about", "drawer-status", "drawer-list"].map((part) => {
    const copy = by(part).cloneNode(true);
    copy.removeAttribute("id");
    return copy;
  }));
  document.body.classList.add("prints-drawer");
});
addEventListener("afterprint", () => {
  document.body.classList.remove("prints-drawer");
  printed.replaceChildren();
  for (const list of windows.values()) list.soon();
});
