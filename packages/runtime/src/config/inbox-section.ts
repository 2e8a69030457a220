import Type from "typebox";
import { Duration } from "./duration.ts";

export const InboxSection = Type.Object(
  {
    max_items: Type.Integer({
      minimum: 20,
      maximum: 500,
      default: 200,
      description:
        "Items one user keeps. A full inbox makes room for what is new: archived items give way first, then read, then unread ones, the oldest of each. Redis holds all of them in memory: a user with twenty short items takes some 12 KB, and for an hour after a change 4 to 9 KB more.",
    }),
    data_max_size: Type.Integer({
      minimum: 0,
      maximum: 16_384,
      default: 4_096,
      description: "Bytes of an item's `data` as JSON; more is refused.",
    }),
    item_ttl: Duration({
      least: "1s",
      most: "3650d",
      default: "2160h",
      description: "An inbox nothing happens to for so long is forgotten, as is an item of that age.",
    }),
  },
  { additionalProperties: false, default: {}, description: "What each user should see, kept until they have." },
);
