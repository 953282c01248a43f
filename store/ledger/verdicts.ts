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
