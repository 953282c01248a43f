/** Every verdict. */
export const verdicts = [
  'started',
  'joined',
  'duplicate',
  'own',
  'probe',
  'blocked',
  'delivery-report',
  'held',
  'history',
  'quarantined',
  'refused',
] as const;

/** What became of a delivery (design 2); null while it is not settled. */
export type Verdict = (typeof verdicts)[number];

/** Verdicts of mail that reached an enquiry: Temporal has it, and nothing that another run says can take that back. */
export const reached: readonly (Verdict | null)[] = ['started', 'joined'];

/** Verdicts of mail that waits for somebody's word. */
export const keptBack: readonly (Verdict | null)[] = ['blocked', 'held'];
