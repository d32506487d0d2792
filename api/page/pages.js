/* The pages of a PDF or Word file that citations are on. */

/** `, p. 3` or `, pp. 3, 5`; "" for articles without pages. */
export function onPages(citations) {
  const pages = [...new Set(citations.map((citation) => citation.page).filter((page) => page != null))].sort((a, b) => a - b);
  return pages.length ? `, ${pages.length > 1 ? "pp." : "p."} ${pages.join(", ")}` : "";
}

/** The same of all that an answer cites of a source, in claims and disagreements. */
export function pagesOf(source, answer) {
  const positions = answer.disagreements.flatMap((one) => one.positions);
  return onPages([...answer.claims, ...positions].flatMap((one) => one.citations).filter((citation) => citation.source === source.number));
}
