/**
 * What passes when two enquiries become one, one becomes two, or a message goes from one to another. Nothing in here is
 * personal: ids and derived facts only.
 */
import type { Attention, DeliveryFailure, Instant, MessageFacts } from './marks';
import type { ParkedRest, WaitRest } from './rests';

/** The enquiry was merged into an elder one; its run has ended, and whatever still comes to it goes there. */
export interface MergedInto {
  into: string;
  /** Number of the elder, as people say it. */
  number: number;
  by: string;
  at: Instant;
  /** How it was before, so that the merge can be taken back. */
  before: {
    /** Null: where it stood is entered anew. */
    rest: WaitRest | ParkedRest | null;
    ending: string | null;
    closedAt: Instant | null;
    attention: Attention | null;
  };
  /** The contact has written in its thread since. */
  came?: true;
}

/** What a person asked for that touches two enquiries: recorded first, then carried out, so that no death leaves a half. */
export type Errand = { act: string; by: string; at: Instant } & ErrandKind;

/** `merge`: into an elder one. `unmerge`: out of it again. `part`: one message goes elsewhere, `fresh`: to a new enquiry. */
export type ErrandKind =
  | { do: 'merge'; into: string; number: number }
  | { do: 'unmerge' }
  | { do: 'part'; message: string; to: string; fresh?: true };

/** What an enquiry that took another in is told of it. */
export interface Absorbed {
  /** The younger, and its number. */
  from: string;
  number: number;
  by: string;
  /** When it was merged; with `from` it names this merge. */
  since: Instant;
  /** Somebody still had to do something in it. */
  open: boolean;
  /** It was the agent's turn in it. */
  awaits: boolean;
  assignee: string | null;
  tags: string[];
  priority: number;
  /** How many mails and notes came with it. */
  messages: number;
  attention: Attention | null;
}

/** Messages are not the enquiry's any more. */
export interface Left {
  /** Where they are now, and its number. */
  to: string;
  number: number;
  by: string;
  since: Instant;
  /** The merge by which they had come was taken back. */
  unmerged?: true;
  messages: string[];
  /** The newest of what is left; null: nothing of what came in is. */
  newest: MessageFacts | null;
}

/** What people ask for; the fields of every act stand beside. */
export type JoiningAct =
  /** Goes into an elder enquiry; `number` is that one's. */
  | { type: 'merge'; into: string; number: number }
  /** `withinMs`: how long after the merge it may be taken back. */
  | { type: 'unmerge'; withinMs: number }
  /** One of its messages goes to another enquiry; `fresh`: to one that is made for it. */
  | { type: 'part'; message: string; to: string; fresh?: boolean };

/** What an enquiry is told of: a younger one was merged into it; messages went elsewhere. */
export type JoiningWord = ({ type: 'absorbed' } & Absorbed) | ({ type: 'left' } & Left);

/** What is to be done to another enquiry. */
export type JoiningEffect =
  /** Its messages, notes and drafts are shown in the elder enquiry too, whose run is told what it was. */
  | { do: 'bringOver'; into: string; told: Omit<Absorbed, 'from' | 'number' | 'messages'> }
  /** They are its own alone again. */
  | { do: 'bringBack'; from: string; by: string; since: Instant }
  /** What came to an enquiry that was merged goes on to the elder. */
  | { do: 'carryOn'; into: string; messageId: string }
  | { do: 'carryOn'; into: string; failed: { outboxId: string; how: DeliveryFailure; automatic: boolean } }
  /** A message goes to another enquiry, its thread with it; answers what is left. */
  | { do: 'partMessage'; message: string; to: string; by: string; fresh?: true };
