import type { VNode } from "preact";
import type { ProcessKind } from "../../answers/overview.ts";
import type { ProcessAnswer, ProcessesAnswer } from "../../answers/processes.ts";
import { useDesk } from "../../state/desk.ts";
import { usePoll } from "../../state/use-poll.ts";
import { useWords, type Words } from "../../state/use-words.ts";
import { Answer } from "../../ui/answer.ts";
import { type Column, dataTable } from "../../ui/data-table.ts";
import { a, bdi, code, div, h1, h2, header, p, part, section } from "../../ui/html.ts";
import { Load } from "../../ui/load.ts";
import { StatusChip } from "../../ui/status-chip.ts";
import { useNumbers } from "../../ui/use-numbers.ts";
import { When } from "../../ui/when.ts";

const everyMs = 2_000;
const kinds: readonly ProcessKind[] = ["gateway", "api", "worker"];

interface NodeWords {
  readonly title: string;
  readonly note: string;
  readonly kinds: Readonly<Record<ProcessKind, string>>;
  readonly none: Readonly<Record<ProcessKind, string>>;
  readonly name: string;
  readonly state: string;
  readonly version: string;
  readonly since: string;
  readonly seen: string;
  readonly clients: string;
  readonly users: string;
  readonly subscriptions: string;
  readonly channels: string;
  readonly running: string;
  readonly pool: string;
  readonly settings: string;
}

const words: Words<NodeWords> = {
  en: {
    title: "Nodes",
    note: "A process renews its place on the list every 3 s and is off it after 10 s. One that is gone is told of for ten minutes, by the api that saw it.",
    kinds: { gateway: "Gateways", api: "Apis", worker: "Workers" },
    none: {
      gateway:
        "No gateway has registered in 10 s: nobody can connect. Start one, and look at the end of the log of the last one.",
      api: "No api is on the list, though this one answers: it has just started, or cannot renew its place.",
      worker: "No worker has registered in 10 s: nothing runs and no schedule fires. Start one.",
    },
    name: "Name",
    state: "State",
    version: "Version",
    since: "Started",
    seen: "Last seen",
    clients: "Clients",
    users: "Users",
    subscriptions: "Subscriptions",
    channels: "Channels",
    running: "Running",
    pool: "Pool",
    settings: "Settings",
  },
  zh: {
    title: "节点",
    note: "每个进程每 3 秒续期一次，10 秒未续期即从列表移除。消失的进程由看到它的 api 再显示十分钟。",
    kinds: { gateway: "网关", api: "Api", worker: "Worker" },
    none: {
      gateway: "10 秒内没有网关注册：客户端无法连接。请启动一个，并查看上一个的日志末尾。",
      api: "列表中没有 api，尽管本 api 有应答：它刚刚启动，或无法续期。",
      worker: "10 秒内没有 worker 注册：任务不会执行，定时任务不会触发。请启动一个。",
    },
    name: "名称",
    state: "状态",
    version: "版本",
    since: "启动",
    seen: "最后出现",
    clients: "客户端",
    users: "用户",
    subscriptions: "订阅",
    channels: "频道",
    running: "运行中",
    pool: "进程池",
    settings: "设置",
  },
};

/** Every process of the hub, and those that have just gone. */
export function Nodes(): VNode {
  const said = useWords(words);
  const poll = usePoll<ProcessesAnswer>("processes", everyMs);
  return div(
    { class: "screen" },
    header({ class: "screen-head" }, h1(null, said.title)),
    part(Answer<ProcessesAnswer>, {
      of: poll,
      show: ({ processes }) => [
        ...kinds.map((kind) =>
          part(OfKind, { key: kind, kind, processes: processes.filter((one) => one.kind === kind) }),
        ),
        p({ class: "soft small" }, said.note),
      ],
    }),
  );
}

interface OfKindProps {
  readonly kind: ProcessKind;
  readonly processes: readonly ProcessAnswer[];
}

function OfKind({ kind, processes }: OfKindProps): VNode {
  const said = useWords(words);
  const numbers = useNumbers();
  const figure = (title: string, field: "clients" | "users" | "subscriptions" | "channels"): Column<ProcessAnswer> => ({
    title,
    isNumber: true,
    cell: ({ gateway, state }) => numbers.count(state === "gone" ? null : (gateway?.[field] ?? null)),
  });
  const usual = mostFrequent(processes.flatMap(({ settings, state }) => (state === "gone" ? [] : (settings ?? []))));
  const own: Readonly<Record<ProcessKind, readonly Column<ProcessAnswer>[]>> = {
    gateway: [
      figure(said.clients, "clients"),
      figure(said.users, "users"),
      figure(said.subscriptions, "subscriptions"),
      figure(said.channels, "channels"),
    ],
    api: [],
    worker: [
      {
        title: said.pool,
        cell: ({ worker }) => (worker === null || worker.pool === null ? "–" : bdi(null, worker.pool)),
      },
      {
        title: said.running,
        cell: ({ worker, state }) => (worker === null || state === "gone" ? "–" : part(Load, worker)),
      },
    ],
  };
  const columns: readonly Column<ProcessAnswer>[] = [
    { title: said.name, cell: ({ name }) => bdi(null, name) },
    { title: said.state, cell: ({ state }) => part(StatusChip, { status: state }) },
    { title: said.version, cell: ({ version }) => version },
    { title: said.settings, cell: (one) => settingsOf(one, usual) },
    ...own[kind],
    {
      title: said.since,
      isNumber: true,
      cell: ({ startedAtMs }) => (startedAtMs === null ? "–" : part(When, { atMs: startedAtMs })),
    },
    { title: said.seen, isNumber: true, cell: ({ lastSeenAtMs }) => part(When, { atMs: lastSeenAtMs }) },
  ];
  const isNone = !processes.some(({ state }) => state !== "gone");
  return section(
    { class: "panel nodes" },
    header(null, h2(null, said.kinds[kind])),
    isNone && p({ class: "empty bad" }, said.none[kind]),
    processes.length > 0 &&
      dataTable({
        title: said.kinds[kind],
        columns,
        rows: processes,
        keyOf: ({ uid }) => uid,
        isFaint: ({ state }) => state === "gone",
      }),
  );
}

/** Of one that is gone nobody asks any more whether they are the usual ones. */
function settingsOf({ kind, settings, state }: ProcessAnswer, usual: string | undefined) {
  if (settings === null) return "–";
  return part(SettingsLink, { kind, hash: settings, isOther: state !== "gone" && settings !== usual });
}

interface SettingsLinkProps {
  readonly kind: ProcessKind;
  readonly hash: string;
  /** Others of its kind have others. */
  readonly isOther: boolean;
}

/** What it was started with, by its hash: those with the same are alike. */
function SettingsLink({ kind, hash, isOther }: SettingsLinkProps): VNode {
  const { route, operator } = useDesk();
  const shown = code({ class: isOther ? "bad" : "soft" }, hash.slice(0, 6));
  return operator.role === "viewer" ? shown : a({ href: route.href(["settings"], { kind, of: hash }) }, shown);
}

function mostFrequent(hashes: readonly string[]): string | undefined {
  const byHash = Object.entries(Object.groupBy(hashes, (hash) => hash));
  return byHash.toSorted(([, one = []], [, other = []]) => other.length - one.length)[0]?.[0];
}
