// The parts of every page.

import { announce, signOut } from "./api.js";
import { during, find, make } from "./dom.js";

const button = find("#sign-out");
if (button) {
  announce();
  const problem = make("div", { className: "problem", role: "alert", hidden: true });
  find("main").prepend(problem);
  button.addEventListener("click", () => during(button, problem, signOut));
}
