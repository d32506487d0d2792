/* An article's text as paragraphs with marked spans, and its removed lines. */

import { add, count, h } from "/page/dom.js";
import { CodePoints } from "/page/text.js";

/**
 * `marks`: [{start, end, kind}] in code points. Where two overlap the first one in the list wins.
 * `pages`: [{offset, page}], where the pages of a PDF or Word file begin, likewise.
 */
export function articleText(text, marks, pages = []) {
  const points = new CodePoints(text);
  const units = cut(marks.map((mark) => ({ ...mark, start: points.units(mark.start), end: points.units(mark.end) })));
  const place = h("div", { class: "article-text" });
  const begins = pages.map(({ offset, page }) => ({ at: points.units(offset), page }));
  let at = 0;
  for (const line of text.split("\n")) {
    for (const one of begins.filter((one) => one.at >= at && one.at < at + line.length)) {
      place.append(h("p", { class: "dim small" }, `Page ${one.page}${one.at > at ? " begins in this paragraph" : ""}`));
    }
    if (line.trim()) place.append(h("p", {}, pieces(line, at, units)));
    at += line.length + 1;
  }
  return place;
}

function pieces(line, at, marks) {
  const found = [];
  let done = 0;
  for (const mark of marks) {
    const from = Math.max(mark.start - at, done), to = Math.min(mark.end - at, line.length);
    if (to <= from) continue;
    if (from > done) found.push(line.slice(done, from));
    found.push(h("mark", { class: mark.kind ?? "" }, line.slice(from, to)));
    done = to;
  }
  found.push(line.slice(done));
  return found;
}

/** Sorted, none over another. */
function cut(marks) {
  const free = [];
  for (const mark of marks) {
    let rest = [mark];
    for (const other of free) {
      rest = rest.flatMap((one) => [{ ...one, end: Math.min(one.end, other.start) }, { ...one, start: Math.max(one.start, other.end) }].filter((part) => part.start < part.end && part.end > part.start));
      rest = rest.filter((one, i) => rest.findIndex((two) => two.start === one.start && two.end === one.end) === i);
    }
    free.push(...rest);
  }
  return free.sort((a, b) => a.start - b.start);
}

/** The lines removed as page furniture, folded; null if there are none. */
export function furniture(removed) {
  if (!removed?.length) return null;
  return h("details", { class: "furniture" },
    h("summary", {}, `Show ${count(removed.length, "line")} removed as page furniture`),
    h("ul", {}, removed.map((line) => add(h("li", {}), h("span", { class: "dim" }, `line ${line.line}, ${line.reason}: `), line.text))));
}
