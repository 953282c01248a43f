import type { WaitEvent } from './flow';
import type { Instant, Offer, Target } from './marks';

/** What the course rests on. `until` is the moment the driver must send `clock`. */
export type Rest =
  | { kind: 'ring'; node: string; target: Target; strategy: string | string[]; offer: Offer }
  | {
      kind: 'line';
      node: string;
      target: Target;
      strategy: string | string[];
      since: Instant;
      until: Instant;
      /** When less is asked of skills; absent: it stays as it is. */
      widenAt?: Instant;
      /** `seq` of the effect by which it first entered in this visit; absent in states of before this was kept. */
      entered?: number;
    }
  | { kind: 'list'; node: string; group: string; since: Instant; until: Instant }
  | WaitRest
  | ParkedRest;

/** A supervisor has to look first. */
export interface ParkedRest {
  kind: 'parked';
  node: string | null;
  reason: string;
}

/** The course waits for one of the named events, at most until `until`. */
export interface WaitRest {
  kind: 'wait';
  node: string;
  for: WaitEvent[];
  since: Instant;
  until: Instant;
}
