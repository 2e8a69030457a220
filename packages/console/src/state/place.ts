import { type Signal, signal } from "@preact/signals";

/** Which screen, of what, and how it is filtered: all of it is in the address, so every view can be sent to somebody. */
export interface Place {
  /** Below `/ops/console`: `["groups", "mail"]`; empty for the first screen. Decoded. */
  readonly path: readonly string[];
  readonly query: Readonly<Record<string, string>>;
}

export interface Route {
  readonly place: Signal<Place>;
  /** An address of the console. */
  readonly href: (path: readonly string[], query?: Readonly<Record<string, string>>) => string;
  readonly go: (path: readonly string[], query?: Readonly<Record<string, string>>) => void;
  /** Another query of the same screen, in place of the present one in the history. */
  refine(query: Readonly<Record<string, string>>): void;
}

const base = "/ops/console";

/** Whether a name can stand in an address: browsers take these two for ways up, percent-encoded or not. */
export function isAddressable(name: string): boolean {
  return name !== "." && name !== "..";
}

export function openRoute(): Route {
  const place = signal(placeOf(location));
  const href: Route["href"] = (path, query = {}) => {
    const kept = Object.entries(query).filter(([, value]) => value !== "");
    const text = new URLSearchParams(kept).toString();
    return [base, ...path.map(encodeURIComponent)].join("/") + (text === "" ? "" : `?${text}`);
  };
  const follow = (url: string) => {
    history.pushState(null, "", url);
    place.value = placeOf(location);
    scrollTo(0, 0);
  };
  addEventListener("popstate", () => (place.value = placeOf(location)));
  document.addEventListener("click", (event) => {
    const link = ownLink(event);
    if (link === undefined) return;
    event.preventDefault();
    follow(link);
  });
  return {
    place,
    href,
    go: (path, query) => follow(href(path, query)),
    refine(query) {
      history.replaceState(null, "", href(place.value.path, query));
      place.value = placeOf(location);
    },
  };
}

function placeOf({ pathname, search }: Pick<Location, "pathname" | "search">): Place {
  const path = pathname.slice(base.length).split("/").filter(Boolean).map(decoded);
  return { path, query: Object.fromEntries(new URLSearchParams(search)) };
}

/** Somebody may type what is no encoding. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** Of a plain click on a link to a screen; others are the browser's. */
function ownLink({
  target,
  defaultPrevented,
  button,
  ...event
}: MouseEvent & { target: EventTarget | null }): string | undefined {
  const link = target instanceof Element ? target.closest("a") : null;
  if (link === null || defaultPrevented || button !== 0 || link.target !== "" || link.hasAttribute("download"))
    return undefined;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return undefined;
  const isOurs = link.origin === location.origin && (link.pathname === base || link.pathname.startsWith(`${base}/`));
  return isOurs ? link.href : undefined;
}
