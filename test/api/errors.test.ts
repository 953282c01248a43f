import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BulkCode } from '../../activities/effects';
import { errorCatalogue, type ErrorCode } from '../../api/error-catalogue';

const root = join(__dirname, '..', '..');
const page = readFileSync(join(root, 'docs/api-errors.md'), 'utf8');
const sections = new Map(
  page
    .split(/^## /m)
    .slice(1)
    .map((section) => [section.split('\n')[0] ?? '', section]),
);

describe('the catalogue of errors', () => {
  test('has a section for each code in docs/api-errors.md, and no other', () => {
    expect([...sections.keys()].toSorted()).toEqual(Object.keys(errorCatalogue).toSorted());
  });

  test.each(Object.entries(errorCatalogue))(
    '%s is described there with its status and title',
    (code, { status, title }) => {
      expect(sections.get(code)).toContain(`${status} · ${title}.`);
    },
  );

  test('holds no code that nothing refuses with', () => {
    const folder = join(root, 'api');
    const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && file !== 'error-catalogue.ts')
      .map((file) => readFileSync(join(folder, file), 'utf8'))
      .join('\n');
    const refusals = ['flows/state.ts', 'activities/effects.ts']
      .map((file) => readFileSync(join(root, file), 'utf8'))
      .join('\n');
    const unused = Object.keys(errorCatalogue).filter(
      (code) => ![sources, refusals].some((text) => text.includes(`'${code}'`)),
    );
    expect(unused).toEqual([]);
  });

  test('holds every code by which an act is refused, alone or among many', () => {
    // Held by the types: a code that is none of the catalogue does not compile here.
    const known: Record<BulkCode, ErrorCode> = {
      'offer-taken': 'offer-taken',
      'offer-over': 'offer-over',
      'agent-full': 'agent-full',
      'already-assigned': 'already-assigned',
      'not-assigned': 'not-assigned',
      'enquiry-closed': 'enquiry-closed',
      'enquiry-parked': 'enquiry-parked',
      'enquiry-merged': 'enquiry-merged',
      'draft-unknown': 'draft-unknown',
      'newer-message': 'newer-message',
      'mail-left': 'mail-left',
      'node-unknown': 'node-unknown',
      'would-mail-again': 'would-mail-again',
      'too-late': 'too-late',
      'no-group': 'no-group',
      'not-possible-now': 'not-possible-now',
      'not-found': 'not-found',
      'not-confirmed': 'not-confirmed',
      'other-channel': 'other-channel',
      'other-contact': 'other-contact',
    };
    expect(Object.keys(known).filter((code) => !sections.has(code))).toEqual([]);
  });

  test.each(Object.entries(errorCatalogue))('%s says what to do in a sentence', (_code, { detail }) => {
    expect(detail).toMatch(/^[A-Z].{20,}\.$/);
  });
});
