import { keptBack, reached, type LedgerEntry, type Settlement } from '../../store/ledger';
import { factsOf, readArrival, type JustOffered } from './arrival';
import { heldByChannel } from './held-by-channel';
import type { IntakePorts } from './intake-ports';
import { judge } from './judging';
import { originOf } from './origin';
import { tellPatiently } from './patience';
import { createStartRate } from './start-rate';

/** Settles one delivery; `given` spares the reads of who has just written the entry. */
export type Settle = (ledgerId: string, given?: { entry: LedgerEntry } & JustOffered) => Promise<LedgerEntry | null>;

/** A delivery that waits for another to be settled. */
interface Waiting {
  ledgerId: string;
  /** It is a copy of the other, not only of the same thread. */
  copy: boolean;
}

/** Deliveries wait for each other, each for what the other will start. `breaker` goes on alone. */
class CircleOfMails extends Error {
  override readonly name = 'CircleOfMails';
  readonly breaker: string;
  constructor(breaker: string) {
    super(`Mails wait for each other; ${breaker} goes first.`);
    this.breaker = breaker;
  }
}

/**
 * Makes `settle`. It may run again from any point, in any process, at the same time as itself: every document it makes
 * is insert-if-absent and named after the delivery.
 */
export function createSettling(ports: IntakePorts): Settle {
  const { store } = ports;
  const startRate = createStartRate();
  const workflows = tellPatiently(ports);

  async function settle(chain: readonly Waiting[], entry: LedgerEntry, offered?: JustOffered): Promise<LedgerEntry> {
    if (entry.verdict !== null) return entry;
    try {
      return await stand(entry, await verdictOf(chain, entry, offered));
    } catch (error) {
      if (!(error instanceof CircleOfMails) || error.breaker !== entry._id) throw error;
      return stand(entry, await verdictOf(null, entry, offered));
    }
  }

  /** `chain` null: alone, without waiting for mails of the same thread. */
  async function verdictOf(
    chain: readonly Waiting[] | null,
    entry: LedgerEntry,
    offered?: JustOffered,
  ): Promise<Settlement> {
    if (entry.blob === '') return { verdict: 'refused', reason: 'too large', kind: entry.kind ?? 'person' };
    const channel = await store.channels.get(entry.channel);
    if (!channel) return { verdict: 'held', reason: heldByChannel.gone, kind: 'person' };
    const arrival = await readArrival(ports, entry, channel, offered);
    if ('verdict' in arrival) return arrival;
    // Asked for early, so that it runs beside everything else; most verdicts do not wait for it.
    const origin = originOf(ports, arrival);
    origin.catch(() => undefined);
    const first = (ledgerId: string, copy: boolean) => settleFirst(chain, { ledgerId: entry._id, copy }, ledgerId);
    const verdict = await judge({ ...ports, ...workflows, startRate, first, origin }, arrival);
    return { ...factsOf(arrival), ...verdict };
  }

  async function settleFirst(
    chain: readonly Waiting[] | null,
    waiting: Waiting,
    ledgerId: string,
  ): Promise<LedgerEntry | null> {
    const entry = await store.ledger.get(ledgerId);
    if (!entry || entry.verdict !== null) return entry;
    if (chain === null && !waiting.copy) return null;
    const longer = [...(chain ?? []), waiting];
    const start = longer.findIndex((one) => one.ledgerId === ledgerId);
    if (start < 0) return settle(longer, entry);
    // Whoever looks at this circle, in whatever process, names the same one. A copy cannot go first.
    const breakers = longer.slice(start).filter((one) => !one.copy);
    throw new CircleOfMails(breakers.map((one) => one.ledgerId).sort()[0] ?? ledgerId);
  }

  async function stand(entry: LedgerEntry, settlement: Settlement): Promise<LedgerEntry> {
    const stands = await store.ledger.settle(entry, settlement, ports.now());
    if (!reached.includes(settlement.verdict) || !keptBack.includes(stands.verdict) || !stands.verdict) return stands;
    // Two runs at the moment a blocklist or a switch changed: one kept it back, but it has reached its enquiry.
    const change = { id: entry._id, from: stands.verdict, to: settlement, by: 'intake', now: ports.now() };
    return (await store.ledger.changeVerdict(change)) ?? stands;
  }

  return async (ledgerId, given) => {
    const entry = given?.entry ?? (await store.ledger.get(ledgerId));
    return entry && settle([], entry, given);
  };
}
