import { openCollection, type CollectionPorts, type Stored } from './database/collection';
import { createLeaving } from './database/leaving';
import { attempts } from './outbox/attempts';
import { handling } from './outbox/handling';
import { holding } from './outbox/holding';
import { outbox, outboxDue } from './outbox/parts';
import { planning } from './outbox/planning';
import { queueing } from './outbox/queueing';
import { takingOver } from './outbox/taking-over';

/** `trying`: nothing handed over yet; `handed-over`: the final dot may have been seen; `uncertain`: nobody can say. */
export type OutboxState = 'queued' | 'held' | 'trying' | 'handed-over' | 'sent' | 'failed' | 'uncertain' | 'discarded';

/** Why a mail is sent. */
export type OutboxKind =
  | 'reply'
  | 'side'
  | 'auto-reply'
  | 'close-notice'
  | 'closed-thread-notice'
  | 'idle-warning'
  | 'forward'
  | 'test'
  | 'system';

/** What a mail server said, word for word. */
export interface ServerAnswer {
  at: Date;
  attempt: number;
  recipient: string | null;
  code: number | null;
  text: string;
}

/** What one delivery report (or complaint) says of one recipient; `by` is the report's ledger id. */
export interface DeliveryNote {
  by: string;
  at: Date;
  recipient: string | null;
  action: 'failed' | 'delayed' | 'delivered' | 'relayed' | 'expanded' | 'complaint';
  /** Enhanced status code (RFC 3463), or null. */
  status: string | null;
  /** The remote server's words. */
  text: string | null;
}

/** A planned mail was given another moment; `id` names this time among others. */
export interface MovedMail {
  id: string;
  by: string;
  at: Date;
  /** Where the request came from. */
  ip: string | null;
  what: 'outbox.reschedule' | 'outbox.send-now';
  from: Date;
  to: Date;
}

/** One mail to be sent; `_id` is derived from what queued it, so that it is queued once. */
export interface OutboxEntry extends Stored {
  enquiry: string | null;
  channel: string;
  kind: OutboxKind;
  author: string;
  state: OutboxState;
  /** Attempts begun. */
  attempt: number;
  /** The Message-ID a provider gave it in place of ours. */
  serverMessageId?: string | null;
  /** Attempts up to this one count no more: a person had it sent again. */
  forgivenTo?: number;
  /** Let go by a person: no brake holds it again. */
  released?: boolean;
  /** Draft it was sent from; absent: no person wrote it. */
  draft?: string;
  /** It leaves at a moment its author chose, not when the undo time is over. */
  later?: boolean;
  /** Of a `later` one: when a person last said that it may leave; mail that came before it does not hold it. */
  lookedAt?: Date;
  /** Of a `later` one: how it last got its moment, for the audit log. */
  moved?: MovedMail;
  /** Who took it back before it left. */
  undoneBy?: string;
  /** Attempts that ended with a temporary refusal of this mail: what giving up is counted by. */
  refusals?: number;
  /** Message document that shows it. */
  message: string | null;
  messageId: string;
  envelope: { from: string; to: string[] };
  /** The composed mail, in `store.blobs`. */
  blob: string;
  bytes: number;
  /** Of the effect or act that queued it. */
  digest: string;
  queuedAt: Date;
  /** Not before: undo, send later, pacing. */
  sendAfter: Date;
  nextAttemptAt: Date;
  /** Why it is held. */
  heldBecause: string | null;
  /** Why it does not leave, where no person decided so; absent: a person did, or it is not discarded. */
  discardedBecause?: string;
  answers: ServerAnswer[];
  acceptedRecipients: string[];
  /** Sender that took it, and when. */
  takenBy: string | null;
  takenAt: Date | null;
  doneAt: Date | null;
  bounced: { at: Date; recipient: string | null; code: string | null } | null;
  /** What mail servers reported about it later, oldest first; the last 50. */
  reports: DeliveryNote[];
  copiedToSent: boolean;
}

/** A mail as it is queued. */
export type QueuedMail = Pick<
  OutboxEntry,
  | '_id'
  | 'enquiry'
  | 'channel'
  | 'kind'
  | 'author'
  | 'message'
  | 'messageId'
  | 'envelope'
  | 'blob'
  | 'bytes'
  | 'digest'
  | 'queuedAt'
  | 'sendAfter'
  | 'heldBecause'
  | 'draft'
  | 'later'
>;

/** A mail that is not done; `_id` is the outbox id. */
export interface OutboxDue extends Stored {
  channel: string;
  kind: OutboxKind;
  dueAt: Date;
  held: boolean;
  /** It is to be sent later; absent: as soon as it can. */
  later?: boolean;
  author?: string;
}

/** How an attempt ended. `queued`: try again at `nextAttemptAt`. */
export interface AttemptResult {
  state: 'sent' | 'failed' | 'uncertain' | 'queued';
  answers: ServerAnswer[];
  acceptedRecipients: string[];
  serverMessageId?: string | null;
  nextAttemptAt?: Date;
  /** The mail itself was refused for now: counts toward giving up. */
  refused?: boolean;
  now: Date;
}

/** Mails to be sent; every change of state is a compare-and-set on state and attempt (design 5). */
export function createOutbox(ports: CollectionPorts) {
  const collection = openCollection(outbox, ports);
  const due = openCollection(outboxDue, ports);
  const leaving = createLeaving(async (leavers) => {
    // A mail that was queued again meanwhile is due at another time and stays.
    await due.removeEach(
      'leave',
      [...leavers].map(([_id, dueAt]) => ({ _id, dueAt: new Date(dueAt) })),
    );
  }, 500);
  const leave = (entry: OutboxEntry): void => leaving.add(entry._id, entry.nextAttemptAt.getTime());
  const parts = { collection, due, leave };

  return {
    get: collection.get,
    getMany: collection.getMany,
    ...queueing(parts),
    ...attempts(parts),
    ...takingOver(parts),
    ...holding(parts),
    ...handling(parts),
    ...planning(parts),
    /** Clears what is done out of `outboxDue` now; called at close. */
    flush: leaving.flush,
  };
}

/** Operations on the outbox. */
export type Outbox = ReturnType<typeof createOutbox>;
