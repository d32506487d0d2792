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

/** Where a browser that looks for these parts in `text`, as the specification says, finds them: [from, to] in the
 * text with white space as single spaces; null: nowhere. */
function find({ prefix, start, end, suffix }, text) {
  const all = flat(text).toLowerCase();
  const [p, s, e, x] = [prefix, start, end, suffix].map((part) => flat(part).toLowerCase());
  const bounded = (at, length) => !/\w/.test(all[at - 1] ?? " ") && !/\w/.test(all[at + length] ?? " ");
  const followed = (stop) => !x || all.slice(stop).trimStart().startsWith(x);
  for (let at = all.indexOf(s); at >= 0; at = all.indexOf(s, at + 1)) {
    if (!bounded(at, s.length) || (p && !all.slice(0, at).trimEnd().endsWith(p))) continue;
    let stop = at + s.length;
    if (e) {
      let ending = all.indexOf(e, stop);
      while (ending >= 0 && !(bounded(ending, e.length) && followed(ending + e.length))) ending = all.indexOf(e, ending + 1);
      if (ending < 0) continue;
      stop = ending + e.length;
    } else if (!followed(stop)) continue;
    return [at, stop]; // the first one that fits is the one that is shown
  }
  return null;
}

function means(parts, text, from, to) {
  const found = find(parts, text), wanted = flat(text.slice(0, from)).length;
  return found !== null && found[0] === wanted && found[1] === wanted + flat(text.slice(from, to)).length;
}

/** The words that a directive means in `text`, white space as single spaces; null: none. For tests. */
export function meaning(directive, text) {
  const parts = directive.split(",").map((part) => ({ words: decodeURIComponent(part.replace(/^-|-$/g, "")), before: part.endsWith("-"), after: part.startsWith("-") }));
  const [start, end] = parts.filter((part) => !part.before && !part.after);
  const found = find({ prefix: parts.find((part) => part.before)?.words ?? "", start: start.words, end: end?.words ?? "", suffix: parts.find((part) => part.after)?.words ?? "" }, text);
  return found && flat(text).slice(...found);
}
