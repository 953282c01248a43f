import type { EnquiryState, TraceEntry } from '../../flows/state';
import type { Ports } from '../ports';

const WORDS: Readonly<Record<string, string>> = { firstResponse: 'first-response', resolution: 'resolution' };

/** Counts what became of agreed times, each once however often the record is repeated; other stories count nothing. */
export async function countSla(
  { store, now }: Pick<Ports, 'store' | 'now'>,
  { enquiryId, channelId }: EnquiryState,
  trace: readonly TraceEntry[],
): Promise<void> {
  for (const { kind, seq, at, outcome = '', detail = {} } of trace) {
    const name = WORDS[String(detail['sla'])];
    if (kind !== 'sla' || name === undefined) continue;
    const figure = `sla-${name}-${outcome}`;
    // A time that is met no more is taken off the day on which it was counted.
    const when = outcome === 'unmet' ? Number(detail['at']) : at;
    const day = new Date(when).toISOString().slice(0, 10);
    await store.figures.note(`${enquiryId}:${seq}`, day, [figure, `${figure}-at-${channelId}`], now());
  }
}
