/** How figures are written in all tables. */
export const formatFigure = {
  count: (value: number) => Math.round(value).toLocaleString("en"),
  percent: (share: number) => `${Math.round(share * 100)} %`,
  milliseconds: (value: number) => value.toFixed(value < 10 ? 2 : 0),
  mebibytes: (bytes: number) => `${Math.round(bytes / 2 ** 20)} MiB`,
  kibibytes: (bytes: number) => (bytes / 1024).toFixed(1),
};
