/* Converts offsets: the server counts code points, JavaScript UTF-16 units. Only this module knows both. */

const ASTRAL = /[\ud800-\udbff][\udc00-\udfff]/;

/** A text that is cut by code points, end exclusive. */
export class CodePoints {
  constructor(text) {
    this.text = text;
    this.points = ASTRAL.test(text) ? Array.from(text) : null; // most texts need no list
  }

  get length() {
    return this.points ? this.points.length : this.text.length;
  }

  /** The text from `start` to `end`. */
  slice(start, end = this.length) {
    return this.points ? this.points.slice(start, end).join("") : this.text.slice(start, end);
  }

  /** A code point offset → the UTF-16 offset in `text`. */
  units(offset) {
    if (!this.points) return offset;
    let units = 0;
    for (let i = 0; i < offset && i < this.points.length; i++) units += this.points[i].length;
    return units;
  }
}

/** White space as single spaces. */
export function oneLine(text) {
  return text.replace(/\s+/gu, " ").trim();
}

/** At most `most` characters, cut between words. */
export function shortened(text, most) {
  const line = oneLine(text);
  if (line.length <= most) return line;
  return `${line.slice(0, line.lastIndexOf(" ", most) > most / 2 ? line.lastIndexOf(" ", most) : most)} …`;
}
