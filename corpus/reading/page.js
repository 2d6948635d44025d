/* Lights up what belongs together; the page says all of it without this too. */
"use strict";
const about = document.getElementById("about");
const parts = new Map();
for (const each of document.querySelectorAll("[data-k]")) {
  const key = each.dataset.k;
  if (!parts.has(key)) parts.set(key, []);
  parts.get(key).push(each);
}
let lit = [];
function light(target) {
  const found = target.closest ? target.closest("[data-k], [data-on]") : null;
  for (const each of lit) each.classList.remove("lit");
  lit = [];
  about.textContent = "";
  if (!found) return;
  const keys = (found.dataset.k || found.dataset.on).split(" ");
  for (const key of keys) {
    lit.push(...(parts.get(key) || []));
    const row = document.getElementById(key);
    if (row) lit.push(row);
  }
  for (const each of lit) each.classList.add("lit");
  const said = found.title || (document.getElementById(found.id.replace(/-.*/, "-0")) || found).title;
  if (found.dataset.k && said) about.textContent = said;
}
document.addEventListener("mouseover", (event) => light(event.target));
document.addEventListener("focusin", (event) => light(event.target));
document.addEventListener("focusout", () => light(document.body));
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") light(document.body);
});
