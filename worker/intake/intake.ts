import type { LedgerEntry, Verdict } from '../../store/ledger';
import { StoreAway } from '../../store/errors';
import { findHeldByChannel } from './held-by-channel';
import { NotReleasable, settledOf, type Delivery, type IntakePorts, type Settled } from './intake-ports';
import { createSettling } from './settling';
import type { JustOffered } from './arrival';
import { readHeaderFacts } from './too-large';

/** Takes mail in: from the offer of a delivery to its verdict. */
export interface Intake {
  /**
   * Keeps a delivery on disk and in the ledger, then settles it; resolves when responsibility may be taken. The same
   * delivery offered again is counted and answered with its verdict. `StoreAway`, `DiskFull` (nothing half written) and
   * `TemporalAway` (kept, settled later by the clock) ask the sender to come again.
   */
  offer: (delivery: Delivery) => Promise<Settled>;
  /** Settles a delivery that was kept before, from wherever it broke off. */
  settle: (ledgerId: string) => Promise<Settled>;
  /** Settles what is older than this and has no verdict; how many. */
  settleOld: (olderThanMs: number) => Promise<number>;
  /** A person lets go what was kept back: it is settled as if it had just come. Throws `NotReleasable`. */
  redrive: (ledgerId: string, by: string) => Promise<Settled>;
  /**
   * Lets go the mail that a channel held because it was off, gone or without a flow, as long as `goesOn` says so, which
   * is asked before each; how many, and how many of them are left.
   */
  redriveHeld: (
    channelId: string,
    by: string,
    goesOn?: (released: number, left: number) => Promise<boolean>,
  ) => Promise<{ released: number; left: number }>;
}

const releasable: readonly (Verdict | null)[] = ['blocked', 'held', 'quarantined', 'refused'];

/** Makes intake; several may run in one process or many. */
export function createIntake(ports: IntakePorts): Intake {
  const { store } = ports;
  const settling = createSettling(ports);

  async function settle(ledgerId: string, given?: { entry: LedgerEntry } & JustOffered): Promise<Settled> {
    const settled = await settling(ledgerId, given);
    if (!settled) throw new NotReleasable(ledgerId, null);
    return settledOf(settled);
  }

  async function offer(delivery: Delivery): Promise<Settled> {
    if (!store.healthy()) throw new StoreAway();
    const { content, ledgerId, channelId, source } = delivery;
    const raw = 'raw' in content ? content.raw : null;
    const put = raw && (await store.blobs.put(raw));
    const received = 'raw' in content ? content.receivedHeader : undefined;
    const { entry, first } = await store.ledger.offer(
      {
        _id: ledgerId,
        channel: channelId,
        source: received ? { ...source, received } : source,
        blob: put?.sha256 ?? '',
        bytes: 'raw' in content ? content.raw.length : content.tooLarge.bytes,
        receivedAt: delivery.receivedAt ?? ports.now(),
      },
      put?.fresh,
    );
    if ('tooLarge' in content && entry.verdict === null) {
      await store.ledger.note(ledgerId, await readHeaderFacts(ports, content.tooLarge.header, source));
    }
    return settle(ledgerId, raw ? { entry, raw, first } : undefined);
  }

  async function redrive(ledgerId: string, by: string): Promise<Settled> {
    const entry = await store.ledger.get(ledgerId);
    if (!entry) throw new NotReleasable(ledgerId, null);
    const { verdict } = entry;
    // Null: an earlier release broke off; it goes on.
    if (verdict !== null) {
      if (!releasable.includes(verdict) || entry.blob === '') throw new NotReleasable(ledgerId, verdict);
      await store.ledger.release({ id: ledgerId, from: verdict, by, now: ports.now() });
    }
    return settle(ledgerId);
  }

  return {
    offer,
    settle,
    redrive,
    settleOld: (olderThanMs) => settleOld(ports, settle, olderThanMs),
    redriveHeld: (channelId, by, goesOn = async () => true) =>
      redriveEach(ports, { by, redrive, goesOn, held: findHeldByChannel(store, channelId) }),
  };
}

/** So many failures in a row are not about the mails; whoever asked comes again. */
const failuresInARow = 3;

async function redriveEach(
  { log }: IntakePorts,
  {
    by,
    redrive,
    goesOn,
    held,
  }: Pick<Intake, 'redrive'> & {
    by: string;
    goesOn: (released: number, left: number) => Promise<boolean>;
    held: Promise<LedgerEntry[]>;
  },
): Promise<{ released: number; left: number }> {
  let released = 0;
  let failures = 0;
  // Oldest first, so that a reply finds the enquiry of its parent.
  const entries = await held;
  for (const [at, { _id }] of entries.entries()) {
    if (!(await goesOn(released, entries.length - at))) return { released, left: entries.length - at };
    try {
      await redrive(_id, by);
      released += 1;
      failures = 0;
    } catch (error) {
      // A person was faster.
      if (error instanceof NotReleasable) continue;
      failures += 1;
      if (failures >= failuresInARow) throw error;
      // Its verdict is gone or stands as it was: the clock, or the next look, comes to it.
      log({ level: 'warn', msg: 'A held mail could not be let go; it is tried again.', ledgerId: _id, error });
    }
  }
  return { released, left: 0 };
}

async function settleOld(
  { store, now, log }: IntakePorts,
  settle: (ledgerId: string) => Promise<Settled>,
  olderThanMs: number,
): Promise<number> {
  const entries = await store.ledger.unsettledOlderThan(new Date(now().getTime() - olderThanMs));
  let settled = 0;
  for (const entry of entries) {
    try {
      await settle(entry._id);
      settled += 1;
    } catch (error) {
      // The next entry may be luckier; this one is tried again with the next look.
      log({ level: 'warn', msg: 'A delivery could not be settled; it is tried again.', ledgerId: entry._id, error });
    }
  }
  return settled;
}
