import { nameInText } from "../../state/name-in-text.ts";
import type { Words } from "../../state/use-words.ts";

interface InboxWords {
  readonly title: string;
  readonly find: string;
  readonly findAct: string;
  readonly notAskedFor: (user: string) => string;
  readonly how: string;
  readonly back: string;
  readonly state: string;
  readonly filters: {
    readonly all: string;
    readonly unread: string;
    readonly read: string;
    readonly archived: string;
    readonly snoozed: string;
  };
  readonly unread: string;
  readonly badge: string;
  readonly badgeDetail: string;
  readonly total: string;
  readonly item: string;
  readonly category: string;
  readonly came: string;
  readonly expires: string;
  readonly until: string;
  readonly never: string;
  readonly none: string;
  readonly noneWith: string;
  readonly more: string;
  readonly first: string;
  readonly tasks: string;
  readonly namedTasks: string;
  readonly connections: string;
  readonly open: string;
  readonly critical: string;
  readonly times: (times: number) => string;
  readonly notification: string;
  readonly leadsTo: string;
  readonly buttons: string;
  readonly pressed: string;
  readonly data: string;
  readonly key: string;
}

export const words: Words<InboxWords> = {
  en: {
    title: "Inbox",
    find: "Id of a user",
    findAct: "Open",
    notAskedFor: (user) =>
      `The inbox of “${nameInText(user)}” cannot be asked for: in an address it means something else.`,
    how: "The inbox of one user, as they see it on every device: what they have not read, what they put away, and what expires when.",
    back: "Another user",
    state: "State",
    filters: { all: "In the list", unread: "Unread", read: "Read", archived: "Archived", snoozed: "Snoozed" },
    unread: "Unread",
    badge: "On the badge",
    badgeDetail: "unread and not seen",
    total: "In the list",
    item: "Item",
    category: "Category",
    came: "Came",
    expires: "Expires",
    until: "Back",
    never: "never",
    none: "This inbox is empty: nothing was sent to this user, or all of it has expired or was removed.",
    noneWith: "No item of this user is like this.",
    more: "Older",
    first: "Newest",
    tasks: "Tasks of this user",
    namedTasks: "Tasks it names",
    connections: "Connections",
    open: "What it says",
    critical: "critical",
    times: (times) => `came ${times} times`,
    notification: "Notification",
    leadsTo: "Leads to",
    buttons: "Buttons",
    pressed: "pressed",
    data: "Data",
    key: "Key",
  },
  zh: {
    title: "收件箱",
    find: "用户 id",
    findAct: "打开",
    notAskedFor: (user) => `无法查询“${nameInText(user)}”的收件箱：它在地址中另有含义。`,
    how: "单个用户在所有设备上看到的收件箱：未读、已归档，以及各条何时过期。",
    back: "其他用户",
    state: "状态",
    filters: { all: "列表中", unread: "未读", read: "已读", archived: "已归档", snoozed: "已推迟" },
    unread: "未读",
    badge: "角标数",
    badgeDetail: "未读且未看到",
    total: "列表中",
    item: "条目",
    category: "类别",
    came: "到达",
    expires: "过期",
    until: "再次出现",
    never: "永不",
    none: "收件箱为空：没有发给该用户的内容，或均已过期或移除。",
    noneWith: "该用户没有符合条件的条目。",
    more: "更早",
    first: "最新",
    tasks: "该用户的任务",
    namedTasks: "提到的任务",
    connections: "连接",
    open: "查看内容",
    critical: "重要",
    times: (times) => `已出现 ${times} 次`,
    notification: "通知",
    leadsTo: "链接到",
    buttons: "按钮",
    pressed: "已按下",
    data: "数据",
    key: "键",
  },
};
