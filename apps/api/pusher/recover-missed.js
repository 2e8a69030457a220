/**
 * Lets a stock pusher-js, or the one inside Laravel Echo, get what it has missed while it was away:
 *
 *     recoverMissed(new Pusher(key, options));            // or: recoverMissed(echo.connector.pusher)
 *
 * To be called in the turn in which the client is made. It notes where each channel stands, and says so before the channels are subscribed to
 * again; what was missed then comes as events like any other, ahead of new ones. A channel whose history does not reach back so far
 * gets `hub:lost`: read it again from your back end.
 */
globalThis.recoverMissed = function recoverMissed(pusher) {
  const places = new Map();
  const ask = () => {
    for (const name of places.keys()) if (!pusher.channel(name)) places.delete(name);
    pusher.send_event("hub:recover", { positions: Object.fromEntries(places) });
  };
  // Its own handler of `connected` subscribes to all channels, and is called later than this.
  pusher.connection.bind("state_change", ({ current }) => current === "connected" && ask());
  pusher.connection.bind("message", ({ event, data }) => {
    // What tells of one event has no epoch: it is that of the channel.
    if (event === "hub:position") places.set(data.channel, { ...places.get(data.channel), ...data });
  });
  if (pusher.connection.state === "connected") ask();
};
