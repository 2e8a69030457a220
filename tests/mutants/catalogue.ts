import { accessMutants } from "./catalogue/access.ts";
import { alertMutants } from "./catalogue/alerts.ts";
import { apiMutants } from "./catalogue/api.ts";
import { attemptMutants } from "./catalogue/attempts.ts";
import { auditProofMutants } from "./catalogue/audit-proofs.ts";
import { auditMutants } from "./catalogue/audit.ts";
import { backlogMutants } from "./catalogue/backlogs.ts";
import { bellMutants } from "./catalogue/bell.ts";
import { blockMutants } from "./catalogue/blocks.ts";
import { bulkActMutants } from "./catalogue/bulk-acts.ts";
import { callMutants, rpcMutants } from "./catalogue/calls.ts";
import { carrierMutants } from "./catalogue/carriers.ts";
import { channelMutants } from "./catalogue/channels.ts";
import { historyMutants } from "./catalogue/histories.ts";
import { commandFateMutants } from "./catalogue/command-fates.ts";
import { deadLetterMutants } from "./catalogue/dead-letters.ts";
import { decisionMutants } from "./catalogue/decisions.ts";
import { doorMutants } from "./catalogue/doors.ts";
import { endingMutants } from "./catalogue/endings.ts";
import { fewerBytesMutants } from "./catalogue/fewer-bytes.ts";
import { fromCentrifugoMutants } from "./catalogue/from-centrifugo.ts";
import { groupOperationMutants } from "./catalogue/group-operations.ts";
import { groupMutants } from "./catalogue/groups.ts";
import { hubMutants } from "./catalogue/hub.ts";
import { inboxDoorMutants } from "./catalogue/inbox-doors.ts";
import { inboxRequestMutants } from "./catalogue/inbox-requests.ts";
import { inboxMutants } from "./catalogue/inbox.ts";
import { lackMutants } from "./catalogue/lacks.ts";
import { apartMutants, searchMutants } from "./catalogue/searches.ts";
import { listenerMutants } from "./catalogue/listeners.ts";
import { notificationMutants } from "./catalogue/notifications.ts";
import { eventMutants } from "./catalogue/events.ts";
import { occupancyMutants } from "./catalogue/occupancy.ts";
import { opsMutants } from "./catalogue/ops.ts";
import { outboundMutants } from "./catalogue/outbound.ts";
import { partingMutants } from "./catalogue/partings.ts";
import { passwordMutants } from "./catalogue/passwords.ts";
import { plainMutants } from "./catalogue/plain.ts";
import { presenceMutants } from "./catalogue/presence.ts";
import { protobufMutants } from "./catalogue/protobuf.ts";
import { pushPortMutants } from "./catalogue/push-ports.ts";
import { pusherMutants } from "./catalogue/pusher.ts";
import { recordMutants } from "./catalogue/records.ts";
import { scheduleChangeMutants } from "./catalogue/schedule-changes.ts";
import { scheduleMutants } from "./catalogue/schedules.ts";
import { sessionMutants } from "./catalogue/sessions.ts";
import { shareMutants } from "./catalogue/shares.ts";
import { strangerMutants } from "./catalogue/strangers.ts";
import { streamMutants } from "./catalogue/streams.ts";
import { taskRequestMutants } from "./catalogue/task-requests.ts";
import { tickMutants } from "./catalogue/ticks.ts";
import { valueMutants } from "./catalogue/values.ts";
import { poolMutants } from "./catalogue/pools.ts";
import { consoleMutants } from "./catalogue/consoles.ts";
import { vanishedMutants } from "./catalogue/vanished.ts";
import { workerMutants } from "./catalogue/workers.ts";
import type { MutantGroup } from "./mutant.ts";

/** Every promise that is broken on purpose. */
export const groups: readonly MutantGroup[] = [
  hubMutants,
  sessionMutants,
  partingMutants,
  doorMutants,
  carrierMutants,
  streamMutants,
  listenerMutants,
  pushPortMutants,
  passwordMutants,
  plainMutants,
  protobufMutants,
  fewerBytesMutants,
  accessMutants,
  apiMutants,
  alertMutants,
  bellMutants,
  fromCentrifugoMutants,
  valueMutants,
  commandFateMutants,
  channelMutants,
  historyMutants,
  presenceMutants,
  blockMutants,
  occupancyMutants,
  eventMutants,
  pusherMutants,
  recordMutants,
  taskRequestMutants,
  attemptMutants,
  inboxMutants,
  inboxRequestMutants,
  inboxDoorMutants,
  notificationMutants,
  groupMutants,
  shareMutants,
  backlogMutants,
  lackMutants,
  searchMutants,
  bulkActMutants,
  apartMutants,
  endingMutants,
  strangerMutants,
  deadLetterMutants,
  decisionMutants,
  groupOperationMutants,
  workerMutants,
  poolMutants,
  vanishedMutants,
  consoleMutants,
  callMutants,
  rpcMutants,
  opsMutants,
  auditMutants,
  auditProofMutants,
  outboundMutants,
  scheduleMutants,
  scheduleChangeMutants,
  tickMutants,
];
