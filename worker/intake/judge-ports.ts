import type { LedgerEntry } from '../../store/ledger';
import type { IntakePorts } from './intake-ports';
import type { Origin } from './origin';
import type { StartRate } from './start-rate';

/** What a verdict is found with. */
export interface JudgePorts
  extends IntakePorts, Pick<IntakePorts['workflows'], 'startEnquiry' | 'mailJoined' | 'deliveryFailed'> {
  startRate: StartRate;
  /** Settles another delivery before this one goes on; null: there is no such, or it cannot be waited for. */
  first: (ledgerId: string, copy: boolean) => Promise<LedgerEntry | null>;
  origin: Promise<Origin>;
}
