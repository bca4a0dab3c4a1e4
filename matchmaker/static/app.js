// Everything works without this file; it adds the design system's own behaviour and shortcuts.
document.documentElement.classList.remove("no-js");
document.documentElement.classList.add("js");
DKFDS.init();

// A second click on a button that sends a form would send it twice: the first one counts.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent && form.method === "post") {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
});

// Coming back with the browser's back button must not leave the form dead.
window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
});

// Reviews: shortcuts ---------------------------------------------------------------------------
// An element with data-shortcut="a" answers to that key: links and buttons are clicked, fields
// get the focus, a list of keys opens. Never while somebody types, and there is a switch (WCAG 2.1.4).
const shortcutSwitch = document.getElementById("shortcuts-on");
if (shortcutSwitch) {
  const stored = "shortcuts-off";
  shortcutSwitch.checked = localStorage.getItem(stored) === null;
  shortcutSwitch.addEventListener("change", () => {
    if (shortcutSwitch.checked) localStorage.removeItem(stored);
    else localStorage.setItem(stored, "yes");
  });
  const isTyping = (element) =>
    element.matches("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");
  document.addEventListener("keydown", (event) => {
    if (!shortcutSwitch.checked || event.ctrlKey || event.metaKey || event.altKey) return;
    if (isTyping(event.target)) {
      // Out of a field without the mouse, so that the keys work again.
      if (event.key === "Escape") event.target.blur();
      return;
    }
    const target = [...document.querySelectorAll("[data-shortcut]")].find(
      (element) => element.dataset.shortcut === event.key && element.getClientRects().length,
    );
    if (!target) return;
    event.preventDefault();
    if (target.matches("a, button")) target.click();
    else if (target.matches("details")) {
      target.open = !target.open;
      target.querySelector("summary").focus();
    }
    else target.focus();
  });
}
