import type { KeptVariable } from './personal';
import type { Instant, MessageFacts } from './state';

/** What of a flow travels with a mail from a template, which may read it. */
export type TemplateFacts = Pick<EvaluationFacts, 'vars' | 'settings' | 'personal'>;

/** Non-personal facts that travel with an evaluation; the rest is read next to the store. */
export interface EvaluationFacts {
  at: Instant;
  timezone: string;
  calendar: string | null;
  channelId: string;
  message: MessageFacts;
  vars: Record<string, string | number | boolean>;
  /** Personal variables: their values stand in the store. Absent: the flow declares none. */
  personal?: Record<string, KeptVariable>;
  settings: Record<string, string | number | boolean>;
  enquiry: { id: string; tags: string[]; priority: number; awaiting: string; reopened: boolean; disposition: string };
  group: string | null;
}
