import { judgeRows, type JudgedRow, type Mapping, type RowVerdict } from './contact-csv';
import type { Job } from '../store/jobs';
import { giveAddress, ownerOfAddress } from './further-address';
import type { JobDone, Working } from './jobs';
import type { ApiPorts } from './ports';
import type { CsvList } from './read-csv';

const MOST_SHOWN = 100;
const BEAT_EVERY = 50;

/** How many rows come to what. */
export type RowCounts = Record<RowVerdict, number>;

/** A row as a preview and a job's result show it. */
export interface ShownRow {
  row: number;
  verdict: RowVerdict;
  problems: string[];
}

const noRows = (): RowCounts => ({ new: 0, changed: 0, same: 0, duplicate: 0, error: 0 });
const shown = ({ row, verdict, problems }: JudgedRow): ShownRow => ({ row, verdict, problems });

/** What would become of a list, with the first rows that need a look. */
export async function previewImport(
  ports: Pick<ApiPorts, 'store'>,
  list: CsvList,
  mapping: Mapping,
): Promise<{ counts: RowCounts; rows: (ShownRow & { address: string })[]; problems: ShownRow[] }> {
  const counts = noRows();
  const rows: (ShownRow & { address: string })[] = [];
  const problems: ShownRow[] = [];
  for await (const row of judgeRows(ports, list, mapping)) {
    counts[row.verdict] += 1;
    if (rows.length < MOST_SHOWN) rows.push({ ...shown(row), address: row.address });
    if (row.problems.length > 0 && problems.length < MOST_SHOWN) problems.push(shown(row));
  }
  return { counts, rows, problems };
}

/** A list that is to be saved. */
interface WantedImport {
  list: CsvList;
  mapping: Mapping;
  by: string;
  upload: string;
  /** The same job, as a process that is gone left it. */
  before?: Pick<Job, 'done' | 'result'> | null;
}

function countedBefore(before: WantedImport['before']): { counts: RowCounts; problems: ShownRow[] } {
  const { counts = {}, problems = [] } = (before?.result ?? {}) as { counts?: object; problems?: ShownRow[] };
  return { counts: { ...noRows(), ...counts }, problems: [...problems] };
}

/** Saves a list row by row; what is there already is the same when it runs again. `before`: how far an earlier run came. */
export async function saveImport(
  { store, now }: Pick<ApiPorts, 'store' | 'now'>,
  { list, mapping, by, upload, before = null }: WantedImport,
  { beat }: Working,
): Promise<JobDone> {
  const { counts, problems } = countedBefore(before);
  const counted = before?.done ?? 0;
  let done = 0;
  for await (const row of judgeRows({ store }, list, mapping)) {
    if (done < counted) {
      done += 1;
      continue;
    }
    if (done % BEAT_EVERY === 0) await mustStand(store, upload);
    if (done % BEAT_EVERY === 0 && !(await beat({ done, total: list.rows.length, result: { counts, problems } }))) {
      return { result: { counts, problems }, done, cancelled: true };
    }
    done += 1;
    counts[row.verdict] += 1;
    if (row.problems.length > 0 && problems.length < MOST_SHOWN) problems.push(shown(row));
    if (row.verdict !== 'new' && row.verdict !== 'changed') continue;
    if (row.verdict === 'new') await store.contacts.make(row.address, { by: `import:${upload}`, now: now() });
    await store.contacts.change(store.contacts.idOf(row.address), { fields: row.written, by, now: now() });
    await giveAddresses({ store, now }, row, { by: `import:${upload}` });
  }
  // Whoever finds the list gone reads here that all of it was saved.
  await beat({ done, total: done, result: { counts, problems } });
  await store.contactImports.remove(upload);
  return { result: { counts, problems }, done, cancelled: false };
}

const LIST_GONE =
  'The list was thrown away while it was saved: by hand, or because a person in it was erased. What was saved stays; upload it again without him.';

/** Who was erased must not come back by a list that named him. */
async function mustStand(store: ApiPorts['store'], upload: string): Promise<void> {
  if (!(await store.contactImports.exists(upload))) throw new Error(LIST_GONE);
}

/** Gives a contact the addresses of his row that are nobody's yet; those he has, and those somebody got meanwhile, stay. */
async function giveAddresses(
  { store, now }: Pick<ApiPorts, 'store' | 'now'>,
  { address: first, further }: JudgedRow,
  { by }: { by: string },
): Promise<void> {
  if (further.length === 0) return;
  const contact = await store.contacts.byAddress(first);
  if (!contact) return;
  for (const address of further) {
    if ((await ownerOfAddress({ store }, contact, address)) !== 'nobody') continue;
    await giveAddress({ store }, contact._id, { address, by, at: now() });
  }
}
