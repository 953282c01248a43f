import type { SightOf } from '../enquiries/visible-to';
import type { SearchTerm } from './fold';

/** Kinds of what can be found; a `message` is a mail that belongs to no enquiry. */
export type SearchKind = 'enquiry' | 'contact' | 'message';

/** What is known of one thing for search. */
export interface SearchDocument {
  id: string;
  kind: SearchKind;
  /** Newest first is the order of what is found (ms). */
  at: number;
  /** What it was made from: the same stamp needs no new document. */
  stamp: string;
  channel: string;
  group: string | null;
  assignee: string | null;
  ringing: string[];
  /** Tokens of its number, and of everything else. */
  number: string[];
  words: string[];
}

/** Where a page ends. */
export interface SearchPlace {
  at: number;
  id: string;
}

/** What is asked of the index. */
export interface SearchAsked {
  terms: SearchTerm[];
  kinds: SearchKind[];
  /** Null: all. Of contacts the index knows nobody's rights. */
  sight: SightOf | null;
  before: SearchPlace | null;
  limit: number;
}

/** Something that was found. */
export interface SearchHit extends SearchPlace {
  kind: SearchKind;
}

/** What search stands on: SQLite in a thread on the embedded default, MongoDB in production. */
export interface SearchIndex {
  /** Keeps documents over what was there, and how far the index is now (ms), in one go. */
  put(documents: readonly SearchDocument[], upTo?: number): Promise<void>;
  /** Takes documents out; `purge`: no word of theirs may stay in any file. */
  remove(ids: readonly string[], purge?: boolean): Promise<void>;
  find(asked: SearchAsked): Promise<SearchHit[]>;
  /** Stamps of what is kept. */
  stamps(ids: readonly string[]): Promise<Map<string, string>>;
  /** How far the index is; null when it is empty. */
  upTo(): Promise<number | null>;
  /** Forgets everything. */
  clear(): Promise<void>;
  close(): Promise<void>;
}
