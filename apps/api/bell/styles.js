/**
 * A page themes it by the custom properties in front, and by parts: `button`, `badge`, `panel`, `list`, `item`. Both themes are said at
 * once and `color-scheme` picks: the page's, or that of the attribute `theme`.
 */
export const styles = `
:host {
  --_ink: var(--bell-ink, light-dark(#16181d, #eceef2));
  --_soft: var(--bell-soft, light-dark(#5a606c, #a3a9b5));
  --_line: var(--bell-line, light-dark(#e4e5e8, #2c3038));
  --_surface: var(--bell-surface, light-dark(#ffffff, #1a1c21));
  --_hover: var(--bell-hover, light-dark(#f4f5f7, #23262d));
  --_accent: var(--bell-accent, light-dark(#2f55d4, #869fff));
  --_on-accent: var(--bell-on-accent, light-dark(#ffffff, #0d1230));
  --_badge: var(--bell-badge, light-dark(#c9302c, #f47c71));
  --_on-badge: var(--bell-on-badge, light-dark(#ffffff, #1c0806));
  display: inline-block;
  width: var(--bell-size, 40px);
  height: var(--bell-size, 40px);
  vertical-align: middle;
  color: var(--_ink);
  font: 400 15px/1.45 var(--bell-font, -apple-system, "Segoe UI", Roboto, "Noto Sans", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", system-ui, sans-serif);
  letter-spacing: normal;
  text-align: start;
  text-transform: none;
  white-space: normal;
}
:host([hidden]), [hidden] { display: none !important; }
:host([theme="light"]) { color-scheme: light; }
:host([theme="dark"]) { color-scheme: dark; }
:host([theme="system"]) { color-scheme: light dark; }
*, ::before, ::after { box-sizing: border-box; }
button { margin: 0; border: 0; background: none; color: inherit; font: inherit; cursor: pointer; }
h2, p, ol { margin: 0; padding: 0; }
svg { display: block; width: 20px; height: 20px; fill: none; stroke: currentcolor; stroke-width: 1.7; stroke-linecap: round; stroke-linejoin: round; }
:focus-visible { outline: 2px solid var(--_accent); outline-offset: -2px; border-radius: 6px; }
.aside { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

.bell { position: relative; display: grid; place-items: center; width: 100%; height: 100%; padding: 0; border-radius: 10px; color: var(--bell-color, inherit); }
.bell:hover, .bell[aria-expanded="true"] { background: var(--_hover); }
.bell > svg { width: 58%; height: 58%; }
.bell[data-offline] > svg { opacity: 0.5; }
.badge { position: absolute; top: 1px; right: 0; min-width: 18px; padding: 0 5px; border-radius: 9px; background: var(--_badge); color: var(--_on-badge); font-size: 11px; font-weight: 600; line-height: 18px; font-variant-numeric: tabular-nums; text-align: center; pointer-events: none; }

.panel { position: fixed; inset: auto; width: min(var(--bell-width, 384px), calc(100vw - 16px)); height: auto; margin: 0; padding: 0; overflow: hidden; border: 1px solid var(--_line); border-radius: var(--bell-radius, 12px); background: var(--_surface); color: var(--_ink); box-shadow: 0 12px 32px light-dark(rgb(20 22 30 / 16%), rgb(0 0 0 / 56%)); }
.panel:popover-open { display: flex; flex-direction: column; }
header, .bar { display: flex; align-items: center; justify-content: space-between; gap: 8px; flex: none; padding: 10px 10px 0 16px; }
h2 { font-size: 16px; font-weight: 600; }
h2:focus { outline: none; }
.bar { padding: 6px 10px 8px; border-bottom: 1px solid var(--_line); }
.filters { display: flex; gap: 2px; }
.filter, .link { padding: 4px 10px; border-radius: 7px; color: var(--_soft); font-size: 14px; }
.filter[aria-pressed="true"] { background: var(--_hover); color: var(--_ink); font-weight: 500; }
.filter:hover, .link:hover { color: var(--_ink); }
.count { margin-inline-start: 5px; color: var(--_accent); font-variant-numeric: tabular-nums; }
.link { color: var(--_accent); }
.link[aria-disabled="true"] { color: var(--_soft); opacity: 0.6; cursor: default; }
.scroll { flex: 1 1 auto; min-height: 96px; overflow-y: auto; overscroll-behavior: contain; scrollbar-width: thin; }
ol { list-style: none; }
.empty { padding: 36px 16px; color: var(--_soft); text-align: center; }
.more { display: block; width: 100%; padding: 12px; }
.notice { flex: none; border-top: 1px solid var(--_line); padding: 8px 16px; color: var(--_soft); font-size: 13px; }
.notice:empty { display: none; }

.item { position: relative; display: grid; grid-template-columns: minmax(0, 1fr) auto; border-bottom: 1px solid var(--_line); }
.item:last-child { border-bottom: 0; }
.item:hover, .item:focus-within { background: var(--_hover); }
.item[data-unread]::before { content: ""; position: absolute; top: 19px; left: 10px; width: 7px; height: 7px; border-radius: 50%; background: var(--_accent); }
.main { display: block; width: 100%; min-width: 0; padding: 12px 4px 12px 26px; color: inherit; text-align: start; text-decoration: none; }
.name { display: block; font-weight: 400; overflow-wrap: anywhere; }
[data-unread] .name { font-weight: 600; }
.body { display: -webkit-box; margin-top: 2px; overflow: hidden; color: var(--_soft); font-size: 14px; overflow-wrap: anywhere; white-space: pre-line; -webkit-box-orient: vertical; -webkit-line-clamp: 3; }
[data-open] .body { display: block; }
.meta { display: flex; flex-wrap: wrap; gap: 0 10px; margin-top: 4px; color: var(--_soft); font-size: 12.5px; }
.meta span { overflow-wrap: anywhere; }
.tools { display: flex; align-items: start; padding: 8px 8px 0 0; }
.tool { display: grid; place-items: center; width: 30px; height: 30px; padding: 0; border-radius: 7px; color: var(--_soft); }
.tool:hover { background: var(--_line); color: var(--_ink); }
.tool svg { width: 18px; height: 18px; }
.choices, .later { grid-column: 1 / -1; grid-row: 2; display: flex; flex-wrap: wrap; gap: 8px; padding: 0 12px 12px 26px; }
.later { grid-row: 3; }
.chosen { grid-column: 1 / -1; grid-row: 2; padding: 0 12px 12px 26px; color: var(--_soft); font-size: 13px; }
.button { min-height: 32px; padding: 4px 12px; border: 1px solid var(--_line); border-radius: 7px; background: var(--_surface); font-size: 14px; overflow-wrap: anywhere; }
.button:hover { border-color: var(--_soft); }
.choice:first-child { border-color: transparent; background: var(--_accent); color: var(--_on-accent); font-weight: 500; }
@media (pointer: coarse) {
  .tool { width: 36px; height: 36px; }
  .button, .filter, .link { min-height: 38px; }
}
@media (prefers-reduced-motion: no-preference) {
  .panel:popover-open { animation: appear 120ms ease-out; }
  @keyframes appear { from { opacity: 0; } }
}
@media (forced-colors: active) {
  .badge { border: 1px solid; }
  .item[data-unread]::before { background: Highlight; }
  .filter[aria-pressed="true"] { border: 1px solid; }
}
`;
