import { createHash } from 'node:crypto';

/** Id of the decision of one effect; the same for every repeat of it. */
export const decisionOf = (enquiryId: string, seq: number): string => `${enquiryId}:${seq}`;

/** Digest of what an effect is; a repeat with another digest is another effect and parks the enquiry. */
export const digestOf = (effect: object): string =>
  createHash('sha256').update(JSON.stringify(effect)).digest('hex').slice(0, 32);
