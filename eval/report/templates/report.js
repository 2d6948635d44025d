"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const byId = (id) => document.getElementById(id);
  const make = (name, text, kind) => {
    const made = document.createElement(name);
    if (text !== undefined) made.textContent = text;
    if (kind) made.className = kind;
    return made;
  };
  document.documentElement.classList.add("js");
  const { findings, systems, kinds, codes, signs, letters } = data;
  const WORST = "mxtbsr";
  const state = { view: "0", off: new Set() };
  const segments = [...document.querySelectorAll(".text span[data-m]")];
  const marksOf = new Map(segments.map((each) => [each, each.dataset.m.split(" ").map(Number)]));
  const segmentsOf = new Map();
  for (const [each, marks] of marksOf) {
    for (const mark of marks) {
      if (!segmentsOf.has(mark)) segmentsOf.set(mark, []);
      segmentsOf.get(mark).push(each);
    }
  }
  const tags = findings.map((each) => byId(`f${each.n}`));
  const rows = findings.map((each) => byId(`e${each.n}`));
  let seen = [];
  let usesOf = new Map();
  let origin = null;
  let at = -1;

  // What is shown.

  const views = () => state.view.split("-").map(Number);
  const verdict = (each) => each.v[views()[0]];
  const kindOf = (each) => kinds[verdict(each)[0]];
  const isError = (each) => verdict(each)[0] !== 0;
  const keys = (each) => [
    `l.${each.l}`,
    `k.${verdict(each)[0]}`,
    `t.${each.l}.${each.t}`,
    ...(each.o ? [] : ["o"]),
  ];

  function differs(each, one, other) {
    if (!data.layers[other].includes(each.l)) return false;
    const mine = each.v[one];
    const theirs = each.v[other];
    return (mine && mine[0]) !== (theirs && theirs[0]);
  }

  function isShown(each) {
    const [one, other] = views();
    if (!each.v[one]) return false;
    if (other !== undefined && !differs(each, one, other)) return false;
    return !keys(each).some((key) => state.off.has(key));
  }

  function draw() {
    clear();
    seen = findings.map(isShown);
    usesOf = new Map();
    const slots = new Map();
    const use = (mark, number, slot, code) => {
      if (mark === null || mark === undefined) return;
      if (!usesOf.has(mark)) usesOf.set(mark, []);
      if (!usesOf.get(mark).includes(number)) usesOf.get(mark).push(number);
      if (!slots.has(mark)) slots.set(mark, []);
      slots.get(mark).push([slot, code]);
    };
    findings.forEach((each, number) => {
      if (!seen[number] || each.l === "relations") return;
      const [kind, predicted] = verdict(each);
      use(each.g, number, `${each.l[0]}g`, codes[kind]);
      use(predicted, number, `${each.l[0]}p`, codes[kind]);
    });
    for (const [segment, marks] of marksOf) {
      const best = {};
      for (const mark of marks) {
        for (const [slot, code] of slots.get(mark) || []) {
          if (!(slot in best) || WORST.indexOf(code) < WORST.indexOf(best[slot])) best[slot] = code;
        }
      }
      const names = Object.keys(best).sort().map((slot) => `${slot}-${best[slot]}`).join(" ");
      if (segment.className !== names) segment.className = names;
    }
    findings.forEach(drawTag);
    const dull = (each) => !isError(each) && (each.l === "entities" || each.l === "boilerplate");
    const pair = views().length > 1;
    rows.forEach((row, number) => {
      const off = !seen[number] || (!pair && dull(findings[number]));
      if (row) row.classList.toggle("off", off);
    });
    count();
  }

  function drawTag(each, number) {
    const tag = tags[number];
    if (!tag) return;
    const quiet =
      !seen[number] || (!isError(each) && (each.l === "entities" || each.l === "boilerplate"));
    tag.className = quiet ? "tag quiet" : `tag k-${codes[verdict(each)[0]]}`;
    tag.dataset.mark = quiet ? "" : letters[each.l] + signs[verdict(each)[0]];
    if (quiet) tag.tabIndex = -1;
    else tag.removeAttribute("tabindex");
    const kind = each.v[views()[0]] ? kindOf(each) : "not judged";
    tag.setAttribute("aria-label", `${kind}: ${each.l}, ${each.t} ${each.w}`);
    tag.title = quiet ? "" : `${kind}: ${each.l}, ${each.t}`;
  }

  function count() {
    const counts = new Map();
    findings.forEach((each, number) => {
      if (seen[number]) counts.set(kindOf(each), (counts.get(kindOf(each)) || 0) + 1);
    });
    const shown = seen.filter(Boolean).length;
    const parts = kinds.filter((kind) => counts.has(kind)).map((kind) => `${kind} ${counts.get(kind)}`);
    const judged = findings.filter((each) => each.v[views()[0]]).length;
    byId("shown").textContent =
      `Shown: ${shown} of ${judged} items of ${systems[views()[0]]}` +
      (parts.length ? ` (${parts.join(", ")})` : "");
  }

  // What belongs together.

  function clear() {
    for (const each of document.querySelectorAll(".text .self, .text .part, .text [data-role]")) {
      each.classList.remove("self", "part");
      delete each.dataset.role;
    }
    for (const each of document.querySelectorAll(".tag.at")) each.classList.remove("at");
    byId("detail").hidden = true;
  }

  function light(marks, name, role) {
    for (const mark of marks) {
      const found = segmentsOf.get(mark) || [];
      for (const each of found) if (!each.classList.contains("self")) each.classList.add(name);
      if (role && found[0] && !found[0].dataset.role) found[0].dataset.role = role;
    }
  }

  function explain(numbers) {
    clear();
    if (!numbers.length) return;
    const first = findings[numbers[0]];
    light([first.g, verdict(first) && verdict(first)[1]].filter((mark) => mark != null), "self");
    if (tags[numbers[0]]) tags[numbers[0]].classList.add("at");
    const whole = numbers.map((number) => findings[number]).find((each) => Object.keys(each.p).length);
    for (const [part, marks] of Object.entries(whole ? whole.p : {})) light(marks, "part", part);
    const panel = byId("detail");
    panel.replaceChildren();
    numbers.slice(0, 4).forEach((number, place) => {
      if (place) panel.append(make("hr"));
      panel.append(...describe(findings[number]));
    });
    if (numbers.length > 4) panel.append(make("p", `and ${numbers.length - 4} more`, "note"));
    panel.hidden = false;
  }

  function describe(each) {
    const found = verdict(each);
    const kind = found ? kinds[found[0]] : "not judged";
    const head = make("p", undefined, "head");
    if (found) {
      const sign = make("span", undefined, `tag k-${codes[found[0]]}`);
      sign.dataset.mark = letters[each.l] + signs[found[0]];
      sign.setAttribute("aria-hidden", "true");
      head.append(sign, " ");
    }
    head.append(`${kind}: ${each.l}, ${each.t}`);
    const lines = [head, make("p", each.w)];
    if (found && found[2]) lines.push(make("p", `found as ${found[2]}`));
    for (const [what, said] of each.s) lines.push(make("p", `${what}: ${said}`));
    if (systems.length > 1) {
      const all = systems
        .map((name, number) => [name, each.v[number]])
        .filter(([, one]) => one)
        .map(([name, one]) => `${name}: ${kinds[one[0]]}`);
      lines.push(make("p", all.join("; "), "note"));
    }
    if (!each.o) lines.push(make("p", "in boilerplate, not counted for the first figures", "note"));
    return lines;
  }

  function under(target) {
    const tag = target.closest(".text .tag");
    if (tag) return tag.classList.contains("quiet") ? [] : [Number(tag.dataset.n)];
    const segment = target.closest(".text span[data-m]");
    if (!segment) return [];
    return [...new Set(marksOf.get(segment).flatMap((mark) => usesOf.get(mark) || []))];
  }

  // Going from a row to the text and back.

  function admit(number, view) {
    if (view !== undefined) state.view = view;
    const each = findings[number];
    if (!each.v[views()[0]]) state.view = String(each.v.findIndex(Boolean));
    if (!isShown(each)) {
      state.view = String(views()[0]);
      for (const key of keys(each)) state.off.delete(key);
    }
    byId("view").value = state.view;
    for (const box of document.querySelectorAll("#controls input")) {
      box.checked = !state.off.has(box.value);
    }
  }

  function go(number, from, view) {
    const tag = tags[number];
    if (!tag) return;
    if (from) origin = from;
    byId("back").disabled = !origin;
    if (!seen[number] || (view !== undefined && view !== state.view)) {
      admit(number, view);
      draw();
    }
    at = number;
    tag.focus({ preventScroll: true });
    tag.scrollIntoView({ block: "center" });
    explain([number]);
    save(`f${number}`, Boolean(from));
  }

  function step(by) {
    const wanted = findings
      .map((each, number) => number)
      .filter((number) => seen[number] && isError(findings[number]) && tags[number]);
    if (!wanted.length) return;
    const after = wanted.find((number) => number > at);
    const before = wanted.filter((number) => number < at).pop();
    go(by > 0 ? after ?? wanted[0] : before ?? wanted[wanted.length - 1]);
  }

  function toRow(number) {
    const row = rows[number];
    if (!row) return explain([number]);
    row.closest("details").open = true;
    for (const each of document.querySelectorAll("tr.here")) each.classList.remove("here");
    row.classList.add("here");
    row.scrollIntoView({ block: "center" });
    (row.querySelector("a") || row).focus({ preventScroll: true });
    at = number;
    save(`e${number}`, true);
  }

  function back() {
    if (!origin) return;
    const details = origin.closest("details");
    if (details) details.open = true;
    origin.focus({ preventScroll: true });
    origin.scrollIntoView({ block: "center" });
    clear();
  }

  // The state is in the address, so that a view can be shared.

  function save(place, push) {
    const parts = [place || location.hash.slice(1).split("&")[0]];
    if (state.view !== "0") parts.push(`v=${state.view}`);
    if (state.off.size) parts.push(`off=${[...state.off].map(encodeURIComponent).join(",")}`);
    const hash = `#${parts.join("&")}`;
    if (hash === location.hash || (hash === "#" && !location.hash)) return;
    if (push) history.pushState(null, "", hash);
    else history.replaceState(null, "", hash);
  }

  function load() {
    const [place, ...rest] = location.hash.slice(1).split("&");
    const given = Object.fromEntries(rest.map((each) => each.split("=", 2)));
    const select = byId("view");
    const known = [...select.options].some((each) => each.value === given.v);
    state.view = known ? given.v : "0";
    select.value = state.view;
    const boxes = [...document.querySelectorAll("#controls input")];
    const off = (given.off || "").split(",").map((each) => {
      try {
        return decodeURIComponent(each);
      } catch {
        return "";
      }
    });
    state.off = new Set(boxes.map((box) => box.value).filter((value) => off.includes(value)));
    for (const box of boxes) box.checked = !state.off.has(box.value);
    draw();
    const found = /^([fe])(\d+)$/.exec(place);
    if (found && findings[found[2]]) {
      if (found[1] === "f") go(Number(found[2]));
      else toRow(Number(found[2]));
    }
  }

  // Controls.

  function box(parent, value, words) {
    const label = make("label");
    const input = make("input");
    input.type = "checkbox";
    input.value = value;
    input.checked = true;
    label.append(input, ` ${words}`);
    parent.append(label);
  }

  function fill() {
    const layers = [...new Set(findings.map((each) => each.l))];
    const order = Object.keys(data.order).filter((each) => layers.includes(each));
    for (const each of order) box(byId("layers"), `l.${each}`, each);
    if (findings.some((each) => !each.o)) box(byId("layers"), "o", "not counted, in boilerplate");
    kinds.forEach((kind, number) => box(byId("kinds"), `k.${number}`, `${signs[number]} ${kind}`));
    for (const layer of order) {
      const group = make("fieldset");
      group.append(make("legend", layer));
      const types = new Set(findings.filter((each) => each.l === layer).map((each) => each.t));
      for (const type of [...types].sort()) box(group, `t.${layer}.${type}`, type);
      byId("types").append(group);
    }
  }

  function sortable(table) {
    const heads = [...table.querySelectorAll("thead tr.by th")];
    heads.forEach((head, column) => {
      const button = make("button", head.textContent);
      button.type = "button";
      head.replaceChildren(button);
      button.addEventListener("click", () => {
        const up = head.getAttribute("aria-sort") !== "ascending";
        for (const each of heads) each.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", up ? "ascending" : "descending");
        const body = table.tBodies[0];
        const value = (row) => row.cells[column].dataset.v ?? row.cells[column].textContent;
        const lacks = (row) => row.cells[column].classList.contains("n") && !row.cells[column].dataset.v;
        const numeric = [...body.rows].every((row) => lacks(row) || !Number.isNaN(Number(value(row))));
        const ordered = [...body.rows].sort((one, other) => {
          if (lacks(one) || lacks(other)) return lacks(one) - lacks(other);
          const less = numeric ? value(one) - value(other) : value(one) < value(other) ? -1 : value(one) > value(other) ? 1 : 0;
          return up ? less : -less;
        });
        body.append(...ordered);
      });
    });
  }

  fill();
  document.querySelectorAll("table.sorts").forEach(sortable);
  for (const row of document.querySelectorAll("table.sorts tbody tr")) {
    if (row.querySelector("a")) row.classList.add("goes");
  }
  byId("controls").addEventListener("submit", (event) => event.preventDefault());
  byId("controls").addEventListener("change", (event) => {
    if (event.target.id === "view") state.view = event.target.value;
    else if (event.target.checked) state.off.delete(event.target.value);
    else state.off.add(event.target.value);
    draw();
    save();
  });
  byId("next").addEventListener("click", () => step(1));
  byId("prev").addEventListener("click", () => step(-1));
  byId("back").addEventListener("click", back);
  byId("all").addEventListener("click", () => {
    state.off.clear();
    for (const each of document.querySelectorAll("#controls input")) each.checked = true;
    draw();
    save();
  });
  document.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    const text = event.target.closest(".text");
    const row = event.target.closest("tr.goes");
    const link = event.target.closest("a") || (row && row.querySelector("a"));
    const found = link && /^#([fe])(\d+)$/.exec(link.getAttribute("href"));
    if (found) {
      event.preventDefault();
      if (found[1] === "f") go(Number(found[2]), link, link.dataset.view);
      else toRow(Number(found[2]));
    } else if (link && row && link !== event.target) {
      link.click();
    } else if (text && under(event.target).length && String(getSelection()) === "") {
      const [number] = under(event.target);
      if (tags[number]) {
        at = number;
        tags[number].focus({ preventScroll: true });
        explain(under(event.target));
      }
    }
  });
  let pointer = "";
  document.addEventListener("mouseover", (event) => {
    const place = `${event.screenX},${event.screenY}`;
    if (place === pointer) return; // the page moved, the pointer did not
    pointer = place;
    const row = event.target.closest("tr[data-n]");
    if (row) explain([Number(row.dataset.n)]);
    else if (event.target.closest(".text")) explain(under(event.target));
    else if (!event.target.closest("#detail") && !document.activeElement.closest(".text")) clear();
  });
  document.addEventListener("focusin", (event) => {
    const row = event.target.closest("tr[data-n]");
    const tag = event.target.closest(".text .tag");
    if (tag) {
      at = Number(tag.dataset.n);
      tag.setAttribute("aria-describedby", "detail");
      explain([at]);
    } else if (row) explain([Number(row.dataset.n)]);
    else clear();
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, select, textarea")) return;
    if (event.key === "n") step(1);
    else if (event.key === "p") step(-1);
    else if (event.key === "b") back();
    else if (event.key === "Escape") clear();
  });
  addEventListener("popstate", load);
  load();
})();
