import type { Words } from "../state/use-words.ts";

interface ShellWords {
  readonly skip: string;
  readonly menu: string;
  readonly find: string;
  readonly move: string;
  readonly open: string;
  readonly close: string;
  readonly screens: string;
  readonly live: string;
  readonly paused: string;
  readonly stale: string;
  readonly pause: string;
  readonly resume: string;
  readonly theme: string;
  readonly themes: { readonly system: string; readonly light: string; readonly dark: string };
  readonly times: { readonly relative: string; readonly local: string; readonly utc: string };
  readonly time: string;
  readonly keys: string;
  readonly keysHelp: string;
  readonly settings: string;
  readonly logOut: string;
  readonly roles: { readonly viewer: string; readonly operator: string; readonly admin: string };
  readonly breakGlass: string;
  readonly looksOnly: string;
  readonly readOnly: string;
  readonly readOnlyHub: string;
  readonly loggedOut: string;
  readonly logIn: string;
  readonly lost: (span: string) => string;
  readonly updated: string;
  readonly reload: string;
  readonly notThere: string;
  readonly home: string;
  readonly undo: string;
  readonly again: string;
  readonly dismiss: string;
  readonly needsYou: (count: number) => string;
}

export const shellWords: Words<ShellWords> = {
  en: {
    skip: "Skip to content",
    menu: "Menu",
    find: "Find anything",
    move: "move",
    open: "open",
    close: "close",
    screens: "Screens",
    live: "Live",
    paused: "Paused",
    stale: "No answer",
    pause: "Stop updating what is shown",
    resume: "Update what is shown again",
    theme: "Theme",
    themes: { system: "System", light: "Light", dark: "Dark" },
    times: { relative: "Ago", local: "Local", utc: "UTC" },
    time: "Times",
    keys: "Single letters as shortcuts",
    keysHelp: "⌘K, Ctrl K or / finds · g and a letter goes to a screen · p stops updating · u or Ctrl Z undoes",
    settings: "You and this page",
    logOut: "Log out",
    roles: { viewer: "viewer", operator: "operator", admin: "admin" },
    breakGlass:
      "You came in by the shared password (break-glass). What you do is written down under that name; log out when it is done.",
    readOnly: "read-only",
    readOnlyHub: "This api only looks (ops.read_only): act at another one.",
    looksOnly: "You may look and not act.",
    loggedOut: "Your login is over. What is shown is from before.",
    logIn: "Log in again",
    lost: (span) => `What is shown is ${span} old.`,
    updated: "The hub was updated.",
    reload: "Reload",
    notThere: "There is no such screen.",
    home: "Overview",
    undo: "Undo",
    again: "Try again",
    dismiss: "Dismiss",
    needsYou: (count) => `${count} need you`,
  },
  zh: {
    skip: "跳到正文",
    menu: "菜单",
    find: "查找",
    move: "选择",
    open: "打开",
    close: "关闭",
    screens: "页面",
    live: "实时",
    paused: "已暂停",
    stale: "无应答",
    pause: "暂停更新",
    resume: "恢复更新",
    theme: "主题",
    themes: { system: "跟随系统", light: "浅色", dark: "深色" },
    times: { relative: "多久前", local: "本地", utc: "UTC" },
    time: "时间",
    keys: "启用单字母快捷键",
    keysHelp: "⌘K、Ctrl K 或 / 查找 · g 加字母切换页面 · p 暂停更新 · u 或 Ctrl Z 撤销",
    settings: "账号与本页设置",
    logOut: "退出登录",
    roles: { viewer: "只读", operator: "操作员", admin: "管理员" },
    breakGlass: "您以共享密码登录（break-glass）。所做的一切都以此名义记录；事情处理完毕后请退出。",
    readOnly: "只读",
    readOnlyHub: "此 api 是只读的(ops.read_only)：请在其他 api 上操作。",
    looksOnly: "您只能查看，不能操作。",
    loggedOut: "登录已失效。所显示的是此前的内容。",
    logIn: "重新登录",
    lost: (span) => `所显示的内容已有 ${span} 未更新。`,
    updated: "hub 已更新。",
    reload: "刷新",
    notThere: "没有这个页面。",
    home: "总览",
    undo: "撤销",
    again: "重试",
    dismiss: "关闭",
    needsYou: (count) => `${count} 项需要处理`,
  },
};
