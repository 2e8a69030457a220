import { closeCases } from "./close-cases.ts";
import { fragmentCases } from "./fragment-cases.ts";
import { framingCases, otherCases } from "./framing-cases.ts";
import { fullScale, limitCases, smallScale } from "./limit-cases.ts";
import { pingCases } from "./ping-cases.ts";
import { opcodeCases, reservedBitCases } from "./reserved-cases.ts";
import { utf8Cases } from "./utf8-cases.ts";
import type { WebSocketCase } from "./websocket-case.ts";

export interface CatalogueOptions {
  /** What the server makes of a binary message: it echoes it as one, or takes it as the text it speaks in, and echoes that. */
  readonly binary: "echo" | "text";
}

/** `SWITCHYARD_RFC6455=full`: messages up to 16 MiB, and a thousand in a row; some seconds more. */
export const isFullCatalogue = process.env["SWITCHYARD_RFC6455"] === "full";

/** The cases of all sections: 1-7, 9 and 10. Eight is empty in the catalogue, and there are no extensions here to test. */
export function websocketCatalogue({ binary }: CatalogueOptions): WebSocketCase[] {
  const cases = [
    ...framingCases,
    ...pingCases,
    ...reservedBitCases,
    ...opcodeCases,
    ...fragmentCases,
    ...utf8Cases,
    ...closeCases,
    ...limitCases(isFullCatalogue ? fullScale : smallScale),
    ...otherCases,
  ];
  return binary === "echo" ? cases : cases.map(heardAsText);
}

/** The section of a case, as `6`. */
export function sectionOf({ id }: WebSocketCase): string {
  return id.split(".", 1)[0] ?? id;
}

function heardAsText(one: WebSocketCase): WebSocketCase {
  const { echoes, ...rest } = one.hears;
  if (echoes === undefined) return one;
  return { ...one, hears: { ...rest, echoes: echoes.map(({ payload }) => ({ payload, isBinary: false })) } };
}
