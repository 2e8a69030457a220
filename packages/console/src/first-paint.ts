// A classic script in the head: theme and language are there before anything is painted. It runs alone, so it imports nothing; what it
// reads is what state/preferences.ts writes.
{
  const root = document.documentElement;
  const read = (key: string): string | null => {
    try {
      return localStorage.getItem(key);
    } catch {
      return null; // Storage can be switched off; what the system says stands then.
    }
  };
  const theme = read("switchyard.theme");
  if (theme === "light" || theme === "dark") root.dataset["theme"] = theme;
  const language = read("switchyard.language") ?? (/^zh\b/i.test(navigator.language) ? "zh" : "en");
  root.lang = language === "zh" ? "zh-CN" : "en";
}
