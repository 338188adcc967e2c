"use strict";
// Without this script everything is shown: it only marks the current section and filters the ledger.
(() => {
  const contents = document.querySelector(".contents");
  const links = new Map();
  for (const link of contents.querySelectorAll("a")) {
    const section = document.getElementById(link.hash.slice(1));
    if (section) links.set(section, link);
  }
  let current = null;
  const mark = () => {
    const line = window.innerHeight / 3;
    let here = null;
    for (const section of links.keys()) {
      if (section.getBoundingClientRect().top <= line) here = section;
    }
    if (here === current) return;
    if (current) links.get(current).removeAttribute("aria-current");
    current = here;
    if (!here) return;
    const link = links.get(here);
    link.setAttribute("aria-current", "true");
    // Only the list moves, and only where it is wider or taller than its place.
    const list = link.closest("ul");
    list.scrollLeft = link.offsetLeft - (list.clientWidth - link.offsetWidth) / 2;
  };
  let asked = false;
  addEventListener("scroll", () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => { asked = false; mark(); });
  }, { passive: true });
  addEventListener("resize", mark, { passive: true });
  mark();

  // A link to a claim or a figure opens what it is folded into.
  const unfold = () => {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (let at = target; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
    if (target) target.scrollIntoView();
  };
  addEventListener("hashchange", unfold);
  unfold();

  const filter = document.querySelector(".filter");
  if (!filter) return;
  const [verdict, study, words] = ["verdict", "study", "words"].map(
    (name) => filter.querySelector(`[data-filter=${name}]`));
  const count = filter.querySelector("output");
  const rows = [...document.querySelectorAll("#ledger tr.claim")];
  const apply = () => {
    const wanted = words.value.trim().toLowerCase();
    let shown = 0;
    for (const row of rows) {
      row.hidden = (verdict.value && row.dataset.verdict !== verdict.value)
        || (study.value && row.dataset.study !== study.value)
        || (wanted && !row.textContent.toLowerCase().includes(wanted));
      if (!row.hidden) shown += 1;
    }
    for (const body of document.querySelectorAll("#ledger tbody")) {
      body.hidden = !body.querySelector("tr.claim:not([hidden])");
    }
    count.value = `${shown} of ${rows.length} claims`;
  };
  for (const each of [verdict, study, words]) each.addEventListener("input", apply);
  filter.hidden = false;
  apply();
})();
