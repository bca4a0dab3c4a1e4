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
