import { createHash } from 'node:crypto';

/** Id of the decision of one effect; the same for every repeat of it. */
export const decisionOf = (enquiryId: string, seq: number): string => `${enquiryId}:${seq}`;

/** Whether a decision of this enquiry is of a later effect than `seq`. */
export const isLater = (decision: string, enquiryId: string, seq: number): boolean =>
  decision.startsWith(`${enquiryId}:`) && Number.parseInt(decision.slice(enquiryId.length + 1), 10) > seq;

/** Digest of what an effect is; a repeat with another digest is another effect and parks the enquiry. */
export const digestOf = (effect: object): string =>
  createHash('sha256').update(JSON.stringify(effect)).digest('hex').slice(0, 32);
