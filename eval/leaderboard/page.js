"use strict";
// Tables sort by a click on a column's head; what has no figure stays last.
const key = (row, column) => {
  const cell = row.cells[column];
  if (!("sort" in cell.dataset)) return cell.textContent.trim();
  return cell.dataset.sort === "" ? null : Number(cell.dataset.sort);
};
const compare = (a, b) => (typeof a === "number" ? a - b : a.localeCompare(b, "en"));
const sort = (table, head) => {
  const column = head.cellIndex;
  const numbers = head.classList.contains("number");
  const before = head.getAttribute("aria-sort");
  const up = before === null ? !numbers : before === "descending";
  for (const each of table.tHead.rows[0].cells) each.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", up ? "ascending" : "descending");
  const rows = [...table.tBodies[0].rows].map((row) => [key(row, column), row]);
  rows.sort(([a], [b]) => {
    if (a === null || b === null) return (a === null) - (b === null);
    return up ? compare(a, b) : compare(b, a);
  });
  table.tBodies[0].append(...rows.map(([, row]) => row));
};
for (const table of document.querySelectorAll("table.sorts")) {
  for (const head of table.tHead.rows[0].cells) {
    if (head.classList.contains("still")) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    button.addEventListener("click", () => sort(table, head));
    head.append(button);
  }
}
// A link to a receipt opens it, also where the browser does not do so itself.
const open = () => {
  const receipt = document.getElementById(location.hash.slice(1))?.closest("details");
  if (receipt) receipt.open = true;
};
addEventListener("hashchange", open);
open();
