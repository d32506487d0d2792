/* Creates elements from names, properties and children. Strings become text, never markup. */

/** An element. `props`: `class`, `on` (event → listener), `data`, properties of the element, or attributes by name. */
export function h(name, props = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (key === "class") element.className = value;
    else if (key === "on") for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
    else if (key === "data") Object.assign(element.dataset, value);
    else if (value === true) element.setAttribute(key, "");
    else element.setAttribute(key, value);
  }
  add(element, children);
  return element;
}

/** Put children at the end: nodes, texts, lists of them; null, undefined and false are nothing. */
export function add(element, ...children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    element.append(child instanceof Node ? child : String(child));
  }
  return element;
}

/** Put these in place of all children. */
export function fill(element, ...children) {
  element.replaceChildren();
  return add(element, children);
}

/** A button that does something. */
export function button(label, action, props = {}) {
  const { on = {}, ...others } = props;
  return h("button", { type: "button", ...others, on: { click: action, ...on } }, label);
}

/** The address if a browser may be sent there, else null: an article may name any, `javascript:` too. */
export function safeUrl(address) {
  if (typeof address !== "string") return null;
  try {
    const url = new URL(address);
    return url.protocol === "https:" || url.protocol === "http:" ? url : null;
  } catch {
    return null;
  }
}

/** A link to another site: nothing of this page is told there. Just its words where the address is none. */
export function outside(address, ...children) {
  const url = address instanceof URL ? safeUrl(address.href) : safeUrl(address);
  if (!url) return h("span", {}, ...children);
  return h("a", { href: url.href, target: "_blank", rel: "noopener noreferrer" }, ...children);
}

/** Tell whoever listens by a screen reader. */
export function say(words) {
  const place = document.getElementById("said");
  place.textContent = "";
  requestAnimationFrame(() => { place.textContent = words; });
}

/** `1 article`, `2 articles`. */
export function count(number, one, many = `${one}s`) {
  return `${number.toLocaleString("en")} ${number === 1 ? one : many}`;
}
