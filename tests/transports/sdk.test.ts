import { eventually } from "@switchyard/testkit/eventually";
import { Centrifuge } from "centrifuge";
import { chromium, type Browser, type Page } from "playwright-core";
import { ensurePrograms } from "@switchyard/provision/ensure-programs";
import { programs } from "@switchyard/provision/program";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fetchLineByLine, OneEventPerTurn } from "@switchyard/testkit/turn-by-turn";
import { tellStory, type StoryOptions, type Storyteller, type Told } from "./sdk-story.ts";
import { startStoryStage, type StoryStage } from "./story-stage.ts";

let stage: StoryStage;
let browser: Browser;

beforeAll(async () => {
  const say = (line: string) => console.log(line);
  const found = await ensurePrograms({ chromium: programs.chromium }, { environment: process.env, say });
  stage = await startStoryStage();
  browser = await chromium.launch({ executablePath: found.chromium, args: ["--no-sandbox", "--disable-gpu"] });
});
afterAll(async () => {
  await browser?.close();
  await stage?.close();
});

/** The same application, wherever it runs. */
interface Running {
  told(): Promise<Told>;
  call<M extends "publish" | "history" | "presence">(method: M, data?: unknown): ReturnType<Storyteller[M]>;
  end(): Promise<void>;
}

function runInNode(options: StoryOptions): Promise<Running> {
  const story = tellStory(Centrifuge, options, { eventsource: OneEventPerTurn, fetch: fetchLineByLine });
  return Promise.resolve({
    told: async () => structuredClone(story.told),
    call: (method, data) => story[method](data) as ReturnType<Storyteller[typeof method]>,
    end: async () => story.end(),
  });
}

async function runInChromium(options: StoryOptions): Promise<Running> {
  const page: Page = await browser.newPage();
  await page.goto(stage.site);
  await page.evaluate(`globalThis.story = (${String(tellStory)})(Centrifuge, ${JSON.stringify(options)})`);
  return {
    told: () => page.evaluate("story.told"),
    call: (method, data) =>
      page.evaluate(`story.${method}(${JSON.stringify(data) ?? ""})`) as ReturnType<Storyteller[typeof method]>,
    end: () => page.close(),
  };
}

const places = [
  ["Node", runInNode],
  ["Chromium", runInChromium],
] as const;
const cases = places.flatMap(([place, run]) =>
  (["http_stream", "sse"] as const).map((transport) => ({ place, run, transport })),
);

const channelOf = (place: string, transport: string) => `story:${place}-${transport}`;
const optionsOf = (place: string, transport: StoryOptions["transport"], seconds: number): StoryOptions => ({
  transport,
  channel: channelOf(place, transport),
  origin: stage.origin,
  tokenUrl: stage.tokenUrl(place, seconds),
});

describe.each(cases)("the SDK in $place over $transport", ({ place, run, transport }) => {
  const channel = channelOf(place, transport);
  const options = () => optionsOf(place, transport, 600);

  test("connects by token, subscribes, publishes, reads history and presence", async () => {
    const app = await run(options());
    await eventually(async () => expect((await app.told()).subscribed).toHaveLength(1));
    expect((await app.told()).connected).toEqual([transport]);
    for (const word of ["ä", "€", "😀"]) await app.call("publish", { word });
    await eventually(async () =>
      expect((await app.told()).received).toEqual([{ word: "ä" }, { word: "€" }, { word: "😀" }]),
    );
    const { publications } = await app.call("history");
    expect(publications.map(({ data }) => data)).toEqual([{ word: "ä" }, { word: "€" }, { word: "😀" }]);
    const { clients } = await app.call("presence");
    expect(Object.values(clients).map(({ user }) => user)).toEqual([place]);
    await app.end();
  });

  test("goes on where it was when its gateway is killed", { timeout: 90_000 }, async () => {
    const app = await run(options());
    await eventually(async () => expect((await app.told()).subscribed).toHaveLength(1));
    await stage.publish(channel, 0);
    await eventually(async () => expect((await app.told()).received).toEqual([0]));
    const owner = await stage.owner();
    stage.stage.removeGateway(owner);
    await owner.kill();
    for (const n of [1, 2, 3]) await stage.publish(channel, n);
    await eventually(async () => expect((await app.told()).received).toEqual([0, 1, 2, 3]), { timeoutMs: 20_000 });
    expect((await app.told()).subscribed).toEqual([
      { wasRecovering: false, recovered: false },
      { wasRecovering: true, recovered: true },
    ]);
    await app.end();
    await stage.stage.addGateway();
  });
});

test.concurrent.each(cases)(
  "the SDK in $place over $transport refreshes its token without a break",
  async ({ place, run, transport }) => {
    const app = await run(optionsOf(place, transport, 3));
    await eventually(async () => expect((await app.told()).tokens).toBeGreaterThanOrEqual(3), { timeoutMs: 15_000 });
    expect(await app.told()).toMatchObject({ connected: [transport], subscribed: [{}], errors: [] });
    await app.end();
  },
);
