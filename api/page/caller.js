/* What the user of this page may do, and what the server can do. */

import { get } from "/page/api.js";

let known = null;

/** Ask the server; the answer is kept until `forget`. */
export async function caller() {
  known ??= await get("/v1/caller");
  return known;
}

export const may = (scope) => known?.scopes.includes(scope) ?? false;
export const seesAll = () => known?.whole ?? false;
export const model = () => known?.llm ?? null;
export const keeps = () => known?.stores_answers ?? true;
export const keyed = () => known?.keyed ?? false;
export const forget = () => { known = null; };
