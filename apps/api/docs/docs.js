// A classic script in the head, behind theme.js, which marks the chosen theme on the root element. What shows the document has a class
// of its own for the dark one; it is kept in step before the first paint and whenever the choice changes.
(() => {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const follow = () =>
    root.classList.toggle("dark-mode", (root.dataset.theme ?? (dark.matches ? "dark" : "light")) === "dark");

  follow();
  dark.addEventListener("change", follow);
  new MutationObserver(follow).observe(root, { attributeFilter: ["data-theme"] });
  addEventListener("DOMContentLoaded", () => {
    window.SwaggerUIBundle({
      url: "/docs/json",
      dom_id: "#swagger-ui",
      deepLinking: true,
      docExpansion: "list",
      filter: true,
      // The named schemas, folded.
      defaultModelsExpandDepth: 0,
      tryItOutEnabled: true,
      // A validator is somebody else's service.
      validatorUrl: null,
    });
  });
})();
