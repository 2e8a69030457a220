import { channelTexts } from "./chinese/channel-texts.ts";
import { clientTexts } from "./chinese/client-texts.ts";
import { processTexts } from "./chinese/process-texts.ts";

/**
 * What each setting is for, by what the schema says of it in English: a sentence that is changed there has no Chinese here any more, and a
 * test in the api says so.
 */
export const inChinese: Readonly<Record<string, string>> = { ...clientTexts, ...channelTexts, ...processTexts };
