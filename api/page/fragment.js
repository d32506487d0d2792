/* Text fragments: an address that scrolls to the exact words, `#:~:text=prefix-,start,end,-suffix`. */

const WHOLE = 120;
const EDGE_WORDS = 5;
const MOST_CONTEXT = 12;

/** The address of an article's original with a fragment for `text.slice(start, end)` (UTF-16 offsets); null: no address. */
export function fragmentUrl(url, text, start, end) {
  if (!url) return null;
  const found = directive(text, start, end);
  const plain = url.href.split(":~:")[0];
  if (!found) return plain;
  return `${plain}${plain.includes("#") ? "" : "#"}:~:text=${found}`;
}

/** The directive, with as much before and after as it takes to mean these words and no others. */
export function directive(text, start, end) {
  while (start < end && /\s/u.test(text[start])) start++;
  while (end > start && /\s/u.test(text[end - 1])) end--;
  if (start >= end) return null;
  const quote = text.slice(start, end);
  const oneBlock = !/\n/.test(quote);
  const lineStart = text.lastIndexOf("\n", start - 1) + 1;
  const lineBreak = text.indexOf("\n", end);
  const before = words(text.slice(lineStart, start)), after = words(text.slice(end, lineBreak < 0 ? undefined : lineBreak));
  const further = words(text.slice(0, start));
  for (let size = 3; size <= MOST_CONTEXT; size += 3) {
    // The paragraph's own words first: between paragraphs the original may have what was removed here.
    const prefix = size <= 6 || !further.length ? before.slice(-size) : further.slice(-size);
    const suffix = after.slice(0, size);
    const parts = oneBlock && quote.length <= WHOLE ? { start: [quote], end: [] } : edges(quote, size);
    const candidate = { prefix: prefix.join(" "), start: parts.start.join(" "), end: parts.end.join(" "), suffix: suffix.join(" ") };
    if (means(candidate, text, start, end)) return written(candidate);
  }
  return written({ prefix: further.slice(-MOST_CONTEXT).join(" "), start: oneBlock ? quote : edges(quote, MOST_CONTEXT).start.join(" "), end: oneBlock ? "" : edges(quote, MOST_CONTEXT).end.join(" "), suffix: "" });
}

function edges(quote, size) {
  const lines = quote.split(/\n+/), first = words(lines[0]), last = words(lines[lines.length - 1]);
  const edge = Math.max(EDGE_WORDS, size);
  if (lines.length === 1 && first.length < 2 * edge) return { start: [quote], end: [] };
  return { start: first.slice(0, edge), end: last.slice(-edge) };
}

function written({ prefix, start, end, suffix }) {
  const encode = (part) => encodeURIComponent(part).replace(/-/g, "%2D");
  return [prefix && `${encode(prefix)}-`, encode(start), end && encode(end), suffix && `-${encode(suffix)}`].filter(Boolean).join(",");
}

const words = (text) => text.split(/\s+/u).filter(Boolean);
const flat = (text) => text.replace(/\s+/gu, " ");

/** Whether a browser that looks for these parts in `text`, as the specification says, finds exactly this stretch. */
function means({ prefix, start, end, suffix }, text, from, to) {
  const all = flat(text).toLowerCase(), wanted = flat(text.slice(0, from)).length;
  const quote = flat(text.slice(from, to)).length;
  const [p, s, e, x] = [prefix, start, end, suffix].map((part) => flat(part).toLowerCase());
  const bounded = (at, length) => !/\w/.test(all[at - 1] ?? " ") && !/\w/.test(all[at + length] ?? " ");
  for (let at = all.indexOf(s); at >= 0; at = all.indexOf(s, at + 1)) {
    if (!bounded(at, s.length) || (p && !all.slice(0, at).trimEnd().endsWith(p))) continue;
    let stop = at + s.length;
    if (e) {
      let ending = all.indexOf(e, stop);
      while (ending >= 0 && (!bounded(ending, e.length) || (x && !all.slice(ending + e.length).trimStart().startsWith(x)))) ending = all.indexOf(e, ending + 1);
      if (ending < 0) continue;
      stop = ending + e.length;
    } else if (x && !all.slice(stop).trimStart().startsWith(x)) continue;
    return at === wanted && stop === wanted + quote; // the first one that fits is the one that is shown
  }
  return false;
}
