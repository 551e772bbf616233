// All objects of a part of the catalog.

import { get } from "./api.js";

/** Reads every page of a part, by its name in the path. */
export async function all(part) {
  const objects = [];
  for (let query = "?page_size=1000"; query; ) {
    const page = await get(`/manage/v1/${part}/${query}`);
    objects.push(...page.results);
    query = page.next && new URL(page.next, location.href).search;
  }
  return objects;
}
