import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tokensOf, termsOf } from '../store/search/fold';
import type { SearchDocument, SearchIndex } from '../store/search/search-index';
import { openSqliteIndex } from '../store/search/sqlite-index';
import { quantile, rounded, type BenchSize, type Figure } from './figure';
import type { Subject } from './subject';

const GOAL_MS = 300;
const AT_ONCE = 500;
/** Words of all, of some and of one; begun, together, as a phrase, and a number. */
const queries = ['order', 'o', 'order w5x', '"mia wong"', 'w1x w2x', 'mia.77.3@customers.example', '#4711'];
const sight = { agent: 'ann', groups: ['a'], channels: [], leads: [] };

/** The first page of a search over 100,000 messages (one an enquiry), for an admin and for an agent who sees half of them. */
export async function search(_subject: Subject, { quick }: BenchSize): Promise<Figure[]> {
  const messages = quick ? 20_000 : 100_000;
  const folder = await mkdtemp(join(tmpdir(), 'ringpost-bench-search-'));
  const index = await openSqliteIndex(join(folder, 'search.sqlite'));
  try {
    for (let from = 0; from < messages; from += AT_ONCE) await index.put(someMails(from));
    const took: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      for (const query of queries) took.push(await timed(index, query, null), await timed(index, query, sight));
    }
    const slowest = quantile(took, 0.99);
    return [
      {
        figure: `search over ${messages} messages, first page, slowest of 100`,
        goal: `under ${GOAL_MS} ms`,
        measured: rounded(slowest),
        unit: 'ms',
        ceiling: null,
        ratio: null,
        holds: slowest < GOAL_MS,
        samples: took.length,
      },
    ];
  } finally {
    await index.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function timed(index: SearchIndex, query: string, seenBy: typeof sight | null): Promise<number> {
  const began = performance.now();
  await index.find({ terms: termsOf(query), kinds: ['enquiry', 'message'], sight: seenBy, before: null, limit: 21 });
  return performance.now() - began;
}

const someMails = (from: number): SearchDocument[] =>
  Array.from({ length: AT_ONCE }, (_, place) => {
    const n = from + place;
    const words = Array.from({ length: 80 }, () => `w${Math.floor(Math.random() ** 3 * 20_000)}x`).join(' ');
    return {
      id: `e${n}`,
      kind: 'enquiry',
      at: n,
      stamp: '1',
      channel: 'support',
      group: n % 2 === 0 ? 'a' : 'b',
      assignee: null,
      ringing: [],
      number: [String(n)],
      words: tokensOf(`Order, Mia Wong mia.${Math.floor(n / 500)}.${place}@customers.example ${words}`),
    };
  });
