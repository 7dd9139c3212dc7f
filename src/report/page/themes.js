// The heat table: themes by groups of notes, with the text that each column rests on.
const COLUMNS_PAGE = 16;
const ROWS_PAGE = 60;
const FEW_NOTES = 5;
const SHADES = 8;

const themes = {
  view: "types",
  person: null,
  type: null,
  measure: "share",
  find: "",
  sort: null,
  silent: false,
  page: 0,
};

const ofKind = (kind) => groups.filter((g) => g.kind === kind);
const all = groups.find((g) => g.kind === "all");

/** The columns of the chosen view: groups, and a name over some of them. */
function columnsOf() {
  const { view, person, type } = themes;
  if (view === "types") {
    if (person === null) return [...ofKind("session_type"), ...(all ? [all] : [])];
    const own = ofKind("participant_session_type").filter((g) => g.person === person);
    return [...own, ...ofKind("participant").filter((g) => g.person === person)];
  }
  if (view === "people") {
    if (type === null) return ofKind("participant");
    return ofKind("participant_session_type").filter((g) => g.type === type);
  }
  if (view === "both") return ofKind("participant_session_type");
  const crosstab = Number(view.slice(3));
  return groups.filter((g) => g.by && g.by[0] === crosstab);
}

function columnName(group) {
  if (group.by) return about.by[group.by[0]].values[group.by[1]];
  if (themes.view === "people") return personName(group.person);
  return group.type === null ? "all notes" : typeName(group.type);
}

function rowsOf(columns) {
  const text = themes.find.toLowerCase();
  const fits = (code) =>
    (text === "" || `${code.name} ${code.path}`.toLowerCase().includes(text)) &&
    (!themes.silent || columns.some((g) => g.found.has(code.index)));
  const rows = codes.filter(fits);
  const { sort } = themes;
  if (sort === "name") rows.sort((a, b) => a.name.localeCompare(b.name, "en"));
  const group = columns.find((g) => g === sort);
  if (group) {
    const value = (code) => cellOf(group, code.index)[themes.measure === "rate" ? "rate" : "share"];
    rows.sort((a, b) => value(b) - value(a) || a.index - b.index);
  }
  return rows;
}

function drawThemes() {
  const columns = columnsOf();
  const pages = Math.max(1, Math.ceil(columns.length / COLUMNS_PAGE));
  themes.page = Math.min(themes.page, pages - 1);
  const first = themes.page * COLUMNS_PAGE;
  const shown = columns.slice(first, first + COLUMNS_PAGE);
  const into = by("themes-table");
  if (shown.length === 0) {
    into.replaceChildren(make("p", { class: "none" }, "There is no note to count here."));
    return;
  }
  const rows = rowsOf(shown);
  const caption = `${themes.measure === "rate" ? "Passages per 1,000 words" : `Share of ${UNIT}s in which each theme is documented`}`;
  const body = make("tbody");
  const most = Math.max(...rows.flatMap((code) => shown.map((g) => cellOf(g, code.index).rate)), 1e-9);
  const rowPager = paged(body, rows, (code) => themeRow(code, shown, most), ROWS_PAGE, "themes");
  if (rows.length === 0) body.append(make("tr", {}, make("td", { colSpan: shown.length + 1, class: "none" }, "No theme fits.")));
  const table = make("table", { class: "heat", id: "heat" }, make("caption", {}, caption), themesHead(shown), body);
  const parts = [wide("Themes", table), rowPager];
  if (pages > 1) parts.push(pager(columns.length, pages));
  if (about.groupsLeft > 0) {
    parts.push(make("p", {}, `${counted(about.groupsLeft, "further group")} of single participants stand in frequencies.csv; the page is full.`));
  }
  const focused = document.activeElement?.dataset?.sort;
  into.replaceChildren(...parts);
  if (focused) into.querySelector(`button[data-sort="${focused}"]`)?.focus();
}

function pager(columns, pages) {
  const go = (by) => () => {
    themes.page += by;
    drawThemes();
  };
  const first = themes.page * COLUMNS_PAGE;
  return make("p", { class: "pager", id: "themes-columns" },
    make("button", { type: "button", disabled: themes.page === 0, onclick: go(-1) }, "Previous"),
    ` columns ${first + 1} to ${Math.min(first + COLUMNS_PAGE, columns)} of ${number(columns)} `,
    make("button", { type: "button", disabled: themes.page === pages - 1, onclick: go(1) }, "Next"));
}

/** A column's head, pressed to sort by it. */
function sorter(key, place, name) {
  const sorted = themes.sort === key;
  const button = make("button", {
    type: "button", class: "sort", "data-sort": place,
    onclick: () => {
      themes.sort = sorted ? null : key;
      drawThemes();
    },
  }, isolated(name), make("span", { class: "arrow", "aria-hidden": "true" }, sorted ? (key === "name" ? " ▲" : " ▼") : ""));
  return button;
}

function themesHead(shown) {
  const head = make("thead");
  const top = make("tr");
  const sortedBy = (key) => (themes.sort === key ? (key === "name" ? "ascending" : "descending") : undefined);
  const both = themes.view === "both";
  top.append(make("th", { scope: "col", rowSpan: both ? 2 : 1, "aria-sort": sortedBy("name") }, sorter("name", "name", "Theme")));
  const headers = shown.map((group, at) =>
    make("th", { scope: "col", "aria-sort": sortedBy(group) }, sorter(group, String(at), columnName(group))));
  head.append(top);
  if (both) {
    let from = 0;
    while (from < shown.length) {
      let to = from;
      while (to < shown.length && shown[to].person === shown[from].person) to += 1;
      top.append(make("th", { scope: "colgroup", colSpan: to - from, class: "over" }, isolated(personName(shown[from].person))));
      from = to;
    }
    head.append(make("tr", {}, headers));
  } else top.append(...headers);
  head.append(profileRow(shown));
  return head;
}

/** The documentation that the columns rest on. */
function profileRow(shown) {
  const most = Math.max(...shown.map((g) => g.median ?? 0), 1);
  const cell = (group) => {
    const each = group.median ?? 0;
    const bar = draw("svg", { viewBox: "0 0 100 6", preserveAspectRatio: "none", class: "bar", "aria-hidden": "true" },
      draw("rect", { class: "amount", width: ((each * 100) / most).toFixed(1), height: 6 }));
    const lines = [
      make("b", {}, counted(group.notes, UNIT)),
      make("span", {}, `${number(group.words)} words`),
    ];
    if (group.median !== null) lines.push(bar, make("span", {}, `median ${number(each)} words a note`));
    lines.push(make("span", {}, counted(group.quotes, "quotation")));
    if (group.details) {
      const [terse, summary, detailed] = group.details;
      lines.push(make("span", {}, `${terse} terse, ${summary} sum., ${detailed} det.`));
    }
    if (group.person === null) lines.push(make("span", {}, counted(group.participants, "participant")));
    if (group.missing > 0) lines.push(make("span", { class: "warn" }, `${counted(group.missing, "session")} without a note`));
    return make("td", { class: group.notes < FEW_NOTES ? "few" : "" }, ...lines);
  };
  return make("tr", { class: "profile" }, make("th", { scope: "row" }, "Rests on"), ...shown.map(cell));
}

function themeRow(code, shown, most) {
  const found = shown.map((group) => cellOf(group, code.index));
  const flat = themes.sort !== null || themes.find !== "";
  const parent = flat && code.path.includes("/") ? make("small", {}, `${code.path.slice(0, code.path.lastIndexOf("/")).replaceAll("/", " › ")} ›`) : "";
  const name = make("th", { scope: "row", class: flat ? "" : `d${Math.min(code.depth, 4)}`, title: code.definition },
    parent, isolated(code.name));
  const silent = found.every((c) => c.silent === c.group.notes);
  return make("tr", { class: silent ? "silent" : "", "data-code": code.path }, name, ...found.map((c) => heatCell(c, most)));
}

function heatCell(cell, most) {
  const { group } = cell;
  const value = themes.measure === "rate" ? cell.rate / most : cell.share;
  const classes = [`h${Math.ceil(value * SHADES)}`];
  if (group.notes < FEW_NOTES) classes.push("few");
  const main = themes.measure === "rate" ? rateText(cell.rate) : percent(cell.share);
  const counts = themes.measure === "rate" ? `${number(cell.codings)} in ${number(group.words)}` : `${number(cell.present)}/${number(group.notes)}`;
  const address = {
    "data-group": group.kind,
    "data-person": group.person === null ? "" : about.people[group.person],
    "data-type": group.type === null ? "" : typeName(group.type),
  };
  if (cell.silent === group.notes) {
    return make("td", { class: `${classes.join(" ")} zero`, ...address }, make("span", { class: "counts" }, `0/${number(group.notes)}`));
  }
  const button = make("button", {
    type: "button",
    onclick: () => openCell(cell),
  },
    make("b", {}, main),
    make("span", { class: "counts" }, counts),
    ...cellDetails(cell),
    statesBar(cell),
    make("span", { class: "hidden" }, `${codes[cell.code].name}, ${nameOfGroup(group)}. ${sentenceOf(cell)}`),
  );
  return make("td", { class: classes.join(" "), ...address }, button);
}

/** The interval, and the states that are not presence. */
function cellDetails(cell) {
  const range = themes.measure === "rate" ? rateInterval(cell) : interval(cell);
  const others = [];
  if (cell.absent > 0) others.push(`${number(cell.absent)} absent`);
  if (cell.mentioned > 0) others.push(`${number(cell.mentioned)} mentioned`);
  return [range, others.join(", ")].filter((text) => text !== "").map((text) => make("small", {}, text));
}

/** A rate with one decimal; what is not nothing is not shown as nothing. */
const rateText = (rate) => (rate > 0 && rate < 0.05 ? "<0.1" : rate.toFixed(1));

const rateInterval = (cell) => (cell.rateLow < 0 ? "" : `${cell.rateLow}–${cell.rateHigh}`);

/** Present, only mentioned and explicitly absent of all notes, and the interval of the share. */
function statesBar(cell) {
  const width = (n) => (n * 100) / cell.group.notes;
  const bar = draw("svg", { viewBox: "0 0 100 12", preserveAspectRatio: "none", class: "bar", "aria-hidden": "true" });
  let at = 0;
  // The height tells the states apart where there is no colour.
  for (const [name, n, y, height] of [["p", cell.present, 0, 7], ["m", cell.mentioned, 2.5, 2], ["a", cell.absent, 4.5, 2.5]]) {
    if (n > 0) bar.append(draw("rect", { class: name, x: at.toFixed(1), y, width: width(n).toFixed(1), height }));
    at += width(n);
  }
  if (cell.low >= 0) {
    bar.append(draw("rect", { class: "i", x: (cell.low / 10).toFixed(1), y: 9, width: Math.max(1, (cell.high - cell.low) / 10).toFixed(1), height: 1.6 }));
  }
  return bar;
}

function themesKey() {
  const sample = (name, y, height, text) => make("span", {},
    draw("svg", { viewBox: "0 0 20 12", class: "sample", "aria-hidden": "true" }, draw("rect", { class: name, y, width: 20, height })),
    text);
  by("themes-key").append(
    sample("p", 0, 7, "present"), sample("m", 2.5, 2, "only mentioned"), sample("a", 4.5, 2.5, "explicitly absent"),
    sample("i", 9, 1.6, "95% interval of the share"),
    make("span", {}, `The rest of a bar is silent. Cells in italics rest on fewer than ${FEW_NOTES} ${UNIT}s; cells of several people have an interval from five participants on. Press a cell to read its passages.`),
  );
}

function themesControls() {
  const views = [["types", "session types"], ["people", "participants"], ["both", "participants and session types"]];
  about.by.forEach((crosstab, at) => views.push([`by:${at}`, crosstab.name]));
  const people = about.people.map((_, at) => [at, personName(at)]);
  const redraw = () => {
    themes.sort = null;
    themes.page = 0;
    controls();
    drawThemes();
  };
  const chosen = (value) => (value === "" ? null : Number(value));
  const view = select("Columns", views, themes.view, (v) => {
    themes.view = v;
    redraw();
  });
  const person = select("Participant", [["", "all"], ...people], "", (v) => {
    themes.person = chosen(v);
    redraw();
  });
  const type = select("Session type", [["", "all"], ...types.map((t, at) => [at, t])], "", (v) => {
    themes.type = chosen(v);
    redraw();
  });
  const controls = () => {
    person.hidden = themes.view !== "types";
    type.hidden = themes.view !== "people";
  };
  by("themes-controls").replaceChildren(
    view, person, type,
    select("Show", [["share", `share of ${UNIT}s`], ["rate", "passages per 1,000 words"]], themes.measure, (v) => {
      themes.measure = v;
      drawThemes();
    }),
    searchBox("Theme", "part of its name", (v) => {
      themes.find = v.trim();
      drawThemes();
    }),
    checkbox("leave out silent themes", false, (v) => {
      themes.silent = v;
      drawThemes();
    }),
  );
  controls();
}

themesControls();
themesKey();
drawThemes();

