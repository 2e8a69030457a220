// A classic script in the head, so that the chosen theme is there before the first paint. Without a choice the page follows
// the system; the stylesheet only asks for `color-scheme`, so one attribute is all there is to set.
(() => {
  const key = "switchyard.theme";
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");

  const chosen = () => {
    try {
      return localStorage.getItem(key);
    } catch {
      return null; // Storage can be switched off; the system's choice stands then.
    }
  };
  const shown = () => root.dataset.theme ?? (dark.matches ? "dark" : "light");

  const apply = () => {
    const theme = chosen();
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    else delete root.dataset.theme;
    const toggle = document.getElementById("theme");
    if (toggle) toggle.setAttribute("aria-label", `Switch to the ${shown() === "dark" ? "light" : "dark"} theme`);
  };

  apply();
  dark.addEventListener("change", apply);
  addEventListener("storage", (event) => event.key === key && apply());
  addEventListener("DOMContentLoaded", () => {
    apply();
    document.getElementById("theme")?.addEventListener("click", () => {
      const next = shown() === "dark" ? "light" : "dark";
      try {
        localStorage.setItem(key, next);
      } catch {
        root.dataset.theme = next;
      }
      apply();
    });
  });
})();
