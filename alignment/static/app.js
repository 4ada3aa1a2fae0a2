// What HTML cannot do alone: keys on rows, a question before an act, copying a link, closing menus.
// Every page works without this file.

const TYPING = "input, textarea, select, [contenteditable]";

// Keys: j and k move between rows marked data-row; any other key presses that row's
// button marked data-key with it (a accept, r return, c called).

let lastRowId = null;

function rows() {
  return [...document.querySelectorAll("[data-row]")];
}

function currentRow() {
  return document.activeElement?.closest("[data-row]") ?? document.getElementById(lastRowId ?? "");
}

function moveTo(step) {
  const all = rows();
  const here = all.indexOf(currentRow());
  const next = here < 0 ? all[0] : all[Math.min(Math.max(here + step, 0), all.length - 1)];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

function press(key) {
  currentRow()?.querySelector(`[data-key="${CSS.escape(key)}"]`)?.click();
}

document.addEventListener("keydown", (event) => {
  const isForUs = !event.ctrlKey && !event.metaKey && !event.altKey && event.key.length === 1;
  if (!isForUs || event.target.closest(TYPING) || document.querySelector("dialog[open]")) return;
  if (event.key === "j") moveTo(1);
  else if (event.key === "k") moveTo(-1);
  else press(event.key);
});

document.addEventListener("focusin", (event) => {
  lastRowId = event.target.closest("[data-row]")?.id || lastRowId;
});

// A row that answers in place keeps the keyboard where it was.
document.addEventListener("htmx:afterSettle", () => {
  if (document.activeElement === document.body) document.getElementById(lastRowId ?? "")?.focus();
});

// A page that asks for itself does not take away what somebody is writing in it.
document.addEventListener("htmx:beforeRequest", (event) => {
  const part = event.detail.elt;
  if (part.matches("[data-waits-for-typing]") && part.querySelector("form:focus-within, details.asking[open]")) {
    event.preventDefault();
  }
});

// What was said about the last act makes room for what this one has to say.
document.addEventListener("htmx:beforeRequest", () => {
  document.getElementById("flash")?.replaceChildren();
});

// Questions: a form with data-confirm asks in a dialog first. Listening in the capture phase puts
// the question before the browser and before htmx alike.

document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    const dialog = document.getElementById("confirm");
    if (!form.dataset.confirm || !dialog || form.dataset.confirmed) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    ask(dialog, form, event.submitter);
  },
  true,
);

function ask(dialog, form, submitter) {
  dialog.querySelector("[data-question]").textContent = form.dataset.confirm;
  dialog.querySelector("[value=yes]").textContent = submitter?.textContent.trim().replace("…", "") || "Yes";
  dialog.returnValue = "";
  dialog.addEventListener("close", () => answer(dialog, form, submitter), { once: true });
  dialog.showModal();
}

function answer(dialog, form, submitter) {
  if (dialog.returnValue !== "yes") return;
  form.dataset.confirmed = "yes";
  form.requestSubmit(submitter);
  delete form.dataset.confirmed;
}

// Links to copy, and menus that close when one looks elsewhere.

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (button) {
    await navigator.clipboard.writeText(new URL(button.dataset.copy, location.href).href);
    button.querySelector("[data-copied]").textContent = "Copied";
  }
  closeMenus((menu) => !menu.contains(event.target));
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = event.target.closest("details.menu[open]");
  closeMenus(() => true);
  menu?.querySelector("summary").focus();
});

function closeMenus(which) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (which(menu)) menu.open = false;
  }
}

// The time zone of this browser: a field marked data-browser-zone takes it where it names one.

for (const field of document.querySelectorAll("[data-browser-zone]")) {
  field.value = Intl.DateTimeFormat().resolvedOptions().timeZone ?? field.value;
}
