import { useEffect, useMemo } from "preact/hooks";
import { useDesk } from "./desk.ts";
import { type Poll, startPoll } from "./poll.ts";

/**
 * A poll for as long as a part of the page is shown; another path begins anew.
 * @param isHeld somebody points at what would move
 */
export function usePoll<T>(path: string, everyMs: number, isHeld: () => boolean = () => false): Poll<T> {
  const { hub, live } = useDesk();
  const poll = useMemo(() => {
    const isPaused = () => live.isPaused() || live.isHeld() || isHeld();
    return startPoll<T>({ hub, path, everyMs, isPaused });
  }, [path, everyMs]);
  useEffect(() => () => poll.stop(), [poll]);
  return poll;
}
