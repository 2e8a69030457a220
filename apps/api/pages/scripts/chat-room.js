const entryMessages = 50;

/**
 * A subscription that begins with what was said before. Asking to recover from position 0 brings everything that is kept;
 * a room with a longer past answers `recovered: false` with its present position, from which the last fifty are counted
 * back and asked for once more.
 *
 * Calls `onMessage(publication, { replayed })`, `onReady(note)` after each subscribe, and `onGap()` when messages of an
 * interruption could not be had any more. Replayed ones were said at some time before. What others tell without its being kept comes by
 * `onEvent(name, data, info)`, and who comes and goes is told to `people`.
 */
export function joinRoom(client, channel, { onMessage, onEvent, onReady, onGap, people }) {
  let subscription;
  let entered = false;
  let replaying = false;

  const open = (since, mayAskAgain) => {
    subscription = client.newSubscription(channel, { since, joinLeave: true });
    subscription.on("publication", (publication) => {
      const { data, info, offset } = publication;
      // The hub keeps messages and numbers them; events of clients it only passes on.
      const isEvent = offset === undefined && typeof data?.event === "string" && data.event.startsWith("client-");
      if (isEvent) onEvent(data.event, data.data, info);
      else onMessage(publication, { replayed: replaying });
    });
    subscription.on("join", ({ info }) => people.came(info));
    subscription.on("leave", ({ info }) => people.went(info));
    subscription.on("subscribed", ({ wasRecovering, recovered, streamPosition }) => {
      const missed = wasRecovering && !recovered;
      if (missed && !entered && mayAskAgain && streamPosition?.offset > 0) {
        client.removeSubscription(subscription);
        const offset = Math.max(0, streamPosition.offset - entryMessages);
        return open({ offset, epoch: streamPosition.epoch }, false);
      }
      if (missed && entered) onGap();
      entered = true;
      // The SDK hands over what was recovered right behind this event, in the same turn.
      replaying = true;
      queueMicrotask(() => (replaying = false));
      onReady("");
      void people.read(subscription.presence());
    });
    subscription.on("unsubscribed", ({ code, reason }) => code >= 100 && onReady(`Left: ${code} ${reason}`));
    subscription.subscribe();
  };
  open({ offset: 0, epoch: "" }, true);

  return {
    publish: (data) => subscription.publish(data),
    /** Tells the others and keeps nothing. Whether it arrives is of no matter. */
    tell: (event, data) => client.rpc("channel.event", { channel, event, data }).catch(() => undefined),
  };
}
