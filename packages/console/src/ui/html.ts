import { type ComponentChildren, type FunctionComponent, h, type JSX, type VNode } from "preact";

import { visibleName } from "../state/name-in-text.ts";

type Tags = JSX.IntrinsicElements;

/** An element by its name: `div({ class: "row" }, "text", span(null, "more"))`. Children become text or elements, never markup. */
type Tag<Name extends keyof Tags> = (
  properties: (Tags[Name] & { readonly [data: `data-${string}`]: string }) | null,
  ...children: ComponentChildren[]
) => VNode;

/** A component with what it takes; `key` where it stands in a list. */
export function part<P extends object>(
  component: (properties: P) => VNode | null,
  properties: P & { readonly key?: string },
): VNode {
  return h(component as FunctionComponent, properties);
}

function tag<Name extends keyof Tags>(name: Name): Tag<Name> {
  return (properties, ...children) => h(name, properties as object, ...children);
}

export const a = tag("a");
/** A name or a text from outside: it keeps its direction to itself, and what cannot be seen of it is shown. */
export const bdi: Tag<"bdi"> = (properties, ...children) =>
  h("bdi", properties as object, ...children.map((one) => (typeof one === "string" ? visibleName(one) : one)));
export const button = tag("button");
export const caption = tag("caption");
export const code = tag("code");
export const dd = tag("dd");
export const details = tag("details");
export const dialog = tag("dialog");
export const div = tag("div");
export const dl = tag("dl");
export const dt = tag("dt");
export const form = tag("form");
export const h1 = tag("h1");
export const h2 = tag("h2");
export const header = tag("header");
export const input = tag("input");
export const kbd = tag("kbd");
export const label = tag("label");
export const li = tag("li");
export const main = tag("main");
export const meter = tag("meter");
export const nav = tag("nav");
export const ol = tag("ol");
export const option = tag("option");
export const p = tag("p");
export const path = tag("path");
export const pre = tag("pre");
export const progress = tag("progress");
export const section = tag("section");
export const select = tag("select");
export const span = tag("span");
export const strong = tag("strong");
export const summary = tag("summary");
export const svg = tag("svg");
export const table = tag("table");
export const tbody = tag("tbody");
export const td = tag("td");
export const th = tag("th");
export const thead = tag("thead");
export const time = tag("time");
export const title = tag("title");
export const tr = tag("tr");
export const ul = tag("ul");
