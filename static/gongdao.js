// Optional: single keys in the console. Every page works without it; it can be turned off (WCAG 2.1.4).
"use strict";
(() => {
  const KEY = "gongdao-shortcuts";
  const read = () => { try { return localStorage.getItem(KEY) !== "off"; } catch { return true; } };
  let on = read();
  const toggle = document.querySelector("[data-shortcuts-toggle]");
  const show = () => { if (toggle) { toggle.textContent = on ? toggle.dataset.off : toggle.dataset.on; toggle.hidden = false; } };
  if (toggle) {
    toggle.addEventListener("click", () => {
      on = !on;
      try { localStorage.setItem(KEY, on ? "on" : "off"); } catch { /* stays for this page only */ }
      show();
    });
    show();
  }
  const rows = () => [...document.querySelectorAll("[data-row] a, [data-row] button")];
  const move = (by) => {
    const link = document.querySelector(by > 0 ? "a[rel=next]" : "a[rel=prev]");
    const list = rows();
    if (!list.length) { if (link) link.click(); return; }
    const at = list.indexOf(document.activeElement);
    list[Math.min(Math.max(at + by, 0), list.length - 1)].focus();
  };
  document.addEventListener("keydown", (event) => {
    if (!on || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest("input, select, textarea, [contenteditable]")) return;
    if (event.key === "j") move(1);
    else if (event.key === "k") move(-1);
    else {
      const target = document.querySelector(`[data-shortcut="${CSS.escape(event.key)}"]`);
      if (!target) return;
      event.preventDefault();
      if (target.matches("input, textarea, select")) target.focus(); else target.click();
    }
  });
})();
