/* Dates in words, and how long ago they were. Days are those of the article's time zone. */

const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
  "November", "December"];
const DAY = 86_400_000;
export const UNKNOWN = "date unknown";

/** `2021-08-05T21:50:00+05:30` → {year, month, day} as written; null where it is no date. */
export function dayOf(iso) {
  const found = /^(\d{4})-(\d{2})-(\d{2})/.exec(iso ?? "");
  return found ? { year: +found[1], month: +found[2], day: +found[3] } : null;
}

/** `5 August 2021`. */
export function inWords(iso) {
  const day = dayOf(iso);
  return day ? `${day.day} ${MONTHS[day.month - 1]} ${day.year}` : UNKNOWN;
}

/** `5 years ago`, `3 days before` … : how long before `now` (a Date) a day was. Empty for an unknown one. */
export function age(iso, now) {
  const day = dayOf(iso);
  if (!day) return "";
  const today = { year: now.getFullYear(), month: now.getMonth() + 1, day: now.getDate() };
  const days = Math.round((Date.UTC(today.year, today.month - 1, today.day) - Date.UTC(day.year, day.month - 1, day.day)) / DAY);
  if (days < 0) return "";
  if (days === 0) return "today";
  if (days === 1) return "yesterday";
  if (days < 14) return `${days} days ago`;
  let months = (today.year - day.year) * 12 + today.month - day.month - (today.day < day.day ? 1 : 0);
  if (months < 2) return `${Math.floor(days / 7)} weeks ago`;
  if (months < 24) return `${months} months ago`;
  return `${Math.floor(months / 12)} years ago`;
}

/** `5 August 2021, 5 years ago`. */
export function dated(iso, now = new Date()) {
  const ago = age(iso, now);
  return ago ? `${inWords(iso)}, ${ago}` : inWords(iso);
}

/** `3 August 2021`, or `3–5 August 2021`, `30 July – 2 August 2021`, for the days of an event. */
export function days(from, to) {
  const a = dayOf(from), b = dayOf(to);
  if (!a || !b) return inWords(from ?? to);
  if (from.slice(0, 10) === to.slice(0, 10)) return inWords(from);
  const whole = (m) => new Date(Date.UTC(m.year, m.month, 0)).getUTCDate();
  if (a.day === 1 && b.day === whole(b)) {
    if (a.year === b.year && a.month === b.month) return `${MONTHS[a.month - 1]} ${a.year}`;
    if (a.year === b.year && a.month === 1 && b.month === 12) return `${a.year}`;
  }
  if (a.year === b.year && a.month === b.month) return `${a.day}–${inWords(to)}`;
  if (a.year === b.year) return `${a.day} ${MONTHS[a.month - 1]} – ${inWords(to)}`;
  return `${inWords(from)} – ${inWords(to)}`;
}

/** `14:05`, or the day where it is another one: for lists of what was done here. */
export function when(iso, now = new Date()) {
  const then = new Date(iso);
  if (Number.isNaN(then.getTime())) return "";
  if (then.toDateString() === now.toDateString()) return then.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  const local = `${then.getFullYear()}-${String(then.getMonth() + 1).padStart(2, "0")}-${String(then.getDate()).padStart(2, "0")}`;
  return inWords(local);
}

/** What is said behind a date that was not read in an article's metadata; "" where it was. */
export function basisNote(basis) {
  return { text: " (by its own text)", address: " (by its address)" }[basis] ?? "";
}
