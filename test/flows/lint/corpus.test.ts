import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkFlow, lintCodes, type Flow, type References } from '../../../flows';
import { all, brokenBy, fileOf } from './broken/all';

/** A flow that another may call. */
function callable(id: string): Flow {
  const nodes: Flow['nodes'] = { end: { type: 'close', reason: 'done', notify: false } };
  return { $schema: 'https://ringpost.dev/schema/flow-1.json', id, title: id, start: 'end', nodes };
}

const folder = join(__dirname, '../fixtures/broken');
const references: References = {
  groups: ['support', 'empty'],
  emptyGroups: ['empty'],
  templates: ['support-received', 'enquiry-closed', 'enquiry-closed-idle', 'english-only'],
  languages: ['en', 'zh'],
  templateLanguages: { 'english-only': ['en'], 'enquiry-closed': ['zh', 'en'] },
  lists: ['support'],
  connections: ['crm'],
  calendars: ['hong-kong'],
  published: {
    'calls-back': {
      ...callable('calls-back'),
      parts: { again: { flow: 'broadcast', revision: 1, start: 'again/route' } },
    },
    'counts-in-words': {
      ...callable('counts-in-words'),
      variables: { rings: { type: 'string', default: 'none' } },
    },
    'asks-more': { ...callable('asks-more'), settings: { site: { type: 'text', title: 'Site' } } },
  },
};

/** Codes that no edit of a ready flow can bring about alone, with the reason. */
const APART: Record<string, string> = {
  E209: 'taking every close away is more than one edit; see one-edit.test.ts',
  E315: 'the ready flows keep only numbers and choices in variables; see one-edit.test.ts',
  W213: 'told by a walk, not by the checker; see walk.test.ts',
  W801: 'told by tests, not by the checker; see command/flow-command.test.ts',
};

describe('the corpus of broken flows', () => {
  it('holds at least 150 flows, each under its own name, and at least 3 for each code', () => {
    expect(all.length).toBeGreaterThanOrEqual(150);
    expect(new Set(all.map(fileOf)).size).toBe(all.length);
    const few = [...lintCodes().keys()].filter((code) => all.filter((each) => each.code === code).length < 3);
    expect(few.toSorted()).toEqual(Object.keys(APART).toSorted());
  });

  it('is what its operators make of the ready flows', () => {
    expect(readdirSync(folder).toSorted()).toEqual(all.map(fileOf).toSorted());
    const stale = all.filter((each) => readFileSync(join(folder, fileOf(each)), 'utf8') !== brokenBy(each));
    // After a change: npx tsx test/flows/lint/broken/main.ts
    expect(stale.map(fileOf)).toEqual([]);
  });
});

describe('a flow broken by one edit has exactly the fault that was foretold, where it was foretold', () => {
  it.each(all.map((operator) => [fileOf(operator), operator] as const))('%s', (file, { code, pointer }) => {
    const found = checkFlow(readFileSync(join(folder, file), 'utf8'), references).map(
      (finding) => `${finding.code} ${finding.pointer}`,
    );
    expect(found).toEqual([`${code} ${pointer}`]);
  });
});
