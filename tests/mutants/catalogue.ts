import { accessMutants } from "./catalogue/access.ts";
import { apiMutants } from "./catalogue/api.ts";
import { bellMutants } from "./catalogue/bell.ts";
import { callMutants, rpcMutants } from "./catalogue/calls.ts";
import { carrierMutants } from "./catalogue/carriers.ts";
import { channelMutants } from "./catalogue/channels.ts";
import { doorMutants } from "./catalogue/doors.ts";
import { endingMutants } from "./catalogue/endings.ts";
import { fewerBytesMutants } from "./catalogue/fewer-bytes.ts";
import { groupMutants } from "./catalogue/groups.ts";
import { hubMutants } from "./catalogue/hub.ts";
import { opsMutants } from "./catalogue/ops.ts";
import { plainMutants } from "./catalogue/plain.ts";
import { outboundMutants } from "./catalogue/outbound.ts";
import { listenerMutants } from "./catalogue/listeners.ts";
import { inboxDoorMutants, inboxMutants } from "./catalogue/inbox.ts";
import { notificationMutants } from "./catalogue/notifications.ts";
import { occupancyMutants } from "./catalogue/occupancy.ts";
import { presenceMutants } from "./catalogue/presence.ts";
import { protobufMutants } from "./catalogue/protobuf.ts";
import { pusherMutants } from "./catalogue/pusher.ts";
import { pushPortMutants } from "./catalogue/push-ports.ts";
import { recordMutants } from "./catalogue/records.ts";
import { scheduleMutants } from "./catalogue/schedules.ts";
import { sessionMutants } from "./catalogue/sessions.ts";
import { strangerMutants } from "./catalogue/strangers.ts";
import { tickMutants } from "./catalogue/ticks.ts";
import { streamMutants } from "./catalogue/streams.ts";
import { valueMutants } from "./catalogue/values.ts";
import { workerMutants } from "./catalogue/workers.ts";
import type { MutantGroup } from "./mutant.ts";

/** Every promise that is broken on purpose. */
export const groups: readonly MutantGroup[] = [
  hubMutants,
  sessionMutants,
  doorMutants,
  carrierMutants,
  streamMutants,
  listenerMutants,
  pushPortMutants,
  plainMutants,
  protobufMutants,
  fewerBytesMutants,
  accessMutants,
  apiMutants,
  bellMutants,
  valueMutants,
  channelMutants,
  presenceMutants,
  occupancyMutants,
  pusherMutants,
  recordMutants,
  inboxMutants,
  inboxDoorMutants,
  notificationMutants,
  groupMutants,
  endingMutants,
  strangerMutants,
  workerMutants,
  callMutants,
  rpcMutants,
  opsMutants,
  outboundMutants,
  scheduleMutants,
  tickMutants,
];
