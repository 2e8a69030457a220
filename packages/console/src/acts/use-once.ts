import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { useDesk } from "../state/desk.ts";
import { type HubCalls, HubFailure } from "../state/hub.ts";
import { failureText } from "../ui/failure.ts";

/**
 * What a question is about, as it stands when it is asked, and `again` when it has moved: nothing is done to what could not be read, and
 * `failure` says why.
 */
export function useOnce<T>(read: (hub: HubCalls) => Promise<T>) {
  const { hub, preferences } = useDesk();
  const found = useSignal<T | undefined>(undefined);
  const failure = useSignal<string | undefined>(undefined);
  const again = () => {
    read(hub).then(
      (answer) => (found.value = answer),
      (error: unknown) => {
        if (!(error instanceof HubFailure)) throw error;
        failure.value = failureText(error, preferences.language.value);
      },
    );
  };
  useEffect(again, []);
  return { found: found.value, failure: failure.value, again };
}
