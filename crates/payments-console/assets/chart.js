// Charts of counts per minute, and the same as a table.

import { make, table } from "./dom.js";
import { clock, number, t } from "./texts.js";

const [WIDTH, HEIGHT, GAP] = [240, 48, 1];

function svg(name, attributes, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

/** A bar for each count. */
function bars(counts, label) {
  const most = Math.max(1, ...counts);
  const width = WIDTH / counts.length;
  const bar = (count, place) => {
    const height = count === 0 ? 0 : Math.max(2, (count / most) * HEIGHT);
    return svg("rect", { x: place * width, y: HEIGHT - height, width: width - GAP, height });
  };
  const line = svg("line", { x1: 0, x2: WIDTH, y1: HEIGHT, y2: HEIGHT });
  return svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT + 1}`, role: "img", "aria-label": label, preserveAspectRatio: "none" }, ...counts.map(bar), line);
}

const sum = (counts) => counts.reduce((all, one) => all + one, 0);

/** One chart for each series, `[name, counts]`, and a table of the minutes in which anything happened. */
export function charts(from, series) {
  const figure = ([name, counts]) => make("figure", {},
    make("figcaption", {}, name, " ", make("strong", {}, number(sum(counts)))),
    bars(counts, t("chart-label", { name, count: number(sum(counts)), text: number(Math.max(0, ...counts)) })));
  const start = Date.parse(from);
  const minutes = series[0][1].map((_, place) => [clock(start + place * 60_000), ...series.map(([, counts]) => counts[place])]);
  const busy = minutes.filter(([, ...counts]) => counts.some((count) => count > 0));
  const rows = busy.map(([time, ...counts]) => [time, ...counts.map((count) => number(count))]);
  const heads = [t("minute"), ...series.map(([name]) => name)];
  const asTable = rows.length > 0 ? table(t("activity"), heads, rows) : make("p", { className: "hint" }, t("nothing-happened"));
  return [make("div", { className: "charts" }, series.map(figure)), make("details", {}, make("summary", {}, t("as-table")), asTable)];
}
