/** Runs in the page: what can be pressed, followed or filled in the screen that is open, by the names that somebody hears. */
export const namesOfActs = `[...document.querySelectorAll("main :is(a, button, input, select, summary)")].flatMap((element) => {
  const { width, height, left, right } = element.getBoundingClientRect();
  const isThere = width > 0 && height > 0 && right > 0 && left < innerWidth && getComputedStyle(element).visibility === "visible";
  return isThere ? [(element.getAttribute("aria-label") ?? element.labels?.[0]?.textContent ?? element.textContent).trim()] : [];
})`;

/**
 * Runs in the page: what is smaller than a finger's 24 px both ways, but for links in a sentence, which WCAG 2.2 leaves as small as its text,
 * and for what has 24 px for itself.
 */
export const smallTargets = `(() => {
  const targets = [...document.querySelectorAll("body :is(a, button, input, select, summary)")].filter((element) => {
    const { width, height } = element.getBoundingClientRect();
    return width > 1 && height > 1 && element.closest(".unseen, .skip, [inert]") === null;
  });
  const boxes = targets.map((element) => element.getBoundingClientRect());
  const isInline = (element) => element.tagName === "A" && getComputedStyle(element).display === "inline";
  // A circle of 24 px around its middle touches no other target.
  const hasRoom = (box) => boxes.every((other) => {
    if (other === box) return true;
    const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
    const [dx, dy] = [Math.max(other.left - x, 0, x - other.right), Math.max(other.top - y, 0, y - other.bottom)];
    return Math.hypot(dx, dy) >= 12;
  });
  return targets.filter((element, at) => {
    const { width, height } = boxes[at];
    return (width < 23.5 || height < 23.5) && !isInline(element) && !hasRoom(boxes[at]);
  }).map((element) => element.outerHTML.slice(0, 120));
})()`;
