import type { CalendarAt } from './calendar';
import type { Instant, MessageFacts, ReadValues, Target } from './marks';
import type { WebhookFailure } from './webhook/failure';

/** What an effect answered. Effects not named here answer `{ done: true }`. */
export type Answer =
  | { done: true }
  | { blocked: boolean; entry?: string }
  | { index: number; read?: ReadValues }
  | { matches: boolean[]; read?: ReadValues }
  | { values: (string | number | boolean | null)[]; read?: ReadValues }
  /** evaluateConditions: the personal variable that cannot hold its new value; none was changed. */
  | { misfit: string }
  /** reserveAgent, reserveFor: who was reserved, and the decision that tells why. */
  | { reserved: string; decision: string; until: Instant }
  /** reserveAgent: given, without ringing, to an agent who is not available. */
  | { assigned: string; decision: string }
  /** offerToAll, or reserveAgent for a group that rings at all: who is ringing. */
  | { ringing: string[]; decision: string; until?: Instant }
  /** reserveAgent for a group that rings nobody: the enquiry goes to its list. */
  | { listed: true; decision: string }
  /** Nobody could be reserved: all asked; some online but full; nobody online; group or agent unknown. */
  | { nobody: 'asked' | 'full' | 'offline' | 'unknown'; decision: string }
  /** `planned`: it leaves later, at a moment its author chose. */
  | { queued: string; planned?: true }
  /** partMessage: where it is now, and what is left. */
  | { parted: { to: string; number: number; newest: MessageFacts | null } }
  /** discardMail: it does not leave. */
  | { discarded: boolean }
  | { suppressed: string }
  /** notifyStaff: who was told. */
  | { told: string[] }
  /** callWebhook: the values that were to be saved, of the types of their variables; those of personal ones stay in the store. */
  | { saved: Record<string, string | number | boolean> }
  /** callWebhook: the other system did not answer as it must, also after the flow's attempts. */
  | { failed: WebhookFailure }
  /** `gone`: he is not there at all; `waits`: the engagement says that the contact waits for him. */
  /** `cover`: he is absent, and this one serves for him. */
  | { engaged: string | null; available: boolean; gone?: boolean; waits?: boolean; cover?: Target }
  /** lookAtCalendars: by their names. */
  | { calendars: Record<string, CalendarAt> }
  /**
   * holdSlot that was asked; `forwardTo`: the group that serves when he is not there, null: the contact waits; `cover`: who
   * serves for him while he is absent; `left`: he is suspended or removed, the group it is at serves.
   */
  | { holder: 'free' | 'occupied' | 'gone'; forwardTo: string | null; cover?: Target; left?: true };
