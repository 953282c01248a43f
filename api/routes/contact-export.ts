import { Readable } from 'node:stream';
import { stringify } from 'csv-stringify/sync';
import type { ContactField } from '../../store/contact-fields';
import type { Contact } from '../../store/contacts';
import { recordChange } from '../audit-trail';
import { plainFields } from '../contact-csv';
import { downloadHeaders } from '../http/download';
import { file, route, type Route } from '../http/route';
import type { ApiPorts } from '../ports';

/** All contacts as a list that can be imported again; what a spreadsheet would take for a formula is guarded. */
export const contactExportRoute = (ports: ApiPorts): Route =>
  route({
    id: 'exportContacts',
    method: 'get',
    path: '/v1/contact-export',
    tag: 'contacts',
    summary: 'Download all contacts as CSV',
    description:
      'One row a contact: his first address, and under "furtherAddresses" all others, parted by ";". An import reads it back.',
    answers: { 200: { contentType: 'text/csv', description: 'The list.' } },
    handle: async (call) => {
      await recordChange(ports, call, { what: 'contact.export', about: 'contacts', before: null, after: {} });
      const headers = downloadHeaders('contacts.csv', 'text/csv');
      return file(Readable.from(lines(ports)), headers);
    },
  });

async function* lines({ store }: ApiPorts): AsyncGenerator<string> {
  const fields = await store.contactFields.list();
  yield csvOf([[...plainFields, ...fields.map(({ _id }) => `custom.${_id}`), 'createdAt']]);
  for await (const ids of store.contacts.everyone()) {
    const contacts = await store.contacts.getMany(ids);
    yield csvOf(contacts.map((contact) => rowOf(contact, fields)));
  }
}

/** A text that begins as a guarded formula does gets an apostrophe more, so that an import takes off what we put on. */
const guarded = (cell: string): string => (/^'+[=+\-@]/.test(cell) ? `'${cell}` : cell);

const csvOf = (rows: string[][]): string =>
  stringify(
    rows.map((cells) => cells.map(guarded)),
    { escape_formulas: true, record_delimiter: 'windows' },
  );

function rowOf(contact: Contact, fields: readonly ContactField[]): string[] {
  const { addresses, firstName, lastName, owner, account, tags, notes, custom, createdAt } = contact;
  const [first = '', ...further] = addresses;
  const plain = [first, further.join(';'), firstName, lastName, owner ?? '', account ?? '', tags.join(';'), notes];
  return [...plain, ...fields.map(({ _id }) => String(custom[_id] ?? '')), createdAt.toISOString()];
}
