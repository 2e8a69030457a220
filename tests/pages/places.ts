/** Names and notes from outside: as text, however they look. */
export const strange = [
  "a-very-long-name.".repeat(7),
  `<img src=x onerror="alert(1)">`,
  "\u202Eexe.gpj ${constructor} 组",
] as const;
/** Every screen of the console, below `/ops/console`: those of one thing of this group and of this user. */
export function screensOf(group: string, user: string): readonly string[] {
  return [
    "",
    "/tasks?q=status:failed",
    "/groups",
    `/groups/${encodeURIComponent(group)}`,
    "/workers",
    "/nodes",
    "/schedules",
    "/schedules/nightly",
    "/channels",
    "/inbox",
    `/inbox/${encodeURIComponent(user)}`,
    "/audit?book=all&q=act:pause",
    "/settings?kind=worker&q=redis",
    "/nothing",
  ];
}

const places = screensOf(strange[1], strange[1]);

/** How they are looked at, and which of them axe judges then. */
export const looks = [
  { width: 320, colorScheme: "light", lang: "zh", places, judged: places },
  // What axe finds is on most screens the same however they look.
  { width: 1280, colorScheme: "dark", lang: "en", places, judged: places.slice(0, 4) },
] as const;
