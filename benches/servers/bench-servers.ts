import type { BenchServer } from "./bench-server.ts";
import { socketIo } from "./socket-io.ts";
import {
  switchyard,
  switchyardDeltas,
  switchyardHttpStream,
  switchyardProtobuf,
  switchyardPusher,
  switchyardSse,
} from "./switchyard.ts";
import { wsLoop } from "./ws-loop.ts";

/** All there are; the last one is the reference of ratios. */
export const benchServers: readonly BenchServer[] = [switchyard, socketIo, wsLoop];
/** Other forms of our own, measured where they are named: `--servers switchyard-protobuf,switchyard`. */
export const otherForms: readonly BenchServer[] = [
  switchyardDeltas,
  switchyardProtobuf,
  switchyardSse,
  switchyardHttpStream,
  switchyardPusher,
];
