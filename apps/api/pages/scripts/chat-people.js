/**
 * Who is in a room: tabs, by client id, and the people behind them, by user. `onChange` is called with every change.
 *
 * The list is read once for each subscribe, and comings and goings are told beside it. Those that come while it is read are put on top
 * of it, so none is lost between the two.
 */
export function countPeople(onChange) {
  let tabs = new Map();
  let meanwhile;
  let isKnown = true;
  const names = new Map();

  const apply = ({ client, info }) => (info === undefined ? tabs.delete(client) : tabs.set(client, info));
  const note = (change) => {
    meanwhile?.push(change);
    apply(change);
    onChange();
  };

  return {
    came: (info) => note({ client: info.client, info }),
    went: (info) => note({ client: info.client }),
    async read(presence) {
      meanwhile = [];
      const { clients } = await presence.catch(() => ({ clients: undefined }));
      const missed = meanwhile ?? [];
      meanwhile = undefined;
      isKnown = clients !== undefined;
      tabs = new Map(Object.entries(clients ?? {}));
      missed.forEach(apply);
      onChange();
    },
    /** What somebody calls themselves now is newer than what their token says. */
    named: (user, name) => user && name && names.get(user) !== name && (names.set(user, name), onChange()),
    nameOf: (user) => names.get(user) ?? nameInToken(tabs, user) ?? user,
    /** Not where the hub does not say who is here: then the numbers below mean nothing. */
    get isKnown() {
      return isKnown;
    },
    get tabs() {
      return tabs.size;
    },
    /** Users with the number of their tabs, by name. */
    get users() {
      const counts = new Map();
      for (const { user } of tabs.values()) counts.set(user, (counts.get(user) ?? 0) + 1);
      return [...counts].map(([user, count]) => ({ user, count })).sort((a, b) => (a.user < b.user ? -1 : 1));
    },
  };
}

function nameInToken(tabs, user) {
  for (const info of tabs.values()) if (info.user === user && info.connInfo?.name) return info.connInfo.name;
  return undefined;
}
