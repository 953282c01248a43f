import { randomUUID } from 'node:crypto';
import { notFound } from '../api-error';
import { recordChange } from '../audit-trail';
import { guessMapping, mustMap, plainFields, rowVerdicts, type RowVerdict } from '../contact-csv';
import { previewImport } from '../contact-import';
import { downloadHeaders } from '../http/download';
import { readFile } from '../http/read-file';
import { created, file, nothing, ok, route, type Route } from '../http/route';
import { dictionary, list, named, object, text, whole, word } from '../http/schema';
import type { ApiPorts } from '../ports';
import { csvText, MAX_CSV_BYTES, readCsv } from '../read-csv';
import { startImport } from '../resume-jobs';
import { jobShape, jobView } from '../shapes/job';

const row = {
  row: whole({ description: 'As a spreadsheet counts.' }),
  verdict: word(rowVerdicts),
  problems: list(text()),
};
const counts = object(
  Object.fromEntries(rowVerdicts.map((verdict) => [verdict, whole()])) as Record<RowVerdict, ReturnType<typeof whole>>,
);
const mapping = dictionary(
  text({ min: 1, max: 60 }),
  'Column -> address, firstName, lastName, owner, account, tags (parted by ";"), notes or custom.FIELD. Others are left out.',
);

/** Contacts from a file: upload, preview by a mapping, save as a job. */
export const contactImportRoutes = (ports: ApiPorts): Route[] => [
  sampleRoute(ports),
  uploadRoute(ports),
  previewRoute(ports),
  saveRoute(ports),
  route({
    id: 'deleteContactImport',
    method: 'delete',
    path: '/v1/contact-imports/{id}',
    tag: 'contacts',
    summary: 'Throw an uploaded list away; after a day it goes by itself',
    answers: { 204: 'nothing' },
    handle: async ({ params }) => {
      if (!(await ports.store.contactImports.remove(params.id))) throw notFound('contact import', params.id);
      return nothing();
    },
  }),
];

async function one({ store }: ApiPorts, id: string) {
  const upload = await store.contactImports.get(id);
  if (!upload) throw notFound('contact import', id);
  return { upload, csv: readCsv(upload.csv) };
}

function sampleRoute({ store }: ApiPorts): Route {
  return route({
    id: 'sampleContactImport',
    method: 'get',
    path: '/v1/contact-imports/sample',
    tag: 'contacts',
    summary: 'A sample list with every column that may be imported',
    answers: { 200: { contentType: 'text/csv', description: 'The sample.' } },
    handle: async () => {
      const fields = await store.contactFields.list();
      const values = [
        'bo@example.com',
        'bo.private@example.com;bo@example.org',
        'Bo',
        'Customer',
        '',
        '',
        'press;vip',
        'Likes tea.',
      ];
      const columns = [...plainFields, ...fields.map(({ _id }) => `custom.${_id}`)].join(',');
      const cells = [...values, ...fields.map(() => '')].join(',');
      return file(Buffer.from(`${columns}\r\n${cells}\r\n`), downloadHeaders('contacts-sample.csv', 'text/csv'));
    },
  });
}

function uploadRoute(ports: ApiPorts): Route {
  const { store, now } = ports;
  return route({
    id: 'uploadContacts',
    method: 'post',
    path: '/v1/contact-imports',
    tag: 'contacts',
    summary: 'Upload a list of contacts (CSV); nothing is saved yet',
    query: object({ name: text({ min: 1, max: 200, description: 'File name.' }) }),
    file: { maxBytes: MAX_CSV_BYTES, description: 'CSV, at most 5 MB; the first row names the columns.' },
    answers: {
      201: named('ContactImport', object({ id: text(), columns: list(text()), mapping, rows: whole() })),
    },
    errors: ['attachment-too-large'],
    handle: async ({ caller, query, request }) => {
      const csv = csvText(await readFile(request, MAX_CSV_BYTES));
      const { columns, rows } = readCsv(csv);
      const id = `ci-${randomUUID()}`;
      await store.contactImports.keep({ _id: id, name: query.name, csv, by: caller.id, at: now() });
      const guessed = guessMapping(columns, await store.contactFields.list());
      return created({ id, columns, mapping: guessed, rows: rows.length }, `/v1/contact-imports/${id}`);
    },
  });
}

function previewRoute(ports: ApiPorts): Route {
  return route({
    id: 'previewContacts',
    method: 'post',
    path: '/v1/contact-imports/{id}/preview',
    tag: 'contacts',
    summary: 'What would become of each row of an uploaded list',
    body: object({ mapping }),
    example: { mapping: { Email: 'address', Name: 'lastName' } },
    answers: {
      200: named(
        'ContactImportPreview',
        object({
          counts,
          rows: list(object({ ...row, address: text() }), { description: 'The first 100.' }),
          problems: list(object(row), { description: 'The first 100 that are wrong or stand there twice.' }),
        }),
      ),
    },
    handle: async ({ params, body }) => {
      const { csv } = await one(ports, params.id);
      mustMap(body.mapping, csv.columns, await ports.store.contactFields.list());
      return ok(await previewImport(ports, csv, body.mapping));
    },
  });
}

function saveRoute(ports: ApiPorts): Route {
  return route({
    id: 'saveContacts',
    method: 'post',
    path: '/v1/contact-imports/{id}/save',
    tag: 'contacts',
    summary: 'Save an uploaded list: new contacts and changes, as a job; rows with errors are left out',
    body: object({ mapping }),
    example: { mapping: { Email: 'address', Name: 'lastName' } },
    answers: { 201: jobShape },
    handle: async (call) => {
      const { upload, csv } = await one(ports, call.params.id);
      mustMap(call.body.mapping, csv.columns, await ports.store.contactFields.list());
      const job = await startImport(ports, upload._id, call.body.mapping, call.caller.id);
      // Without the file's name: files are named for people, and the audit log outlives them.
      const after = { rows: csv.rows.length, job: job._id };
      await recordChange(ports, call, { what: 'contact.import', about: upload._id, before: null, after });
      return created(jobView(job), `/v1/jobs/${job._id}`);
    },
  });
}
