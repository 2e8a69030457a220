import { expect, test } from "vitest";
import { splitPublicationBody } from "../publication-body.ts";
import { createDelta } from "./create-delta.ts";
import { chainDeltas, PublicationDelta } from "./publication-delta.ts";

const publication = (data: string) => ({ offset: 1, body: Buffer.from(JSON.stringify({ data })) });
const shared = "a text that is long enough for a delta to be worth it, ".repeat(4);
const partsOf = (body: Buffer) => splitPublicationBody(body) ?? expect.fail("no body of ours");

test("a publication that is handed out behind two others is a delta to each of them, for those who hold that one", () => {
  const [first, second, next] = [publication(`${shared}1`), publication(`2${shared}`), publication(`${shared}3`)];
  for (const before of [first, second, first]) {
    const [, sent] = chainDeltas([before, next]);
    expect(sent?.delta?.ofText).toEqual(createDelta(partsOf(before.body).text, partsOf(next.body).text));
  }
});

test("data that is no text is, for Protobuf, a delta of the bytes, and for JSON one of their base64", () => {
  const partsWith = (last: number) => {
    const bytes = Buffer.concat([Buffer.alloc(200, 0xfd), Buffer.of(last)]);
    return partsOf(Buffer.from(JSON.stringify({ data: bytes.toString("base64"), b64: true })));
  };
  const [before, next] = [partsWith(0xfe), partsWith(0xff)];
  const delta = new PublicationDelta(next, before);
  expect(delta.ofBytes).toEqual(createDelta(before.bytes, next.bytes));
  expect(delta.ofText).toEqual(createDelta(before.text, next.text));
  expect(delta.ofBytes).not.toEqual(delta.ofText);
});
