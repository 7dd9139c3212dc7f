// Themes that stand together, groups side by side, and saturation.
const MATRIX_MAX = 18;
const pairs = about.pairs.map(([a, b, unit, nA, nB, both, units, c, npmi, unequal]) => ({
  a, b, unit, nA, nB, both, units,
  c: c === null ? null : c / 1000, npmi: npmi === null ? null : npmi / 1000, unequal,
}));
const together = { unit: pairs.some((p) => p.unit === "sentence") ? "sentence" : "note", measure: "both" };
const two = (value) => (value === null || value === undefined ? "–" : value.toFixed(2));

function openPair(pair) {
  const wanted = new Set([...codes[pair.a].below, ...codes[pair.b].below]);
  const has = (note, code) => note.codes.some((c) => codes[code].below.has(c));
  const rows = coded().passages.filter((p) => p.whyNot === "" && wanted.has(p.code) && has(p.note, pair.a) && has(p.note, pair.b));
  rows.sort((x, y) => x.note.row - y.note.row || x.start - y.start || x.code - y.code);
  openDrawer(
    `${codes[pair.a].name} and ${codes[pair.b].name}`,
    `Together in ${counted(pair.both, pair.unit)}; the first in ${number(pair.nA)}, the second in ${number(pair.nB)} of ${number(pair.units)}. Below: the passages of both in the notes that have both.`,
  );
  listPassages(rows, null);
}

function drawTogether() {
  const own = pairs.filter((p) => p.unit === together.unit);
  const weight = new Map();
  for (const pair of own) for (const code of [pair.a, pair.b]) weight.set(code, (weight.get(code) ?? 0) + pair.both);
  const chosen = [...weight].sort((x, y) => y[1] - x[1] || x[0] - y[0]).slice(0, MATRIX_MAX).map(([code]) => code);
  chosen.sort((x, y) => x - y);
  if (own.length === 0) {
    by("together-matrix").replaceChildren(make("p", { class: "none" }, "No two themes stand together."));
    by("together-table").replaceChildren();
    return;
  }
  const found = new Map(own.map((p) => [`${Math.min(p.a, p.b)} ${Math.max(p.a, p.b)}`, p]));
  const value = (p) => (together.measure === "both" ? p.both : Math.max(0, p[together.measure] ?? 0));
  const most = Math.max(...own.map(value), 1e-9);
  const cell = (row, column) => {
    if (row === column) return make("td", { class: "same" });
    const pair = found.get(`${Math.min(row, column)} ${Math.max(row, column)}`);
    if (!pair) return make("td", { class: "h0 zero" }, make("span", { class: "counts" }, "0"));
    const text = together.measure === "both" ? number(pair.both) : two(pair[together.measure]);
    const button = make("button", {
      type: "button", onclick: () => openPair(pair),
      "aria-label": `${codes[pair.a].name} and ${codes[pair.b].name}: together in ${counted(pair.both, pair.unit)}, c ${two(pair.c)}, NPMI ${two(pair.npmi)}`,
    }, text);
    return make("td", { class: `h${Math.ceil((value(pair) / most) * SHADES)}` }, button);
  };
  const head = make("tr", {}, make("td"), ...chosen.map((code, at) => make("th", { scope: "col", title: codes[code].name }, make("span", { "aria-hidden": "true" }, String(at + 1)), make("span", { class: "hidden" }, codes[code].name))));
  const rows = chosen.map((code, at) => make("tr", {}, make("th", { scope: "row" }, make("span", { class: "place-number" }, String(at + 1)), isolated(codes[code].name)), ...chosen.map((other) => cell(code, other))));
  by("together-matrix").replaceChildren(wide("Matrix of themes", make("table", { class: "heat matrix" },
    make("caption", {}, `The ${chosen.length} themes that meet most, in the same ${together.unit}`), make("thead", {}, head), make("tbody", {}, ...rows))));
  const key = together.measure;
  const listed = [...own].sort((x, y) => (y[key] ?? -2) - (x[key] ?? -2) || y.both - x.both || x.a - y.a || x.b - y.b);
  const PAIRS_SHOWN = 25;
  const line = (p) => make("tr", {},
    make("th", { scope: "row" }, make("button", { type: "button", class: "row", onclick: () => openPair(p) }, `${codes[p.a].name} + ${codes[p.b].name}`)),
    make("td", { class: "number" }, number(p.both)), make("td", { class: "number" }, `${number(p.nA)}, ${number(p.nB)}`),
    make("td", { class: "number" }, two(p.c), p.unequal ? make("span", { class: "warn", title: "very unequal frequencies" }, " ≠") : ""),
    make("td", { class: "number" }, two(p.npmi)));
  const table = make("table", {}, make("caption", {}, `Pairs, the ${Math.min(PAIRS_SHOWN, listed.length)} first of ${number(listed.length)}`),
    make("thead", {}, make("tr", {}, ...["themes", "both", "each", "c", "NPMI"].map((name, at) => make("th", { scope: "col", class: at > 0 ? "number" : "" }, name)))),
    make("tbody", {}, ...listed.slice(0, PAIRS_SHOWN).map(line)));
  by("together-table").replaceChildren(wide("Pairs of themes", table), make("p", { class: "facts" }, "cooccurrence.csv holds every pair."));
}

by("together-controls").append(
  select("In the same", [["sentence", "sentence"], ["note", "note"]], together.unit, (v) => {
    together.unit = v;
    drawTogether();
  }),
  select("Shade and order", [["both", "how often together"], ["c", "c-coefficient"], ["npmi", "NPMI"]], "both", (v) => {
    together.measure = v;
    drawTogether();
  }),
);
drawTogether();

/** The group of a side of a comparison. */
function groupOfSide(comparison, side) {
  if (comparison.types) return groups.find((g) => g.kind === "session_type" && g.type === comparison.types[side]);
  const [crosstab, value] = comparison.values[side];
  return groups.find((g) => g.by && g.by[0] === crosstab && g.by[1] === value);
}

const comparing = { at: 0, measure: "rate" };

function drawComparison() {
  const comparison = about.comparisons[comparing.at];
  const isRate = comparing.measure === "rate";
  const value = (row, side) => {
    const base = isRate ? comparison.words[side] / 1000 : comparison.notes[side];
    return base > 0 ? row[isRate ? 2 : 1][side] / base : 0;
  };
  const shown = (row, side) => (isRate ? `${rateText(value(row, side))} (${number(row[2][side])})` : `${percent(value(row, side))} (${number(row[1][side])})`);
  const lead = (row) => (value(row, 0) - value(row, 1)) / Math.max(1e-9, value(row, 0) + value(row, 1));
  const rows = [...comparison.rows].sort((x, y) => lead(y) - lead(x) || x[0] - y[0]);
  const most = isRate ? Math.max(1e-9, ...rows.flatMap((row) => [value(row, 0), value(row, 1)])) : 1;
  const bars = (row) => {
    const svg = draw("svg", { viewBox: "0 0 200 12", class: "versus", "aria-hidden": "true", preserveAspectRatio: "none" });
    const [a, b] = [0, 1].map((side) => (100 * value(row, side)) / most);
    svg.append(
      draw("rect", { class: "side-a", x: (100 - a).toFixed(1), y: 1, width: a.toFixed(1), height: 10 }),
      draw("rect", { class: "side-b", x: 100, y: 1, width: b.toFixed(1), height: 10 }),
      draw("line", { class: "axis", x1: 100, x2: 100, y1: 0, y2: 12 }));
    return svg;
  };
  const side = (row, at) => {
    const group = groupOfSide(comparison, at);
    const text = shown(row, at);
    if (!group || row[2][at] === 0) return make("td", { class: "number" }, text);
    return make("td", { class: "number" }, make("button", { type: "button", class: "row", "aria-label": `${codes[row[0]].name}, ${comparison.names[at]}: ${text}`, onclick: () => openCell(cellOf(group, row[0])) }, text));
  };
  const tested = comparison.comparison;
  const odds = (o) => (o === null ? "–" : `${o[0] ?? "∞"} (${o[1] ?? "0"}–${o[2] ?? "∞"})`);
  const p = (q) => (q === null ? "–" : q < 0.001 ? "< 0.001" : q.toFixed(3));
  const cell = (text) => make("td", { class: "number" }, text);
  const line = (row) => make("tr", {},
    make("th", { scope: "row" }, isolated(codes[row[0]].name)), side(row, 0), make("td", { class: "versus-cell" }, bars(row)), side(row, 1),
    cell(two(row[3])), ...(tested ? [cell(odds(row[4])), cell(p(row[5]))] : []));
  const names = ["theme", comparison.names[0], "", comparison.names[1], "rate ratio", ...(tested ? ["odds ratio (95%)", "adjusted p"] : [])];
  const heads = names.map((name, at) => (name === "" ? make("td", {}, make("span", { class: "hidden" }, "as bars")) : make("th", { scope: "col", class: at > 0 ? "number" : "" }, isolated(name))));
  const amounts = [0, 1].map((at) => `${comparison.names[at]}: ${counted(comparison.notes[at], "note")}, ${number(comparison.words[at])} words, ${counted(comparison.participants[at], "participant")}`);
  const remarks = [];
  if (comparison.unequal) remarks.push(make("p", { class: "caution" }, `A note of ${comparison.names[0]} is ${comparison.length} times as long as one of ${comparison.names[1]}: a difference between them could be one of documentation alone. Rates per 1,000 words take length into account; shares of notes do not.`));
  if (!tested) remarks.push(make("p", {}, "Too few participants have notes of both: this is a description, without tests."));
  const measure = isRate ? "Passages per 1,000 words (passages)" : "Share of notes with each theme (notes)";
  by("compare-table").replaceChildren(make("p", { class: "facts" }, amounts.join(" · ")), ...remarks,
    wide("Comparison", make("table", { class: "compare" }, make("caption", {}, `${measure}, from what leads in ${comparison.names[0]} to what leads in ${comparison.names[1]}; rate ratio within participants`),
      make("thead", {}, make("tr", {}, ...heads)), make("tbody", {}, ...rows.map(line)))));
}

if (about.comparisons.length === 0) by("compare-table").append(make("p", { class: "none" }, "There are no two groups to set side by side."));
else {
  const options = about.comparisons.map((c, at) => [at, `${c.by}: ${c.names[0]} and ${c.names[1]}`]);
  by("compare-controls").append(
    select("Groups", options, 0, (v) => {
      comparing.at = Number(v);
      drawComparison();
    }),
    select("Show", [["rate", "passages per 1,000 words"], ["share", "share of notes"]], "rate", (v) => {
      comparing.measure = v;
      drawComparison();
    }),
  );
  drawComparison();
}

function curve({ unit, events, steps, reached, base, run, threshold }) {
  const [width, height, left, bottom, top, right] = [520, 240, 46, 40, 14, 14];
  const most = steps.length > 0 ? steps[steps.length - 1][1] : 0;
  const x = (event) => left + (event / Math.max(1, events)) * (width - left - right);
  const y = (n) => height - bottom - (n / Math.max(1, most)) * (height - bottom - top);
  let path = `M${x(0)} ${y(0)}`;
  for (const [event, n] of steps) path += `H${x(event).toFixed(1)}V${y(n).toFixed(1)}`;
  path += `H${x(events)}`;
  const words = most === 0 ? `No theme was met in ${counted(events, unit)}.` :
    `${counted(most, "theme")} met in ${counted(events, unit)}; the last new one with ${unit} ${number(steps[steps.length - 1][0])}. ` +
    (reached ? `With a base of ${base} and runs of ${run}, new themes fell to ${percent(threshold)} or less first at ${unit} ${number(reached)}.` : events < base + run ? `That is too few for a base of ${base} and a run of ${run}.` : `With a base of ${base} and runs of ${run}, new themes never fell to ${percent(threshold)} or less.`);
  const text = (at, value, anchor, content) => {
    const made = draw("text", { x: at, y: value, "text-anchor": anchor });
    made.textContent = content;
    return made;
  };
  const svg = draw("svg", { viewBox: `0 0 ${width} ${height}`, class: "chart", role: "img", "aria-label": words },
    draw("line", { class: "axis", x1: left, x2: width - right, y1: y(0), y2: y(0) }),
    draw("line", { class: "axis", x1: left, x2: left, y1: y(0), y2: top }),
    draw("path", { class: "curve", d: path }),
    text(left - 6, y(most) + 4, "end", number(most)), text(left - 6, y(0) + 4, "end", "0"),
    text(width - right, height - bottom + 16, "end", number(events)), text((left + width - right) / 2, height - 6, "middle", `${unit}s, by date`));
  if (reached) {
    svg.append(draw("line", { class: "reached", x1: x(reached), x2: x(reached), y1: y(0), y2: top }), text(x(reached), height - bottom + 16, x(reached) > width - 90 ? "end" : "middle", number(reached)));
  }
  return make("figure", {}, svg, make("figcaption", {}, make("b", {}, `By ${unit}. `), words));
}
by("saturation-chart").append(...about.saturation.filter((c) => c.events > 0).map(curve));

