/** Runs in the page: links and buttons of the header that are not to be seen in full. */
export const hiddenInHeader = `[...document.querySelectorAll(".top a, .top button")].filter((element) => {
  const { width, left, right } = element.getBoundingClientRect();
  return width === 0 || left < 0 || right > innerWidth;
}).map((element) => element.textContent.trim())`;

/** Runs in the page: is the button in the brand's row, and not in one of its own? */
export const isThemeBesideBrand = `(() => {
  const [brand, theme] = [".brand", "#theme"].map((name) => document.querySelector(name).getBoundingClientRect());
  return theme.top < brand.bottom && brand.top < theme.bottom;
})()`;

/** Runs in the page: the pixels it is too wide, and the sum of its layout shifts so far as browsers score them. */
export const measureLayout = `new Promise((resolve) => {
  let shift = 0;
  const observer = new PerformanceObserver((list) => list.getEntries().forEach(({ value }) => (shift += value)));
  observer.observe({ type: "layout-shift", buffered: true });
  const overflow = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  requestAnimationFrame(() => requestAnimationFrame(() => resolve({ overflow, shift })));
})`;

/** Runs in the page: how long after all of it had come it was painted first; below 0, before. */
export const paintedAfterEndMs = `performance.getEntriesByType("paint")[0].startTime -
  performance.getEntriesByType("navigation")[0].responseEnd`;
