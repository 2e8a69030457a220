import { useSignal } from "@preact/signals";
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

/**
 * The same for rows, which do not move under the pointer: the wrong one would be taken. `whilePointedAt` are properties of what is around them.
 * @param isFixed it is not the newest page, and stays as it is
 */
export function useRowPoll<T>(path: string, everyMs: number, isFixed = false) {
  const isPointedAt = useSignal(false);
  const poll = usePoll<T>(path, everyMs, () => isPointedAt.value || isFixed);
  const whilePointedAt = {
    onPointerEnter: () => void (isPointedAt.value = true),
    onPointerLeave: () => void (isPointedAt.value = false),
  };
  return { poll, whilePointedAt };
}
