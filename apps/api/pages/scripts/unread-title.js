/** Counts what arrives while nobody looks and shows it in the tab: `(3) Push · Switchyard`. */
export function countUnread() {
  const title = document.title;
  let unread = 0;
  const show = () => (document.title = unread === 0 ? title : `(${unread}) ${title}`);
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    unread = 0;
    show();
  });
  return () => {
    if (!document.hidden) return;
    unread += 1;
    show();
  };
}
