// A classic script of the board of queues, which is somebody else's page and has no field for why something is done: here is one, and what
// is written in it goes with each change as the audit wants it. It runs alone, so it imports nothing.
{
  const isZh = /^zh\b/i.test(navigator.language);
  const field = document.createElement("input");
  field.maxLength = 500;
  field.autocomplete = "off";
  field.style.cssText =
    "flex: 1; min-width: 0; padding: 4px 8px; border: 1px solid #8b919e; border-radius: 6px; font: inherit";
  const bar = document.createElement("label");
  bar.style.cssText =
    "position: fixed; inset: auto 0 0 auto; z-index: 50; display: flex; gap: 8px; align-items: center; box-sizing: border-box; width: min(32rem, 100vw); padding: 6px 12px; border: 1px solid #8b919e; border-radius: 8px 0 0; background: canvas; color: canvastext; color-scheme: light dark; font: 14px/1.5 system-ui, sans-serif";
  bar.append(isZh ? "操作原因（记入审计）" : "Why, for the audit", field);
  document.body.append(bar);

  globalThis.XMLHttpRequest = class extends XMLHttpRequest {
    #isChange = false;

    override open(method: string, url: string | URL, isAsync = true): void {
      this.#isChange = !/^(?:get|head)$/i.test(method);
      super.open(method, url, isAsync);
    }

    override send(body?: XMLHttpRequestBodyInit | Document | null): void {
      const reason = field.value.trim();
      if (this.#isChange && reason !== "") this.setRequestHeader("x-sy-reason", encodeURIComponent(reason));
      super.send(body);
    }
  };
}
