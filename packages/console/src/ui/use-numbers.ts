import { useDesk } from "../state/desk.ts";
import { localeOf } from "../state/preferences.ts";
import { count, rate, span } from "./numbers.ts";

/** The formats of {@link file://./numbers.ts} in the locale of the page. */
export function useNumbers() {
  const words = { locale: localeOf[useDesk().preferences.language.value] };
  return {
    count: (value: number | null) => count(value, words),
    rate: (value: number | null) => rate(value, words),
    span: (ms: number | null) => span(ms, words),
  };
}
