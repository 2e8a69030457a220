// What is judged of a page: source that runs in it, since the policy of the page lets no script of ours in.

/**
 * Runs in the page: makes every text longer by 40 %, as a language may that is not here yet, and names what is cut then, reaches out of the
 * page, or makes it scroll sideways. What is cut on purpose says so by an ellipsis or a number of lines. The page is left as it was.
 */
export const stretchWords = `(() => {
  const texts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) texts.push([walker.currentNode, walker.currentNode.data]);
  for (const [node, text] of texts)
    node.data = text.replace(/\\p{L}+/gu, (word) => word + word.slice(0, Math.ceil(word.length * 0.4)));
  const isMeant = (element) => {
    const { textOverflow, webkitLineClamp, overflowX } = getComputedStyle(element);
    return textOverflow === "ellipsis" || webkitLineClamp !== "none" || overflowX === "auto";
  };
  const faults = [...document.querySelectorAll("body *")].flatMap((element) => {
    const { right, width } = element.getBoundingClientRect();
    if (width < 2 || element.closest(".unseen, .skip, svg, thead") !== null || isMeant(element)) return [];
    const isCut = getComputedStyle(element).overflowX === "hidden" && element.scrollWidth > element.clientWidth + 1;
    return isCut || right > innerWidth + 1 ? [element.tagName + " " + element.className + " " + element.textContent.slice(0, 60)] : [];
  });
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth > clientWidth) faults.push("the page is " + (scrollWidth - clientWidth) + " px too wide");
  for (const [node, text] of texts) node.data = text;
  return faults;
})()`;

/** Runs in the page: rules of WCAG 2.2 AA it breaks, and where. */
export const findFaults = `axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] }).then(({ violations }) =>
  violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ": " + html.slice(0, 120))))`;
