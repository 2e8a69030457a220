import { BinaryReader } from "@bufbuild/protobuf/wire";
import { expect, test } from "vitest";
import { decodeCommands, methods } from "../command.ts";
import { decodeProtobufCommands, decodeProtobufConnect } from "../protobuf/decode-commands.ts";
import { delimitProtobuf } from "../protobuf/delimit.ts";
import { command as commandMessage, connectRequest } from "../protobuf/schema/command.ts";
import { goldenCommands } from "../testing/golden-commands.ts";
import { goldenBarePushes, goldenReplies, type GoldenSample } from "../testing/golden-samples.ts";
import { jsonOf, readAsApplication, withoutZeros, type DeltaState } from "../testing/sdk-reader.ts";
import { jsonSdk, protobufSdk } from "../testing/sdk-codecs.ts";
import { jsonEncoding } from "./json-encoding.ts";
import { protobufEncoding } from "./protobuf-encoding.ts";

/**
 * Each message there is has its bytes in packages/protocol/golden, one file per encoding. A change of these files is a change of the
 * wire: `vitest run -u` writes them, a reviewer judges them.
 */
const golden = (name: string) => new URL(`../../golden/${name}`, import.meta.url).pathname;
const hexLines = (bytes: Uint8Array) =>
  `${Buffer.from(bytes)
    .toString("hex")
    .replaceAll(/.{1,64}/g, "$&\n")}`;

test.each(Array.from(goldenReplies))("%s is written as ever", async (name, { encode }) => {
  await expect(encode(jsonEncoding).toString()).toMatchFileSnapshot(golden(`${name}.json`));
  await expect(hexLines(encode(protobufEncoding))).toMatchFileSnapshot(golden(`${name}.hex`));
});

test.each(Array.from(goldenReplies))("the SDK reads %s as it is meant, in both encodings", (_, sample) => {
  const replies = jsonSdk().decodeReplies(sample.encode(jsonEncoding).toString());
  expect(readAsApplication(replies, jsonSdk(), stateOf(sample))).toEqual([withoutZeros(sample.means)]);
  const frame = delimitProtobuf(sample.encode(protobufEncoding));
  const protobufReplies = protobufSdk().decodeReplies(frame);
  expect(readAsApplication(protobufReplies, protobufSdk(), stateOf(sample))).toEqual([withoutZeros(sample.means)]);
});

test.each(Array.from(goldenBarePushes))(
  "%s is written as ever, and is what a reply holds of a push",
  async (name, sample) => {
    const json = sample.encode(jsonEncoding).toString();
    await expect(json).toMatchFileSnapshot(golden(`${name}.json`));
    const replies = [{ push: JSON.parse(json) as object }];
    expect(readAsApplication(replies, jsonSdk(), stateOf(sample))).toEqual([{ push: sample.means }]);

    const protobuf = sample.encode(protobufEncoding);
    await expect(hexLines(protobuf)).toMatchFileSnapshot(golden(`${name}.hex`));
    const fieldOfReply = Buffer.concat([Buffer.of(0x22), delimitProtobuf(protobuf)]);
    const protobufReplies = protobufSdk().decodeReplies(delimitProtobuf(fieldOfReply));
    expect(readAsApplication(protobufReplies, protobufSdk(), stateOf(sample))).toEqual([{ push: sample.means }]);
  },
);

test.each(Object.entries(goldenCommands))(
  "command-%s is read as the SDK means it, in both encodings",
  async (name, command) => {
    const json = jsonSdk().encodeCommands([command]);
    const protobuf = protobufSdk().encodeCommands([bytesForData(command) as object]);
    await expect(json).toMatchFileSnapshot(golden(`command-${name}.json`));
    await expect(hexLines(protobuf)).toMatchFileSnapshot(golden(`command-${name}.hex`));
    expect(jsonOf(decodeProtobufCommands(protobuf))).toEqual([...decodeCommands(json)]);
  },
);

test.each(Object.entries(goldenCommands).filter(([, command]) => "connect" in command))(
  "bare-command-%s, by which a client that only listens says who it is, is what a command holds of it",
  async (name, command) => {
    const frame = protobufSdk().encodeCommands([bytesForData(command) as object]);
    const decoded = decodeProtobufCommands(frame);
    const { connect = {} } = commandMessage.decode(new BinaryReader(frame).bytes());
    const bare = connectRequest.encode(connect);
    expect(Buffer.from(frame).includes(bare)).toBe(true);
    await expect(hexLines(bare)).toMatchFileSnapshot(golden(`bare-command-${name}.hex`));
    expect([decodeProtobufConnect(bare)]).toEqual(decoded.map((one) => ({ ...one, id: 1 })));
  },
);

test("there is a golden frame of every command and of every reply", () => {
  const commands = Object.values(goldenCommands).map((command) => Object.keys(command).findLast((key) => key !== "id"));
  expect(new Set(commands)).toEqual(new Set([...methods, undefined]));
  const answered = Array.from(goldenReplies.values(), ({ means }) => Object.keys(means).at(-1));
  expect(answered).toEqual(expect.arrayContaining(methods.filter((method) => method !== "send")));
});

function stateOf({ deltasAfter }: GoldenSample): DeltaState | undefined {
  if (deltasAfter === undefined) return undefined;
  return { previous: deltasAfter === "" ? undefined : Buffer.from(deltasAfter) };
}

/** What the SDK's users do for Protobuf: data is bytes. */
function bytesForData(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      key,
      key === "data" ? Buffer.from(JSON.stringify(member)) : bytesForData(member),
    ]),
  );
}
