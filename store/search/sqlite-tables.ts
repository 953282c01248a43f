/** Search over a SQLite file with FTS5; runs in a thread of its own (`sqlite-thread.ts`), because each call waits. */
import { rmSync } from 'node:fs';
import { Database, type BindValues, type SQLiteValue } from 'node-sqlite3-wasm';
import type { SightOf } from '../enquiries/visible-to';
import type { SearchTerm } from './fold';
import type { SearchAsked, SearchDocument, SearchHit, SearchKind } from './search-index';

const TABLES = `
  create table if not exists docs (
    rowid integer primary key, id text not null unique, kind text not null, at integer not null, stamp text not null,
    channel text not null, grp text, assignee text, ringing text not null
  );
  create index if not exists docs_at on docs (kind, at);
  create virtual table if not exists texts using fts5 (
    number, words, content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 0'
  );
  create table if not exists meta (name text primary key, value integer not null);
`;

/** Calls the thread understands, each with its arguments and its answer. */
export interface SqliteCalls {
  put: (documents: readonly SearchDocument[], upTo?: number) => void;
  remove: (ids: readonly string[], purge?: boolean) => void;
  find: (asked: SearchAsked) => SearchHit[];
  stamps: (ids: readonly string[]) => [string, string][];
  upTo: () => number | null;
  clear: () => void;
  close: () => void;
}

/** Opens the file, or makes it; a lock that a killed process left behind is taken away: only one process uses a file. */
export function openSqliteTables(file: string): SqliteCalls {
  rmSync(`${file}.lock`, { recursive: true, force: true });
  const database = new Database(file);
  // What a crash takes with it is indexed again: the cursor stands in the same file.
  database.exec('pragma journal_mode = truncate; pragma synchronous = off; pragma cache_size = -65536;');
  database.exec(TABLES);

  const together = (work: () => void): void => inOneGo(database, work);
  const drop = (id: string): void => dropFrom(database, id);
  const keep = (document: SearchDocument): void => keepIn(database, document);

  return {
    put: (documents, upTo) =>
      together(() => {
        documents.forEach(keep);
        if (upTo === undefined) return;
        database.run(
          'insert into meta (name, value) values (?, ?) on conflict (name) do update set value = excluded.value',
          ['upTo', upTo],
        );
      }),
    remove(ids, purge = false) {
      together(() => ids.forEach(drop));
      if (!purge) return;
      // Deleted words stand in the file until its parts are put together.
      database.exec("insert into texts (texts) values ('optimize')");
      database.exec('vacuum');
    },
    find: (asked) => findIn(database, asked),
    stamps: (ids) =>
      ids.flatMap((id): [string, string][] => {
        const row = database.get('select stamp from docs where id = ?', [id]);
        return row ? [[id, textOf(row['stamp'])]] : [];
      }),
    upTo() {
      const row = database.get('select value from meta where name = ?', ['upTo']);
      return row ? Number(row['value']) : null;
    },
    clear() {
      database.exec('drop table docs; drop table texts; drop table meta;');
      database.exec(TABLES);
      database.exec('vacuum');
    },
    close: () => database.close(),
  };
}

function inOneGo(database: Database, work: () => void): void {
  database.exec('begin');
  try {
    work();
    database.exec('commit');
  } catch (error) {
    database.exec('rollback');
    throw error;
  }
}

function dropFrom(database: Database, id: string): void {
  const row = database.get('select rowid from docs where id = ?', [id]);
  if (!row) return;
  const rowid = Number(row['rowid']);
  database.run('delete from texts where rowid = ?', [rowid]);
  database.run('delete from docs where rowid = ?', [rowid]);
}

function keepIn(database: Database, document: SearchDocument): void {
  dropFrom(database, document.id);
  const { id, kind, at, stamp, channel, group, assignee, ringing, number, words } = document;
  const { lastInsertRowid } = database.run(
    'insert into docs (id, kind, at, stamp, channel, grp, assignee, ringing) values (?, ?, ?, ?, ?, ?, ?, ?)',
    [id, kind, at, stamp, channel, group, assignee, listed(ringing)],
  );
  database.run('insert into texts (rowid, number, words) values (?, ?, ?)', [
    lastInsertRowid,
    number.join(' '),
    words.join(' '),
  ]);
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

const listed = (ids: readonly string[]): string => (ids.length === 0 ? '' : `|${ids.join('|')}|`);

function findIn(database: Database, { terms, kinds, sight, before, limit }: SearchAsked): SearchHit[] {
  if (terms.length === 0) return [];
  const values: SQLiteValue[] = [terms.map(matchOf).join(' AND '), ...kinds];
  const conditions = [`docs.kind in (${kinds.map(() => '?').join(', ')})`];
  if (sight !== null) conditions.push(visible(sight, values));
  if (before !== null) {
    conditions.push('(docs.at < ? or (docs.at = ? and docs.id < ?))');
    values.push(before.at, before.at, before.id);
  }
  values.push(limit);
  const rows = database.all(
    `select docs.id, docs.kind, docs.at from texts join docs on docs.rowid = texts.rowid
     where texts match ? and ${conditions.join(' and ')} order by docs.at desc, docs.id desc limit ?`,
    values satisfies BindValues,
  );
  return rows.map((row) => ({ id: textOf(row['id']), kind: kindOf(row['kind']), at: Number(row['at']) }));
}

const kindOf = (word: unknown): SearchKind => (word === 'contact' || word === 'message' ? word : 'enquiry');

/** Tokens hold letters and digits only, so nothing in them is a word of FTS5. */
function matchOf({ tokens, prefix, number }: SearchTerm): string {
  const phrase = `"${tokens.join(' ')}"`;
  if (number) return `number : ${phrase}`;
  return prefix ? `${phrase} *` : phrase;
}

/** The rule of `enquiries/visible-to.ts`; loose mails are seen by those who have the address, contacts are asked elsewhere. */
function visible({ agent, groups, channels, leads }: SightOf, values: SQLiteValue[]): string {
  const among = (column: string, ids: readonly string[]): string => {
    values.push(...ids);
    return ids.length === 0 ? '0' : `${column} in (${ids.map(() => '?').join(', ')})`;
  };
  const rings = (id: string): string => {
    values.push(`|${id}|`);
    return 'instr(docs.ringing, ?) > 0';
  };
  const own = [among('docs.assignee', [agent]), rings(agent), among('docs.grp', groups)].join(' or ');
  const led = [among('docs.assignee', leads), ...leads.map(rings)].join(' or ');
  const address = among('docs.channel', channels);
  return `(docs.kind = 'contact' or (docs.kind = 'enquiry' and (${own} or (docs.grp is null and (${led})))) or ${address})`;
}
