// Writes an object of the catalog with optimistic locking. In a conflict, the stored version and the edited one are shown
// side by side: neither is lost.

import { change, read } from "./api.js";
import { button, make } from "./dom.js";
import { t } from "./texts.js";

export const pretty = (value) => JSON.stringify(value, null, 2);

/** The text of an object to edit: indented, unless a number in it has more digits than scripts can hold. */
export function editable({ body, text }) {
  return JSON.stringify(body) === text ? pretty(body) : text;
}

/** An object that is edited: where it is stored, and the entity tag that it had; without one it is new. */
export class Stored {
  constructor(path, tag) {
    Object.assign(this, { path, tag });
  }

  #condition = () => (this.tag === null ? { "If-None-Match": "*" } : { "If-Match": this.tag });

  async put(object) {
    this.tag = (await change("PUT", this.path, object, this.#condition())).etag;
  }

  async remove() {
    await change("DELETE", this.path, undefined, this.#condition());
  }

  /** What is stored now; null if nothing is. */
  async present() {
    try {
      return await read(this.path);
    } catch (failure) {
      if (failure.status !== 404) throw failure;
      return null;
    }
  }

  /** Shows what is stored beside what was typed. `take` continues with the stored one, `keep` with one's own. */
  async showConflict(place, mine, take, keep) {
    const present = await this.present();
    const [stored, own] = [present ? pretty(present.body) : "–", typeof mine === "string" ? mine : pretty(mine)];
    const first = button(t("take-stored"), () => take(present));
    const second = button(t("keep-mine"), () => {
      this.tag = present?.etag ?? null;
      place.replaceChildren();
      keep();
    });
    place.replaceChildren(
      make("p", { className: "problem" }, t(present ? "changed-meanwhile" : "deleted-meanwhile")),
      make("div", { className: "columns" },
        make("div", {}, make("h3", {}, t("stored-version")), make("pre", {}, stored)),
        make("div", {}, make("h3", {}, t("your-version")), make("pre", {}, own))),
      make("div", { className: "buttons" }, first, second));
    first.focus();
  }
}

const base = document.documentElement.dataset.base;

/** What a write was answered with if it waits for the approval of a second person. */
export const waiting = (failure) => [make("span", { lang: failure.language }, failure.text), " ", make("a", { href: `${base}/console/approvals/` }, t("approvals"))];
