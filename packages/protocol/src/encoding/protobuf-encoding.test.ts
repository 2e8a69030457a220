import { expect, test } from "vitest";
import { delimitProtobuf } from "../protobuf/delimit.ts";
import { protobufSdk } from "../testing/sdk-codecs.ts";
import { protobufEncoding } from "./protobuf-encoding.ts";

test.each(["not JSON", "[]", "{}"])(
  "of a body that nobody of ours has made (%s) its place is told, and nothing else",
  (body) => {
    const push = protobufEncoding.push({ kind: "pub", channel: "news", offset: 7, body: Buffer.from(body) });
    const [reply] = protobufSdk().decodeReplies(delimitProtobuf(push));
    expect(JSON.parse(JSON.stringify(reply))).toMatchObject({ push: { channel: "news", pub: { offset: { low: 7 } } } });
  },
);
