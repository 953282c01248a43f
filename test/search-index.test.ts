import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tokensOf } from '../store/search/fold';
import { openSqliteIndex } from '../store/search/sqlite-index';
import { searchStories } from './support/search-stories';

describe('search on SQLite', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ringpost-search-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  searchStories(() => openSqliteIndex(join(folder, 'stories.sqlite')));

  const document = (id: string, text: string) => ({
    id,
    kind: 'enquiry' as const,
    at: 1,
    stamp: '1',
    channel: 'c',
    group: null,
    assignee: null,
    ringing: [],
    number: [],
    words: tokensOf(text),
  });

  test('a file that a killed process left locked opens again, with what was in it', async () => {
    const file = join(folder, 'killed.sqlite');
    const first = await openSqliteIndex(file);
    await first.put([document('a', 'kept')], 7);
    await first.close();
    mkdirSync(`${file}.lock`);
    const second = await openSqliteIndex(file);
    expect([await second.upTo(), await second.stamps(['a'])]).toEqual([7, new Map([['a', '1']])]);
    await second.close();
  });

  test('no word of what was purged stays in the file', async () => {
    const file = join(folder, 'purged.sqlite');
    const index = await openSqliteIndex(file);
    await index.put([document('a', 'canaryword'), document('b', 'other')]);
    expect(readFileSync(file, 'latin1')).toContain('canaryword');
    await index.remove(['a'], true);
    expect(readFileSync(file, 'latin1')).not.toContain('canaryword');
    await index.close();
  });
});
