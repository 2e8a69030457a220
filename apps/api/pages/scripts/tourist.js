/**
 * Who this browser is until it says otherwise: four characters drawn once and kept, shown as `Tourist-7f3a`. The address can
 * name another (`?as=91c0`), so that one browser can be two people in two tabs.
 */
export function whoAmI() {
  const id = new URLSearchParams(location.search).get("as") ?? keptId();
  return {
    user: `tourist-${id}`,
    get nickname() {
      return read(`switchyard.nickname.${id}`) ?? `Tourist-${id}`;
    },
    rename(nickname) {
      write(`switchyard.nickname.${id}`, nickname);
    },
  };
}

export function drawTouristId() {
  return [...crypto.getRandomValues(new Uint8Array(2))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function keptId() {
  const kept = read("switchyard.tourist");
  if (kept !== null) return kept;
  const drawn = drawTouristId();
  write("switchyard.tourist", drawn);
  return drawn;
}

function read(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function write(key, value) {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Storage is switched off: the name lasts as long as the page.
  }
}
