// Light or dark before the first paint: the person's own choice, or else the system's.
(() => {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const root = document.documentElement;

  function chosen() {
    try {
      return localStorage.getItem("theme");
    } catch {
      return null; // storage may be closed to us; the system's choice still holds
    }
  }

  function remember(theme) {
    try {
      localStorage.setItem("theme", theme);
    } catch {
      // the choice then lasts for this page only
    }
  }

  function show() {
    root.dataset.bsTheme = chosen() ?? (system.matches ? "dark" : "light");
  }

  function toggle() {
    const next = root.dataset.bsTheme === "dark" ? "light" : "dark";
    remember(next);
    root.dataset.bsTheme = next;
  }

  root.classList.add("scripted");
  show();
  system.addEventListener("change", show);
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-theme-toggle]")) toggle();
  });
})();
