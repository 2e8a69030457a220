const entryMessages = 50;

/**
 * A subscription that begins with what was said before. Asking to recover from position 0 brings everything that is kept;
 * a room with a longer past answers `recovered: false` with its present position, from which the last fifty are counted
 * back and asked for once more.
 *
 * Calls `onMessage(publication, { replayed })`, `onReady(note)` after each subscribe, and `onGap()` when messages of an
 * interruption could not be had any more. Replayed ones were said at some time before.
 */
export function joinRoom(client, channel, { onMessage, onReady, onGap }) {
  let subscription;
  let entered = false;
  let replaying = false;

  const open = (since, mayAskAgain) => {
    subscription = client.newSubscription(channel, { since });
    subscription.on("publication", (publication) => onMessage(publication, { replayed: replaying }));
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
    });
    subscription.on("unsubscribed", ({ code, reason }) => code >= 100 && onReady(`Left: ${code} ${reason}`));
    subscription.subscribe();
  };
  open({ offset: 0, epoch: "" }, true);

  return { publish: (data) => subscription.publish(data) };
}
