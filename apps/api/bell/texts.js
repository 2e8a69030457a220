const english = {
  title: "Notifications",
  badge: (count) => (count === 0 ? "Notifications, none new" : `Notifications, ${count} new`),
  all: "All",
  unread: "Unread",
  unreadCount: (count) => `Unread, ${count}`,
  markAll: "Mark all as read",
  close: "Close",
  older: "Show older",
  empty: "Nothing here yet.",
  emptyUnread: "Everything is read.",
  loading: "Loading …",
  offline: "Not connected. What you see may be old.",
  refused: "Notifications are not available.",
  failed: "That did not work. Please try again.",
  arrived: (count, title) => (count === 1 ? `New notification: ${title}` : `${count} new notifications`),
  markRead: "Mark as read",
  markUnread: "Mark as unread",
  archive: "Archive",
  snooze: "Remind me later",
  inAnHour: "In an hour",
  tomorrow: "Tomorrow, 9:00",
  nextWeek: "Monday, 9:00",
  times: (count) => `×${count}`,
  done: (label) => `Done: ${label}`,
};

const chinese = {
  title: "通知",
  badge: (count) => (count === 0 ? "通知，没有新消息" : `通知，${count} 条新消息`),
  all: "全部",
  unread: "未读",
  unreadCount: (count) => `未读，${count} 条`,
  markAll: "全部标为已读",
  close: "关闭",
  older: "查看更早的通知",
  empty: "暂无通知",
  emptyUnread: "全部已读",
  loading: "正在加载…",
  offline: "连接已断开，显示的内容可能不是最新的。",
  refused: "通知功能不可用。",
  failed: "操作失败，请重试。",
  arrived: (count, title) => (count === 1 ? `新通知：${title}` : `${count} 条新通知`),
  markRead: "标为已读",
  markUnread: "标为未读",
  archive: "归档",
  snooze: "稍后提醒",
  inAnHour: "1 小时后",
  tomorrow: "明天 9:00",
  nextWeek: "下周一 9:00",
  times: (count) => `×${count}`,
  done: (label) => `已处理：${label}`,
};

/** Texts of the page's language, Chinese or English; what a page gives in `own` stands instead of ours. */
export function textsOf(language, own) {
  return { ...(/^zh\b/i.test(language) ? chinese : english), ...own };
}

const steps = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
];

/** `5 minutes ago`, and the date when that says more. The clock of the hub may be ahead of this one; the future is now. */
export function timeAgo(ms, language) {
  const ageMs = Math.max(0, Date.now() - ms);
  if (ageMs > 6 * 86_400_000) return new Intl.DateTimeFormat(language, { dateStyle: "medium" }).format(ms);
  const format = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  const [unit, length] = steps.find(([, step]) => ageMs >= step) ?? ["second", Infinity];
  return format.format(-Math.floor(ageMs / length), unit);
}
