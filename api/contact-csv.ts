/** Lists of contacts: what would become of each row. */
import type { ContactField } from '../store/contact-fields';
import type { Contact, ContactFields } from '../store/contacts';
import { ApiError } from './api-error';
import { checkedEdit, type WantedContact } from './contact-edit';
import { ownerOfAddress } from './further-address';
import type { ApiPorts } from './ports';
import type { CsvList } from './read-csv';
import { isAddress } from './shapes/basics';

const AT_ONCE = 200;
const MOST_FURTHER = 50;

/** Fields a column may be mapped to, beside `custom.FIELD`; a list we write has them in this order. */
export const plainFields = [
  'address',
  'furtherAddresses',
  'firstName',
  'lastName',
  'owner',
  'account',
  'tags',
  'notes',
] as const;

/** Column -> field; a column that is not named is left out. */
export type Mapping = Readonly<Record<string, string>>;

/** A mapping as a job keeps it: titles of columns may hold what no name of a field in a database may ("Tel.", "$"). */
export const keptMapping = (mapping: Mapping): { mapping: [string, string][] } => ({
  mapping: Object.entries(mapping),
});

/** The mapping a job was asked for; jobs of before kept it as it was sent. */
export function mappingOf(asked: Record<string, unknown>): Mapping {
  const kept = asked['mapping'] as [string, string][] | Mapping;
  return Array.isArray(kept) ? Object.fromEntries(kept) : kept;
}

/** What may become of a row. */
export const rowVerdicts = ['new', 'changed', 'same', 'duplicate', 'error'] as const;
/** What becomes of a row. */
export type RowVerdict = (typeof rowVerdicts)[number];

/** One row; `row` counts as a spreadsheet does, the header being row 1. */
export interface JudgedRow {
  row: number;
  verdict: RowVerdict;
  address: string;
  /** Further addresses of his, lower case. */
  further: string[];
  problems: string[];
  /** What is to be written of it, as it was judged; nothing of a row that is wrong. */
  written: Partial<ContactFields>;
}

const known: [string, RegExp][] = [
  ['furtherAddresses', /^(further|other|more) ?(e-?mails?|address(es)?|mails?)/i],
  ['address', /^(e-?mail|address|mail)/i],
  ['firstName', /^(first ?name|given)/i],
  ['lastName', /^(last ?name|surname|family|name$|full ?name)/i],
  ['owner', /^owner/i],
  ['account', /^(account|company)/i],
  ['tags', /^tags?$/i],
  ['notes', /^notes?$/i],
];

/** A mapping that the titles of the columns suggest; each field once. */
export function guessMapping(columns: readonly string[], fields: readonly ContactField[]): Record<string, string> {
  const mapping = new Map<string, string>();
  const customs = fields.map(({ _id, title }): [string, string[]] => [`custom.${_id}`, [title, _id, `custom.${_id}`]]);
  for (const column of columns) {
    const custom = customs.find(([, names]) => names.some((name) => name.toLowerCase() === column.toLowerCase()));
    const field = custom?.[0] ?? known.find(([, title]) => title.test(column))?.[0];
    if (field !== undefined && ![...mapping.values()].includes(field)) mapping.set(column, field);
  }
  return Object.fromEntries(mapping);
}

/** Throws `wrong-body` when a mapping names what is not there, or no column is the address. */
export function mustMap(mapping: Mapping, columns: readonly string[], fields: readonly ContactField[]): void {
  const possible: string[] = [...plainFields, ...fields.map(({ _id }) => `custom.${_id}`)];
  const findings = Object.entries(mapping).flatMap(([column, field]) => [
    ...(columns.includes(column) ? [] : [{ where: `mapping.${column}`, what: 'is no column of the file' }]),
    ...(possible.includes(field)
      ? []
      : [{ where: `mapping.${column}`, what: `must be one of ${possible.join(', ')}` }]),
  ]);
  const mapped = Object.values(mapping);
  if (!mapped.includes('address')) findings.push({ where: 'mapping', what: 'needs a column for "address"' });
  const twice = mapped.find((field, at) => mapped.indexOf(field) !== at);
  if (twice !== undefined) findings.push({ where: 'mapping', what: `names "${twice}" twice` });
  if (findings.length > 0) throw new ApiError('wrong-body', undefined, { findings });
}

/** Says of every row what would become of it, in order; rows without a word are left out. */
export async function* judgeRows(
  ports: Pick<ApiPorts, 'store'>,
  { columns, rows }: CsvList,
  mapping: Mapping,
): AsyncGenerator<JudgedRow> {
  const fields = await ports.store.contactFields.list();
  const columnsOf = fieldByColumn(columns, mapping);
  const seen = new Set<string>();
  for (let from = 0; from < rows.length; from += AT_ONCE) {
    const chunk = rows.slice(from, from + AT_ONCE).map((cells, index) => ({ cells, row: from + index + 2 }));
    const wanted = chunk
      .filter(({ cells }) => cells.some((cell) => cell !== ''))
      .map(({ cells, row }) => ({ row, ...wantedOf(columnsOf, cells, fields) }));
    // One question for all of them: a list of 100,000 is looked through while somebody waits.
    const there = await ports.store.contacts.byAddresses(wanted.map(({ address }) => address));
    const judged = await Promise.all(wanted.map((one) => judge(ports, one, there.get(one.address) ?? null)));
    for (const one of judged) {
      const twice = one.verdict !== 'error' && seen.has(one.address);
      // A row that cannot be saved takes nothing from a good one further down.
      if (one.verdict !== 'error') for (const address of [one.address, ...one.further]) seen.add(address);
      yield twice ? { ...one, verdict: 'duplicate', problems: ['The address stands in a row above.'] } : one;
    }
  }
}

/** The field of each column, in order; a column may bear a name that every object has. */
const fieldByColumn = (columns: readonly string[], mapping: Mapping): (string | undefined)[] => {
  const fields = new Map(Object.entries(mapping));
  return columns.map((column) => fields.get(column));
};

function wantedOf(columns: readonly (string | undefined)[], cells: readonly string[], known_: readonly ContactField[]) {
  const fields: WantedContact = {};
  const custom: Record<string, string | number> = {};
  let address = '';
  let further: string[] = [];
  for (const [at, field] of columns.entries()) {
    // What our own export guards comes back as it was.
    const cell = (cells[at] ?? '').replace(/^'(?='*[=+\-@])/, '');
    if (field === undefined || cell === '') continue;
    if (field === 'address') address = cell.toLowerCase();
    else if (field === 'furtherAddresses') further = partsOf(cell.toLowerCase());
    else if (field === 'tags') fields.tags = partsOf(cell);
    else if (field.startsWith('custom.')) {
      const id = field.slice('custom.'.length);
      const isNumber = known_.find((each) => each._id === id)?.kind === 'number' && /^-?\d+(\.\d+)?$/.test(cell);
      custom[id] = isNumber ? Number(cell) : cell;
    } else Object.assign(fields, { [field]: cell });
  }
  if (Object.keys(custom).length > 0) fields.custom = custom;
  return { address, further, fields };
}

const partsOf = (cell: string): string[] =>
  cell
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part !== '');

async function judge(
  ports: Pick<ApiPorts, 'store'>,
  { row, address, further: wanted, fields }: { row: number; address: string; further: string[]; fields: WantedContact },
  contact: Contact | null,
): Promise<JudgedRow> {
  const further = [...new Set(wanted)].filter((each) => each !== address);
  const asked = { row, address, further, written: {} };
  if (!isAddress(address)) {
    return { ...asked, verdict: 'error', problems: [address === '' ? 'There is no address.' : 'The address is none.'] };
  }
  const { fields: written, findings } = await checkedEdit(ports, fields, contact?.custom ?? {});
  const given = await judgeFurther(ports, contact, further);
  const problems = [...findings.map(({ where, what }) => `${where} ${what}.`), ...tooLong(fields), ...given.problems];
  if (problems.length > 0) return { ...asked, verdict: 'error', problems };
  const was = new Map<string, unknown>(Object.entries(contact ?? {}));
  const changes =
    given.news ||
    Object.entries(written).some(([name, value]) => JSON.stringify(was.get(name)) !== JSON.stringify(value));
  return { ...asked, written, verdict: contact === null ? 'new' : changes ? 'changed' : 'same', problems: [] };
}

/** What is wrong with further addresses, and whether any is new. */
async function judgeFurther(
  ports: Pick<ApiPorts, 'store'>,
  contact: Contact | null,
  further: readonly string[],
): Promise<{ problems: string[]; news: boolean }> {
  if (further.length > MOST_FURTHER) {
    return { problems: [`A contact may have ${MOST_FURTHER} further addresses.`], news: false };
  }
  const problems: string[] = [];
  let news = false;
  for (const [place, address] of further.entries()) {
    const owner = isAddress(address) ? await ownerOfAddress(ports, contact, address) : null;
    if (owner === null) problems.push(`Further address ${place + 1} is none.`);
    if (owner === 'other') problems.push(`Further address ${place + 1} belongs to another contact: merge the two.`);
    if (owner === 'nobody') news = true;
  }
  return { problems, news };
}

function tooLong({ firstName = '', lastName = '', notes = '', tags = [] }: WantedContact): string[] {
  return [
    ...([firstName, lastName].some((name) => name.length > 200 || /[\r\n]/.test(name))
      ? ['A name may have 200 characters in one line.']
      : []),
    ...(notes.length > 10_000 ? ['Notes may have 10,000 characters.'] : []),
    ...(tags.length > 50 || tags.some((tag) => tag.length > 100) ? ['There may be 50 tags of 100 characters.'] : []),
  ];
}
